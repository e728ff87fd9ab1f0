"""A Lambda layer of locked Python packages."""

from __future__ import annotations

import shutil

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import DeploymentConfig
from stacks.constructs.platform import lambda_architecture, lambda_runtime
from stacks.packaging.layers import LayerRecipe, build_ahead

__all__ = ["PythonLayer", "build_layers_ahead", "layer_names"]


@jsii.implements(cdk.ILocalBundling)
class _CachedBuild:
    """Fills CDK's asset folder from the build cache; CDK asks only where its output lacks the asset."""

    def __init__(self, recipe: LayerRecipe) -> None:
        self._recipe = recipe

    def try_bundle(
        self,
        output_dir: str,
        *,
        image: cdk.DockerImage,  # noqa: ARG002 -- the interface passes it, for bundling that needs Docker
        **_options: object,
    ) -> bool:
        shutil.copy2(self._recipe.built(), output_dir)
        return True


class PythonLayer(Construct):
    """The layer of ``requirements/<name>-layer.txt``, its ``name``; ``layer`` is given to functions.

    Raises ``LayerBuildError`` where the packages can't be had.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, config: DeploymentConfig, description: str
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = name
        recipe = _recipe(name, config)
        if cdk.Stack.of(self).bundling_required:
            # Now rather than in CDK's callback, which would bury the reason of a failure.
            recipe.built()
        self.layer = lambda_.LayerVersion(
            self,
            "Version",
            code=lambda_.Code.from_asset(
                str(recipe.requirements.parent),
                asset_hash=recipe.fingerprint,
                asset_hash_type=cdk.AssetHashType.CUSTOM,
                bundling=cdk.BundlingOptions(
                    # Never pulled: the local bundling always delivers or raises.
                    image=cdk.DockerImage.from_registry("scratch"),
                    local=_CachedBuild(recipe),
                    output_type=cdk.BundlingOutput.ARCHIVED,
                ),
            ),
            compatible_architectures=[lambda_architecture(config)],
            compatible_runtimes=[lambda_runtime(config)],
            description=description,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


def build_layers_ahead(stack: cdk.Stack, config: DeploymentConfig) -> None:
    """Begins to build the layers of the deployment that ``stack`` is of, if this synth asks for its files."""
    if stack.bundling_required:
        build_ahead(_recipe(name, config) for name in layer_names(config))


def layer_names(config: DeploymentConfig) -> tuple[str, ...]:
    """The layers that functions of the deployment have, in the order in which its stacks ask for them."""
    return ("core", "media", "documents", *(("marking",) if config.generation else ()))


def _recipe(name: str, config: DeploymentConfig) -> LayerRecipe:
    return LayerRecipe(name, config.architecture, config.python_version, config.layer_system)

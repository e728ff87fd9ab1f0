"""How functions are made: one code asset for all, three layers, names after construct ids."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.platform import StepPlatform, code_asset
from stacks.constructs.python_layer import PythonLayer
from stacks.constructs.step_lambda import StepLambda

__all__ = ["FunctionFactory"]


class FunctionFactory:
    """Makes the functions of one stack, each with the core layer; the others are extra."""

    def __init__(self, stack: cdk.Stack, *, config: DeploymentConfig) -> None:
        self._stack = stack
        self._platform = StepPlatform(config=config, code=code_asset())
        self._core = PythonLayer(
            stack, "CoreLayer", name="core", config=config, description="What every function of Braid imports"
        ).layer

    def as_json(self, value: object) -> str:
        """JSON with what is known only at deployment in it."""
        return self._stack.to_json_string(value)

    @functools.cached_property
    def marking(self) -> lambda_.ILayerVersion:
        """The layer that marks; it has Pillow too, so no function has it beside the media layer."""
        return PythonLayer(
            self._stack,
            "MarkingLayer",
            name="marking",
            config=self._platform.config,
            description="c2pa, numpy and Pillow",
        ).layer

    @functools.cached_property
    def media(self) -> lambda_.ILayerVersion:
        """The layer that decodes; a stack that needs none has none."""
        return PythonLayer(
            self._stack,
            "MediaLayer",
            name="media",
            config=self._platform.config,
            description="PyAV, Pillow with pi-heif, and pypdfium2",
        ).layer

    @functools.cached_property
    def documents(self) -> lambda_.ILayerVersion:
        """The layer that reads office documents."""
        return PythonLayer(
            self._stack,
            "DocumentsLayer",
            name="documents",
            config=self._platform.config,
            description="Readers of office documents, HTML and Markdown",
        ).layer

    def make(
        self,
        construct_id: str,
        *,
        folder: str,
        verb: str,
        description: str,
        timeout_seconds: int,
        memory_mb: int,
        layers: Sequence[lambda_.ILayerVersion] = (),
        environment: Mapping[str, str],
        grants: Sequence[Grant],
    ) -> StepLambda:
        """The function in ``lambdas/<folder>/handler_<verb>.py``.

        ``ReviewAsk`` is named ``<deployment>-review-ask``. ``layers`` are those beside the core layer,
        ``grants`` all that it may do beside logging and tracing.
        """
        return StepLambda(
            self._stack,
            construct_id,
            platform=self._platform,
            name=re.sub(r"(?<!^)(?=[A-Z])", "-", construct_id).lower(),
            handler=f"lambdas.{folder}.handler_{verb}.handler",
            description=description,
            timeout_seconds=timeout_seconds,
            memory_mb=memory_mb,
            layers=[self._core, *layers],
            environment=environment,
            grants=grants,
        )

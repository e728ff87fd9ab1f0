"""What every function shares: the deployment's settings and the one code asset."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import AssetHashType
from aws_cdk import aws_lambda as lambda_

from stacks.config import DeploymentConfig
from stacks.packaging.code import staged_code

__all__ = ["StepPlatform", "code_asset", "lambda_architecture", "lambda_runtime"]


@dataclass(frozen=True)
class StepPlatform:
    """Given to every function, so that all of them run the same code on the same runtime."""

    config: DeploymentConfig
    code: lambda_.Code


def code_asset() -> lambda_.Code:
    """The code of all functions. Make it once: every function then shares one upload."""
    staged = staged_code()
    # Its name says what is in it: two machines that compile need not give the same bytes.
    return lambda_.Code.from_asset(str(staged), asset_hash=staged.name, asset_hash_type=AssetHashType.CUSTOM)


def lambda_architecture(config: DeploymentConfig) -> lambda_.Architecture:
    """The processor that the knob names."""
    return {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}[config.architecture]


def lambda_runtime(config: DeploymentConfig) -> lambda_.Runtime:
    """The Python that the knob names."""
    return lambda_.Runtime(f"python{config.python_version}", lambda_.RuntimeFamily.PYTHON)

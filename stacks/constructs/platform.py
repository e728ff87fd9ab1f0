"""What every function shares: the deployment's settings and the one code asset."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_

from stacks.config import DeploymentConfig
from stacks.packaging import CODE_FOLDERS, REPOSITORY

__all__ = ["StepPlatform", "code_asset", "lambda_architecture", "lambda_runtime"]


@dataclass(frozen=True)
class StepPlatform:
    """Given to every function, so that all of them run the same code on the same runtime."""

    config: DeploymentConfig
    code: lambda_.Code


def code_asset() -> lambda_.Code:
    """The code of all functions. Make it once: every function then shares one upload."""
    kept = [pattern for folder in CODE_FOLDERS for pattern in (f"!/{folder}", f"!/{folder}/**")]
    return lambda_.Code.from_asset(
        str(REPOSITORY), exclude=["/*", *kept, "__pycache__", "*.pyc", ".*"], ignore_mode=IgnoreMode.GIT
    )


def lambda_architecture(config: DeploymentConfig) -> lambda_.Architecture:
    """The processor that the knob names."""
    return {"arm64": lambda_.Architecture.ARM_64, "x86_64": lambda_.Architecture.X86_64}[config.architecture]


def lambda_runtime(config: DeploymentConfig) -> lambda_.Runtime:
    """The Python that the knob names."""
    return lambda_.Runtime(f"python{config.python_version}", lambda_.RuntimeFamily.PYTHON)

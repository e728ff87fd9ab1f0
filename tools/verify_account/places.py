"""Where a deployment is verified: in the account that the environment names, or in an embedded AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import boto3

from local import lifecycle

__all__ = ["ENVIRONMENT_NAME", "Account", "Laptop", "Place", "StageError"]

_REPOSITORY = Path(__file__).resolve().parents[2]
_SECONDS = 3600
_LAST_LINES = 12
ENVIRONMENT_NAME = "verify"
_DEPLOYMENT = f"braid-{ENVIRONMENT_NAME}"
# A command, what is added to its environment, and the statuses that are no failure; what it prints.
Run = Callable[[Sequence[str], Mapping[str, str], Sequence[int]], str]


class StageError(Exception):
    """A stage didn't go as it should; the message says what was expected and what came."""


class Place(Protocol):
    """A deployment's commands."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    def deploy(self, knobs: Mapping[str, str]) -> None:
        """Deploys everything with these knobs beside cdk.json's, or changes what is deployed."""

    def destroy(self, knobs: Mapping[str, str]) -> None:
        """Takes away what was deployed with these knobs, and what that leaves."""

    def left(self) -> Sequence[str]:
        """What still stands of the deployment, and what it left; nothing once all of it is gone."""

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        """What a command of Braid prints about the deployment. Raises ``StageError`` for another status."""


@dataclass(frozen=True)
class Account:
    """The account and region of AWS_PROFILE and AWS_REGION."""

    run: Run = field(default_factory=lambda: _said)
    stacks: Callable[[], Sequence[str]] = field(default_factory=lambda: _stacks)
    name: str = field(default="an AWS account", init=False)

    def deploy(self, knobs: Mapping[str, str]) -> None:
        self._cdk("deploy", "--all", "--require-approval", "never", knobs=knobs)

    def destroy(self, knobs: Mapping[str, str]) -> None:
        # What these knobs don't make is in no assembly, and the CDK leaves it without a word.
        self._cdk("destroy", "--all", "--force", knobs=knobs)
        self.braid("leftovers", _DEPLOYMENT, "--delete", "--yes")

    def left(self) -> Sequence[str]:
        kept = json.loads(self.braid("leftovers", _DEPLOYMENT, "--json"))
        standing = [name for name in self.stacks() if name.startswith(f"{_DEPLOYMENT}-")]
        return [*(f"the stack {name}" for name in standing), *(each["name"] for each in kept)]

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        of_stack = () if arguments[0] in ("plan", "leftovers") else ("--stack", f"{_DEPLOYMENT}-pipeline")
        return self.run(["braid", *arguments, *of_stack], {}, allowed)

    def _cdk(self, *arguments: str, knobs: Mapping[str, str]) -> None:
        cdk = str(_REPOSITORY / "node_modules" / ".bin" / "cdk")
        named = {"environment_name": ENVIRONMENT_NAME, **knobs}
        options = [part for name, value in named.items() for part in ("-c", f"{name}={value}")]
        self.run([cdk, *arguments, *options], {}, (0,))


@dataclass(frozen=True)
class Laptop:
    """An embedded AWS of its own, in ``home`` and on ``port``."""

    home: Path
    port: int
    name: str = field(default="an embedded AWS on one machine", init=False)

    def deploy(self, knobs: Mapping[str, str]) -> None:
        options = [part for name, value in knobs.items() for part in ("--knob", f"{name}={value}")]
        self.braid("up", "--port", str(self.port), *options)

    def destroy(self, knobs: Mapping[str, str]) -> None:  # noqa: ARG002  # all of it goes, whatever it was
        self.braid("down", "--purge")

    def left(self) -> Sequence[str]:
        running = lifecycle.current(self.home)
        return [f"the embedded AWS at {running.endpoint}"] if running else []

    def braid(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        return _said(["braid", *arguments], {"BRAID_HOME": str(self.home)}, allowed)


def _stacks() -> Sequence[str]:
    """The names of all stacks that stand, or went wrong, in the account and region."""
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)  # which boto3 doesn't read
    pages = session.client("cloudformation").get_paginator("describe_stacks").paginate()
    return [stack["StackName"] for page in pages for stack in page["Stacks"]]


def _said(command: Sequence[str], environment: Mapping[str, str], allowed: Sequence[int]) -> str:
    """Standard output of the command, run in the project's folder with this interpreter's commands first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    shown = " ".join([Path(command[0]).name, *command[1:]])
    try:
        done = subprocess.run(
            command,
            cwd=_REPOSITORY,
            env={**os.environ, "PATH": path, **environment},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StageError(
            f"`{shown}` hadn't ended after {_SECONDS // 60} minutes and was stopped; what it began in an "
            "account goes on there"
        ) from error
    except OSError as error:
        raise StageError(f"`{shown}` can't be started: `make setup` installs what is missing") from error
    if done.returncode not in allowed:
        said = "\n".join((done.stderr or done.stdout).splitlines()[-_LAST_LINES:])
        raise StageError(f"`{shown}` ended with status {done.returncode}:\n{said}")
    return done.stdout

"""What a shell needs so that AWS's own tools talk to the same place as `braid`."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from cli.target import Target
from local import lifecycle

__all__ = ["as_exports", "as_unsets", "shell_variables"]

# A profile that the embedded AWS's empty configuration doesn't have, or a token beside its keys.
_IN_THE_WAY = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN")


def shell_variables(target: Target, home: Path) -> dict[str, str | None]:
    """The variables of the deployment's own names and, where it is embedded, of the AWS that it runs in.

    ``None`` stands for a variable that must not be set.
    """
    names = {
        "BRAID_INPUT_BUCKET": target.input_bucket,
        "BRAID_RESULTS_BUCKET": target.results_bucket,
        "BRAID_ASSETS_TABLE": target.assets_table,
        "BRAID_STATE_MACHINE_ARN": target.state_machine_arn,
    }
    running = lifecycle.current(home) if target.is_local else None
    if running is None:
        return {**names}
    return {**dict.fromkeys(_IN_THE_WAY), **lifecycle.client_environment(running), **names}


def as_exports(variables: Mapping[str, str | None], *, is_fish: bool) -> list[str]:
    """The lines that set them, for bash and zsh or for fish."""
    export = "set -gx {} {}" if is_fish else "export {}={}"
    gone = as_unsets([name for name, value in variables.items() if value is None], is_fish=is_fish)
    return gone + [
        export.format(name, shlex.quote(value)) for name, value in variables.items() if value is not None
    ]


def as_unsets(names: Iterable[str], *, is_fish: bool) -> list[str]:
    """The lines that take them away."""
    return [f"set -e {name}" if is_fish else f"unset {name}" for name in names]

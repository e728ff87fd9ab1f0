"""Another one for the same request: the refused attempt ends, then the next is asked for."""

from __future__ import annotations

import time

from braid.domain.asset.rerun import StartAt
from cli.errors import CommandError
from cli.repair.rerunning import ask_again
from cli.showing.asset_ids import find_asset
from cli.target import Target

__all__ = ["ask_for_another"]

_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 0.5


def ask_for_another(target: Target, asset_id: str) -> int:
    """Waits until the refusal is recorded and asks for the next attempt, whose number it gives.

    Raises ``CommandError`` where the refusal takes too long: the command to ask later is in it.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (record := find_asset(target, asset_id)).status.is_open:
        if time.monotonic() > deadline:
            raise CommandError(f"the refusal isn't recorded yet: `braid rerun {asset_id}` asks once it is")
        time.sleep(_PAUSE_SECONDS)
    (asked,) = ask_again(target, [record], StartAt.ANALYSIS)
    return asked.asset.attempt

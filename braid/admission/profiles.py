"""Whether the folder below ``inbox/`` names a use case that this deployment has."""

from __future__ import annotations

import difflib

from braid.admission.gates import GateLog
from braid.domain.errors import ConfigError

__all__ = ["check_profile"]


def check_profile(profile: str, known: tuple[str, ...], gates: GateLog) -> None:
    """Raises ``InvalidAssetError`` that names the nearest profile, or all there are."""
    if not known:
        raise ConfigError("the code asset holds no profiles/<name>/profile.toml")
    if profile in known:
        return
    nearest = difflib.get_close_matches(profile.casefold(), known, n=1)
    advice = f"did you mean '{nearest[0]}'?" if nearest else f"there are: {', '.join(known)}."
    gates.reject("profile", profile, "", f"unknown profile '{profile}'; {advice}")

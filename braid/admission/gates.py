"""Quality gates: what was measured, and what follows from it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from braid.domain.asset.admission import Gate, measure
from braid.domain.errors import ConfigError, InvalidAssetError
from braid.domain.profile.sections.gates import Band

__all__ = ["GateLog", "check_profile"]


class GateLog:
    """Collects the gates of one asset, so that a rejected one shows what was measured until then."""

    def __init__(self) -> None:
        self.media_type: str | None = None  # of the file examined last, known even where it is rejected
        self._gates: list[Gate] = []
        self._member = ""

    @property
    def gates(self) -> tuple[Gate, ...]:
        """All gates in the order in which they were passed."""
        return tuple(self._gates)

    @property
    def is_of_bundle(self) -> bool:
        """Whether what is examined is one of several members."""
        return bool(self._member)

    @contextmanager
    def of_member(self, name: str, *, is_named: bool) -> Iterator[None]:
        """Gates inside belong to the member ``name``; ``is_named`` in a bundle, where that must be told."""
        self._member = f" ({name})" if is_named else ""
        try:
            yield
        except InvalidAssetError as error:
            raise InvalidAssetError(f"'{name}': {error}") from error
        finally:
            self._member = ""

    def passed(self, name: str, value: float | str, unit: str = "") -> None:
        """The measured value is fine."""
        self._gates.append(Gate(name + self._member, value, unit, "pass"))

    def warn(self, name: str, value: float | str, unit: str, reason: str) -> None:
        """The asset is analysed, and its owner should know ``reason``."""
        self._gates.append(Gate(name + self._member, value, unit, "warn", reason))

    def reject(self, name: str, value: float | str, unit: str, reason: str) -> NoReturn:
        """Raises ``InvalidAssetError`` with ``reason``."""
        self._gates.append(Gate(name + self._member, value, unit, "reject", reason))
        raise InvalidAssetError(reason)

    def judge(
        self,
        name: str,
        value: float,
        unit: str,
        band: Band,
        *,
        low: str = "",
        high: str = "",
        shown: str | None = None,
        only_warns: bool = False,
    ) -> None:
        """Holds ``value`` against the profile's thresholds and records what follows.

        ``low`` and ``high`` say what it means that the value is beyond a threshold on that side, and what to
        do; ``shown`` is how people read the value. With ``only_warns`` nothing is refused: what was measured
        is a part of the asset. Raises ``InvalidAssetError`` where the asset is refused.
        """
        judgement = band.judge(value)
        recorded = value if shown is None else shown
        if judgement.outcome == "pass" or judgement.limit is None:
            self.passed(name, recorded, unit)
            return
        reason = low if judgement.side == "low" else high
        if judgement.outcome == "warn" or only_warns:
            self.warn(name, recorded, unit, reason)
            return
        bound = "less" if judgement.side == "low" else "more"
        asked = measure(judgement.limit, unit)
        self.reject(name, recorded, unit, f"{reason} The profile takes no {bound} than {asked}.")

    @contextmanager
    def guard(self, name: str) -> Iterator[None]:
        """Turns an ``InvalidAssetError`` of the media room into a rejecting gate; it is raised on."""
        try:
            yield
        except InvalidAssetError as error:
            self._gates.append(Gate(name + self._member, "failed", "", "reject", str(error)))
            raise


def check_profile(profile: str, known: tuple[str, ...], gates: GateLog) -> None:
    """Raises ``InvalidAssetError`` that names the nearest profile, or all there are."""
    if not known:
        raise ConfigError("the code asset holds no profiles/<name>/profile.toml")
    if profile in known:
        return
    nearest = difflib.get_close_matches(profile.casefold(), known, n=1)
    advice = f"did you mean '{nearest[0]}'?" if nearest else f"there are: {', '.join(known)}."
    gates.reject("profile", profile, "", f"unknown profile '{profile}'; {advice}")

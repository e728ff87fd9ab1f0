"""What decisions made of the prompt library: its order, and which template of an experiment is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from braid.domain.generation.picks import Pick, Standing, compare, rank
from braid.domain.generation.quality import Ending

__all__ = ["ARM_MARK", "LIBRARY_KEY", "PromptLibrary", "Winner", "arms_of", "picks_of", "refreshed_library"]

# Between the templates of an experiment.
ARM_MARK = "|"
LIBRARY_KEY = "generation/library.json"


@dataclass(frozen=True)
class Winner:
    """The better arm of an experiment of two, for these versions of its templates."""

    experiment: str
    template: str
    versions: Mapping[str, str]
    difference: float
    looked_at: int
    at: str


@dataclass(frozen=True)
class PromptLibrary:
    """``generation/library.json``; each earlier ``version`` stays below ``generation/library/``."""

    version: int
    at: str
    standings: tuple[Standing, ...] = ()
    winners: tuple[Winner, ...] = ()
    schema_version: str = "1"

    def winner_of(self, experiment: str, versions: Mapping[str, str]) -> str | None:
        """The template that later requests of the experiment get, as long as no arm was edited."""
        return next(
            (
                winner.template
                for winner in self.winners
                if winner.experiment == experiment and winner.versions == versions
            ),
            None,
        )


def arms_of(template: str) -> tuple[str, ...]:
    """The templates that a request names: one, or those of its experiment."""
    return tuple(name.strip() for name in template.split(ARM_MARK))


def picks_of(endings: Iterable[Ending]) -> list[Pick]:
    """One for each decision that a person took about a draft of a template, in order of time."""
    picks = [
        Pick(ending.asset_id, ending.template, ending.version, ending.outcome == "approved", ending.at)
        for ending in endings
        if ending.template and ending.outcome in ("approved", "refused")
    ]
    return sorted(picks, key=lambda pick: (pick.at, pick.request_id))


def refreshed_library(
    before: PromptLibrary | None, endings: Iterable[Ending], versions: Mapping[str, str], *, at: str
) -> PromptLibrary:
    """The library by these decisions; ``before`` itself where they change nothing.

    ``versions`` are the templates' of today. A winner stands until one of its arms is edited: the decisions
    behind it may be too old to be among ``endings``.
    """
    found = list(endings)
    standings = rank(picks_of(found))
    kept = {
        winner.experiment: winner
        for winner in (before.winners if before else ())
        if winner.versions == _of(versions, arms_of(winner.experiment))
    }
    for experiment in sorted({ending.experiment for ending in found if ending.experiment} - kept.keys()):
        if winner := _winner(experiment, found, versions, at):
            kept[experiment] = winner
    new = PromptLibrary(before.version + 1 if before else 1, at, standings, tuple(kept.values()))
    if before is not None and replace(new, version=before.version, at=before.at) == before:
        return before
    return new


def _winner(
    experiment: str, endings: Iterable[Ending], versions: Mapping[str, str], at: str
) -> Winner | None:
    arms = arms_of(experiment)
    if len(arms) != 2 or not versions.keys() >= set(arms):
        return None
    current = _of(versions, arms)
    picks = picks_of(
        ending
        for ending in endings
        if ending.experiment == experiment and current.get(ending.template) == ending.version
    )
    one, other = ([pick.is_picked for pick in picks if pick.template == name] for name in arms)
    found = compare(one, other, names=(arms[0], arms[1]))
    if not found.winner:
        return None
    return Winner(experiment, found.winner, current, round(found.difference, 4), found.looked_at, at)


def _of(versions: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: versions[name] for name in names if name in versions}

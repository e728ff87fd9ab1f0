"""How observations word what a service's moderation found, and how that is read back. One place for both."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.evidence.observation import Observation

__all__ = ["categories_of", "moderation_text", "toxicity_text"]

_LEVEL = " / "
_LISTED = ": "


def moderation_text(parents: Sequence[str], name: str) -> str:
    """A moderation category with what it belongs to, as the service nests them: ``Violence / Weapons``."""
    return _LEVEL.join((*parents, name))


def toxicity_text(what: str, categories: Sequence[str]) -> str:
    """``Toxic speech: hate speech, insult``; ``what`` alone where no category is likely."""
    listed = ", ".join(category.replace("_", " ") for category in categories)
    return f"{what}{_LISTED}{listed}" if listed else what


def categories_of(observation: Observation) -> tuple[tuple[str, ...], ...]:
    """The categories that an observation of moderation or toxicity names, each as a path, outermost first.

    Nothing for observations of other kinds.
    """
    if observation.kind == "moderation":
        return (tuple(observation.text.split(_LEVEL)),)
    if observation.kind == "toxicity":
        what, _, listed = observation.text.partition(_LISTED)
        return tuple((name,) for name in listed.split(", ") if name) or ((what,),)
    return ()

"""Where the report's statements lead: a moment of the player, a line, a picture or a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.citation import place
from domain.observation import Evidence
from domain.timeline import Timeline
from lambdas.runtime.markup import Markup, join, tag

__all__ = ["Links", "moment", "seconds"]

_MAX_TITLE_CHARACTERS = 200


@dataclass(frozen=True)
class Links:
    """What can be cited, by evidence id, and the ids of everything that the page shows."""

    evidence: dict[str, Evidence]
    shown: frozenset[str]

    @staticmethod
    def to(timeline: Timeline | None, shown: frozenset[str]) -> Links:
        """Links to the evidence of ``timeline`` and to what is ``shown``."""
        return Links({item.evidence_id: item for item in timeline.evidence} if timeline else {}, shown)

    def href(self, item: Evidence) -> str:
        """To the line, picture or passage that the evidence was taken from, else to its row."""
        origin = item.source.rpartition(":")[2]
        return f"#{origin if origin in self.shown else item.evidence_id}"

    def citations(self, evidence_ids: Sequence[str]) -> Markup | None:
        """A link for each, named by its place; an id without evidence is shown as it is."""
        links = []
        for evidence_id in evidence_ids:
            item = self.evidence.get(evidence_id)
            if item is None:
                links.append(tag("span", evidence_id, class_="chip"))
                continue
            links.append(
                tag(
                    "a",
                    place(item) or item.modality.value,
                    href=self.href(item),
                    title=item.text[:_MAX_TITLE_CHARACTERS],
                    class_=f"chip {item.modality.value}",
                    data_t=seconds(item.span.start_ms),
                )
            )
        # The spaces between them are where a narrow screen may break the line.
        return tag("span", join(links, " "), class_="cite") if links else None


def seconds(at_ms: int | None) -> str | None:
    """A moment as the page's script reads it: seconds of the player's clock."""
    return None if at_ms is None else f"{at_ms / 1000:.3f}".rstrip("0").rstrip(".")


def moment(text: str, at_ms: int | None, href: str = "") -> Markup:
    """A place in small print, which seeks if it is a moment; without a player it leads to ``href``."""
    at = seconds(at_ms)
    if at is None:
        return tag("span", text, class_="time")
    return tag("a", text, href=href or f"#t={at}", class_="time", data_t=at)

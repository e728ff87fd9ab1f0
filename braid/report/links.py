"""Where the report's statements lead: a moment of the player, a line, a picture or a passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from braid.domain.evidence.citation import place
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.span import brief_timecode
from braid.report.markup import Markup, join, tag

__all__ = ["Links", "moment", "row_id", "seconds"]

_MAX_TITLE_CHARACTERS = 200


@dataclass(frozen=True)
class Links:
    """What can be cited, by evidence id, and the ids of everything that the page shows.

    Agreements rest on ``others`` too: observations, by their id, that the budget of evidence left out.
    """

    evidence: dict[str, Evidence]
    shown: frozenset[str]
    others: dict[str, Observation] = field(default_factory=dict)

    @staticmethod
    def to(timeline: Timeline | None, shown: frozenset[str]) -> Links:
        """Links to the evidence of ``timeline`` and to what is ``shown``."""
        if timeline is None:
            return Links({}, shown)
        evidence = {item.evidence_id: item for item in timeline.evidence}
        others = {item.observation_id: item for item in timeline.observations}
        return Links(evidence, shown, others)

    def href(self, item: Evidence) -> str:
        """To the line, picture or passage that the evidence was taken from, else to its row."""
        return self._origin(item) or f"#{row_id(item)}"

    def _origin(self, item: Evidence | Observation) -> str | None:
        origin = item.source.rpartition(":")[2]
        return f"#{origin}" if origin in self.shown else None

    def citations(self, evidence_ids: Sequence[str]) -> Markup | None:
        """A link for each place, named by it; an id of nothing known is shown as it is."""
        links: dict[tuple[str, str | None], Markup] = {}
        for evidence_id in evidence_ids:
            item = self.evidence.get(evidence_id) or self.others.get(evidence_id)
            if item is None:
                links[evidence_id, ""] = tag("span", evidence_id, class_="chip")
                continue
            href = self.href(item) if isinstance(item, Evidence) else self._origin(item)
            link = tag(
                "a" if href else "span",
                _named(item),
                href=href,
                title=item.text[:_MAX_TITLE_CHARACTERS],
                class_=f"chip {item.modality.value}",
                data_t=seconds(item.span.start_ms),
            )
            # Two lines of one picture lead to the same place and would read the same.
            links.setdefault((place(item), href), link)
        # The spaces between them are where a narrow screen may break the line.
        return tag("span", join(links.values(), " "), class_="cite") if links else None


def row_id(item: Evidence) -> str:
    """The id of the evidence's own row: fusion calls an utterance's evidence as the utterance itself."""
    return f"e-{item.evidence_id}"


def _named(item: Evidence | Observation) -> Markup:
    """The place; where a span ends gives way on a narrow screen."""
    named = place(item) or item.modality.value
    start_ms, end_ms = item.span.start_ms, item.span.end_ms
    if start_ms is None or end_ms is None or "–" not in item.span.brief:
        return tag("span", named)
    end = f"–{brief_timecode(end_ms)}"
    return tag("span", named.removesuffix(end), tag("span", end, class_="until"))


def seconds(at_ms: int | None) -> str | None:
    """A moment as the page's script reads it: seconds of the player's clock."""
    return None if at_ms is None else f"{at_ms / 1000:.3f}".rstrip("0").rstrip(".")


def moment(text: str, at_ms: int | None, href: str = "") -> Markup:
    """A place in small print, which seeks if it is a moment; without a player it leads to ``href``."""
    at = seconds(at_ms)
    if at is None:
        return tag("span", text, class_="time")
    return tag("a", text, href=href or f"#t={at}", class_="time", data_t=at)

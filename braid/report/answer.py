"""The answer with its citations, whatever the profile's schema looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from braid.domain.answer.answer import Answer, RouteStep
from braid.domain.answer.claims import child
from braid.domain.span import brief_timecode
from braid.report.decision_basis import contradictions_part, decision_part
from braid.report.links import Links, seconds
from braid.report.markup import Markup, join, tag
from braid.report.parts import breakable, section, table

__all__ = ["answer_section"]

# Every statement of a profile's schema cites under this name.
_CITED = "evidence_ids"
_METHODS = {
    "model": "written by a model from the evidence",
    "extractive": "quoted from the evidence, without a model",
}
_CONFIDENCES = ((0.8, "high"), (0.5, "fair"), (0.0, "low"))
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_DEEPEST_HEADING = 4


@dataclass(frozen=True)
class _Cited:
    """Where statements lead, and the contradictions that they are part of, by JSON pointer."""

    links: Links
    contradictions: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def behind(self, evidence_ids: Sequence[Any], path: str) -> Markup:
        """What stands behind a statement: where it was taken from, and what speaks against it."""
        clashes = (
            tag("span", tag("strong", "Contradiction: "), reason, class_="clash")
            for reason in self.contradictions.get(path, ())
        )
        return join([self.links.citations([str(item) for item in evidence_ids]), *clashes], " ")


def answer_section(answer: Answer | None, links: Links) -> Markup | None:
    """The answer as headings and lists; every citation leads to its moment, picture or page."""
    if answer is None:
        return None
    return section(
        "answer",
        "Answer",
        _confidence(answer),
        _value(
            answer.answer, _Cited(links, {claim.path: claim.contradictions for claim in answer.claims}), 3
        ),
        *(tag("p", warning, class_="soft") for warning in answer.warnings),
        contradictions_part(answer.contradictions, links),
        decision_part(answer.decision_basis, links),
        _review(answer.review, _Cited(links)),
        _guardrail(answer.guardrail, _Cited(links)),
        _route(answer),
    )


def _confidence(answer: Answer) -> Markup:
    """How sure the answer is, in a word, a number and a bar; and how it was made."""
    made = _METHODS.get(answer.method, answer.method)
    if answer.confidence is None:
        return tag("p", tag("span", made, class_="soft"), class_="made")
    word = next(word for least, word in _CONFIDENCES if answer.confidence >= least)
    bar = tag(
        "svg",
        tag("rect", width="100%", height=6, rx=3, class_="rail"),
        tag("rect", width=f"{100 * answer.confidence:.0f}%", height=6, rx=3, class_=f"level {word}"),
        class_="bar",
        aria_hidden="true",
    )
    by_model = f" · {answer.model_id}" if answer.method == "model" else ""
    return tag(
        "p",
        tag("span", bar, f"confidence {answer.confidence:.2f}, {word}", class_="confidence"),
        " ",
        tag("span", f"{made}{by_model}", class_="soft"),
        class_="made",
    )


def _guardrail(value: Mapping[str, Any] | None, cited: _Cited) -> Markup | None:
    """What the guardrail said: one word of it as a line, its whole assessment folded away."""
    if not value:
        return None
    if set(value) == {"status"}:
        return tag("p", f"Guardrail: {value['status']}".replace("_", " "), class_="soft")
    return tag("details", tag("summary", "What the guardrail said"), _value(value, cited, 3))


def _review(value: Mapping[str, Any] | None, cited: _Cited) -> Markup | None:
    """What a person decided about the answer."""
    return tag("div", tag("h3", "Human review"), _value(value, cited, 4), class_="decided") if value else None


def _route(answer: Answer) -> Markup | None:
    """Which models were asked, in order, and why each."""
    if not answer.route:
        return None
    rows = [(step.tier, breakable(step.model_id), step.reason, step.outcome) for step in answer.route]
    asked = _count_of(answer.route)
    return tag(
        "details",
        tag("summary", f"How this answer was made: {asked}"),
        table(("Tier", "Model", "Why it was asked", "Outcome"), rows, class_="route"),
        tag("p", f"Profile {answer.profile}, content hash {answer.profile_hash[:12]}", class_="soft"),
    )


def _count_of(route: Sequence[RouteStep]) -> str:
    return "one call" if len(route) == 1 else f"{len(route)} calls"


def _value(value: Any, cited: _Cited, level: int, path: str = "") -> Markup:
    if isinstance(value, Mapping):
        return _object(value, cited, level, path)
    if isinstance(value, list | tuple):
        items = (_value(item, cited, level + 1, f"{path}/{index}") for index, item in enumerate(value))
        return tag("ul", *(tag("li", item, dir="auto") for item in items))
    return tag("span", *_scalar(value), class_="said")


def _object(value: Mapping[str, Any], cited: _Cited, level: int, path: str) -> Markup:
    """A statement that cites becomes a line; anything else a heading with its content for every member."""
    members = {name: member for name, member in value.items() if name != _CITED and member not in _EMPTY}
    listed = value.get(_CITED)
    behind = cited.behind(listed, path) if isinstance(listed, list) else None
    if listed is not None and all(not isinstance(member, Mapping | list) for member in members.values()):
        return join([*_statement(members), behind], " ")
    heading = f"h{level}" if level <= _DEEPEST_HEADING else "p"
    blocks: list[Markup | None] = []
    for name, member in members.items():
        if isinstance(member, Mapping | list):
            below = _value(member, cited, level + 1, child(path, name))
            blocks += [tag(heading, _heading(name), class_="label"), below]
        else:
            blocks.append(tag("p", *_named(name, member), dir="auto"))
    return join([*blocks, behind])


def _statement(members: Mapping[str, Any]) -> list[Markup]:
    """What is stated first, then what is said about it, by name."""
    first = next((name for name, member in members.items() if isinstance(member, str)), None)
    if first == "name" and "value" in members:
        # A pair reads as one: "Material: ceramic".
        pair = [tag("strong", f"{members['name']}: "), *_scalar(members["value"])]
        said = [tag("span", *pair, class_="said")]
        members = {name: member for name, member in members.items() if name not in ("name", "value")}
    else:
        said = [] if first is None else [tag("span", *_scalar(members[first]), class_="said")]
    others = [name for name in members if name != first]
    return said + [tag("span", *_named(name, members[name]), class_="aside") for name in others]


def _named(name: str, member: Any) -> list[Markup | str]:
    """``Severity: 0.8``; a time in milliseconds becomes a moment to go to."""
    if name.endswith("_ms") and isinstance(member, int) and member >= 0:
        moment = tag("a", brief_timecode(member), href=f"#t={seconds(member)}", data_t=seconds(member))
        return [tag("strong", f"{_heading(name.removesuffix('_ms'))}: "), moment]
    return [tag("strong", f"{_heading(name)}: "), *_scalar(member)]


def _scalar(value: Any) -> list[Markup | str]:
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    text = "" if value is None else str(value)
    if _COLOR.fullmatch(text):
        # A presentation attribute, because the page's policy allows no style on an element.
        sample = tag("rect", width="100%", height="100%", fill=text)
        return [tag("svg", sample, class_="swatch", aria_hidden="true"), text]
    return [text]


def _heading(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


_EMPTY: tuple[Any, ...] = (None, "", [], {})

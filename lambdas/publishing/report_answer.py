"""The answer with its citations, whatever the profile's schema looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.answer import Answer
from domain.citation import place
from domain.observation import Evidence
from domain.timeline import Timeline
from lambdas.runtime.markup import Markup, join, tag

__all__ = ["answer_section", "citations"]

# Which member of a statement is its text; every statement of a profile's schema cites under evidence_ids.
_CITED = "evidence_ids"
_METHODS = {
    "model": "written by a model from the evidence below",
    "extractive": "quoted from the evidence below, without a model",
}


def answer_section(answer: Answer | None, timeline: Timeline | None) -> Markup | None:
    """The answer as headings and lists; every citation links to its evidence."""
    if answer is None:
        return None
    evidence = {item.evidence_id: item for item in timeline.evidence} if timeline else {}
    method = _METHODS.get(answer.method, answer.method)
    by_model = f" · {answer.model_id}" if answer.method == "model" else ""
    made = f"{method}{by_model} · confidence {answer.confidence:.2f}"
    return tag(
        "section",
        tag("h2", "Answer"),
        _value(answer.answer, evidence),
        *(tag("p", warning, class_="soft") for warning in answer.warnings),
        tag("p", made, class_="soft"),
    )


def citations(evidence_ids: Sequence[str], evidence: Mapping[str, Evidence]) -> Markup:
    """Links to evidence rows, each with its place; an id without a row is shown as it is."""
    links = []
    for evidence_id in evidence_ids:
        item = evidence.get(evidence_id)
        if item is None:
            links.append(tag("span", evidence_id))
        else:
            links.append(tag("a", place(item), href=f"#{item.evidence_id}", title=item.text[:200]))
    # The spaces between them are where a narrow screen may break the line.
    return tag("span", join(links, " "), class_="cite")


def _value(value: Any, evidence: Mapping[str, Evidence]) -> Markup:
    if isinstance(value, Mapping):
        return _object(value, evidence)
    if isinstance(value, list | tuple):
        return tag("ul", *(tag("li", _value(item, evidence), dir="auto") for item in value))
    return tag("span", _scalar(value))


def _object(value: Mapping[str, Any], evidence: Mapping[str, Evidence]) -> Markup:
    """A statement that cites becomes a line; anything else a heading with its content for every member."""
    members = {name: member for name, member in value.items() if name != _CITED}
    if _CITED in value and all(not isinstance(member, Mapping | list) for member in members.values()):
        parts = [_scalar(member) for member in members.values() if member not in (None, "")]
        line = tag("span", " · ".join(parts), class_="said")
        cited = value[_CITED] if isinstance(value[_CITED], list) else []
        return join((line, citations([str(item) for item in cited], evidence)), " ")
    blocks: list[Markup] = []
    for name, member in members.items():
        if member in (None, "", [], {}):
            continue
        if isinstance(member, Mapping | list):
            blocks += [tag("h3", _heading(name)), _value(member, evidence)]
        else:
            blocks.append(tag("p", tag("strong", f"{_heading(name)}: "), _scalar(member), dir="auto"))
    if isinstance(value.get(_CITED), list):
        blocks.append(citations([str(item) for item in value[_CITED]], evidence))
    return join(blocks)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _heading(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]

"""What a profile declares in ``[checks]``: lines, descriptions, chapters, questions, attributes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from braid.domain.accessibility.gaps import lines_in_gaps, spoken_words
from braid.domain.answer.answer import AnswerClaim
from braid.domain.answer.chapters import beginnings, mended_chapters
from braid.domain.answer.claims import find_claims, objects_at
from braid.domain.evidence.observation import Evidence
from braid.domain.profile.sections.checks import CheckPlan
from braid.text.numbers.measures import measured_otherwise
from lambdas.inference.request.pictures import picture_of
from lambdas.inference.request.slots import Slots

__all__ = ["Misfit", "mended_lists", "misfits"]

# Path of the item that doesn't pass, and why in words that a model can act on.
Misfit = tuple[str, str]
_MOST_NAMED = 8


def misfits(
    answer: Mapping[str, Any], plan: CheckPlan, slots: Slots, evidence: Mapping[str, Evidence]
) -> tuple[Misfit, ...]:
    """Every item of the answer, which fits its schema, that a declared check refuses."""
    return (
        *_lines(answer, plan, slots),
        *_descriptions(answer, plan, slots, evidence),
        *_chapters(answer, plan, slots, evidence),
        *_questions(answer, plan),
        *_attributes(answer, plan),
        *_placeless(answer, plan, slots, evidence),
    )


def mended_lists(
    answer: dict[str, Any], plan: CheckPlan, slots: Slots, evidence: Mapping[str, Evidence]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The answer with chapters and lines in order and timed, and what was changed or is left undone.

    Places to go to are left out where the asset has none, which the model is told.
    """
    notes: list[str] = []
    if plan.chapters and slots.clock is not None:
        chapters, changed = mended_chapters(objects_at(answer, plan.chapters), evidence, slots.clock)
        answer = _with(answer, plan.chapters, chapters)
        notes.extend(changed)
    if plan.fits_gaps:
        lines = lines_in_gaps(objects_at(answer, plan.fits_gaps), slots.gaps)
        answer = _with(answer, plan.fits_gaps, lines)
    if plan.places and slots.clock is None:
        answer = _with(answer, plan.places, [])
    if plan.describes_pictures:
        described = {item["picture"] for item in objects_at(answer, plan.describes_pictures)}
        lacking = [name for name in slots.pictures if name not in described]
        if lacking:
            named = ", ".join(lacking[:_MOST_NAMED]) + (" …" if len(lacking) > _MOST_NAMED else "")
            notes.append(f"{len(lacking)} of {len(slots.pictures)} pictures have no description: {named}")
    return answer, tuple(notes)


def _lines(answer: Mapping[str, Any], plan: CheckPlan, slots: Slots) -> Iterator[Misfit]:
    gaps = {gap.number: gap for gap in slots.gaps}
    used: Counter[int] = Counter()
    for path, line in _items(answer, plan.fits_gaps):
        gap = gaps.get(line["gap"])
        if gap is None:
            known = f"they are 1 to {len(gaps)}" if gaps else "there is none"
            yield path, f"{path} is for gap {line['gap']}, which isn't among the gaps: {known}"
            continue
        words, most = spoken_words(str(line["text"])), gap.max_words(plan.words_per_minute)
        used[gap.number] += words
        if used[gap.number] > most:
            told = (
                f"{words} words" if used[gap.number] == words else f"{used[gap.number]} words with the others"
            )
            yield path, f"{path} has {told}, and {gap} holds {most}: shorten it"


def _descriptions(
    answer: Mapping[str, Any], plan: CheckPlan, slots: Slots, evidence: Mapping[str, Evidence]
) -> Iterator[Misfit]:
    seen: set[str] = set()
    for path, item in _items(answer, plan.describes_pictures):
        name = item["picture"]
        if name not in slots.pictures:
            yield path, f"{path} describes {name!r}, which isn't among the pictures"
        elif name in seen:
            yield path, f"{path} describes {name!r} again: one description for each picture"
        elif name not in {
            picture_of(evidence[each].source) for each in item["evidence_ids"] if each in evidence
        }:
            yield path, f"{path} describes {name!r} and cites nothing that was found in it"
        seen.add(name)


def _chapters(
    answer: Mapping[str, Any], plan: CheckPlan, slots: Slots, evidence: Mapping[str, Evidence]
) -> Iterator[Misfit]:
    clock = slots.clock
    if clock is None:
        return
    begun: dict[int, str] = {}
    chapters = _items(answer, plan.chapters)
    starts = beginnings([chapter for _, chapter in chapters], evidence, clock)
    for (path, _), start in zip(chapters, starts, strict=True):
        if start is None:
            what = "a time" if clock.unit == "ms" else "a page"
            yield path, f"{path} cites nothing with {what}: cite what it begins with"
        elif clock.unit == "ms" and start in begun:
            yield (
                path,
                f"{path} begins at {clock.place(start)}, as {begun[start]} does: join the two",
            )
        else:
            begun[start] = path


def _questions(answer: Mapping[str, Any], plan: CheckPlan) -> Iterator[Misfit]:
    for path, question in _items(answer, plan.quiz):
        options = [str(option).strip().casefold() for option in question["options"]]
        if len(set(options)) < len(options):
            yield path, f"{path} has the same option twice"
        elif str(question["answer"]).strip().casefold() not in options:
            yield path, f"{path} has the answer {question['answer']!r:.80}, which is none of its options"


def _attributes(answer: Mapping[str, Any], plan: CheckPlan) -> Iterator[Misfit]:
    for path, item in _items(answer, plan.attributes):
        name, value = str(item["name"]), str(item["value"])
        if (kind := measured_otherwise(name, value)) is not None:
            yield (
                path,
                f"{path} calls {value!r:.80} the {name!r:.40}, which is {kind}: name it for what it is",
            )


def _placeless(
    answer: Mapping[str, Any], plan: CheckPlan, slots: Slots, evidence: Mapping[str, Evidence]
) -> Iterator[Misfit]:
    if slots.clock is None:
        return
    for claim in _tied(answer, plan):
        spans = [evidence[name].span for name in claim.evidence_ids if name in evidence]
        if spans and not any(span.is_timed or span.page is not None for span in spans):
            yield (
                claim.path,
                f"{claim.path} cites nothing with a time or a page: cite where it is said or shown",
            )


def _tied(answer: Mapping[str, Any], plan: CheckPlan) -> list[AnswerClaim]:
    """The claims that have to be tied to a moment."""
    return [
        claim
        for claim in find_claims(answer)
        if any(claim.path == pointer or claim.path.startswith(f"{pointer}/") for pointer in plan.moments)
    ]


def _items(answer: Mapping[str, Any], pointer: str) -> list[tuple[str, Mapping[str, Any]]]:
    return (
        [(f"{pointer}/{index}", item) for index, item in enumerate(objects_at(answer, pointer))]
        if pointer
        else []
    )


def _with(answer: Mapping[str, Any], pointer: str, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A copy of the answer with another list at ``pointer``, where it has one."""
    name, _, below = pointer.removeprefix("/").partition("/")
    if name not in answer:
        return dict(answer)
    return {**answer, name: _with(answer[name], below, items) if below else list(items)}

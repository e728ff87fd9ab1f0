"""Examples out of what reviewers decided: what to teach, how good answers were, which words were misheard."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from braid.domain.answer.review import ReviewExample
from braid.domain.datasets.grammar import CLOSE_TAG, OPEN_TAG, Moderated

__all__ = [
    "NOBODY",
    "Baseline",
    "Taught",
    "baseline",
    "moderation_prompt",
    "policy_sections",
    "taught",
    "vocabulary",
]

# Who stands for a deadline that decided: nobody looked at the answer, so nobody says that it is right.
NOBODY = "nobody"
_HEADING = re.compile(
    r"^## +(?P<name>[^:\n]+?)(?::[^\n]*)?\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LEAST_LETTERS = 3


@dataclass(frozen=True)
class Taught:
    """One example for tuning: ``prompt`` and ``answer``, under ``system`` where there is one."""

    prompt: str
    answer: str
    system: str = ""


@dataclass(frozen=True)
class Baseline:
    """What people made of a profile's answers. What a deadline decided isn't counted.

    ``decisions`` counts (the model's decision, the one that stands), of profiles that decide.
    """

    profile: str
    approved: int
    edited: int
    rejected: int
    decisions: Mapping[tuple[str, str], int]

    @property
    def approved_share(self) -> float:
        """How often an answer stood as it was; 0 of none."""
        total = self.approved + self.edited + self.rejected
        return self.approved / total if total else 0.0


def policy_sections(policy: str) -> list[tuple[str, str]]:
    """Name and text of the categories of a ``policy.md``: the headings of its second level."""
    return [(match["name"].strip(), " ".join(match["text"].split())) for match in _HEADING.finditer(policy)]


def moderation_prompt(sections: Sequence[tuple[str, str]], text: str) -> str:
    """Asks for Yes or No and the violated categories, in the grammar of ``Moderated``."""
    listed = "\n".join(f"S{number}: {name}. {said}" for number, (name, said) in enumerate(sections, 1))
    inside = text.replace("</post>", "< /post>")
    return (
        "You moderate what people publish. Begin with Yes if it violates the policy, or No if it doesn't.\n"
        f"After Yes list the violated categories between {OPEN_TAG} and {CLOSE_TAG} tags, then say why.\n"
        f"{listed}\n"
        "Moderate this:\n"
        f"<post>\n{inside}\n</post>"
    )


def taught(
    example: ReviewExample,
    *,
    instructions: str,
    decision_ranks: Sequence[str] = (),
    sections: Sequence[tuple[str, str]] = (),
) -> Taught | str:
    """What a reviewer's decision teaches, or in words why it teaches nothing.

    A profile that decides, whose ``decision_ranks`` are the mildest first, teaches Yes or No under the
    policy; any other its whole answer as JSON under its ``instructions``.
    """
    if example.by == NOBODY:
        return "a deadline decided, nobody looked"
    if example.label == "reject" or example.corrected is None:
        return "it was rejected: what is right wasn't said"
    lines = [str(piece.get("text", "")) for piece in example.evidence]
    text = "\n".join(line for line in lines if line.strip())
    if not text:
        return "it has no evidence"
    if not decision_ranks:
        answer = json.dumps(example.corrected, ensure_ascii=False, sort_keys=True)
        return Taught(f"Answer in JSON from this evidence:\n{text}", answer, instructions)
    decision = example.corrected.get("decision")
    if decision not in (decision_ranks[0], decision_ranks[-1]):
        return f"its decision is {decision!r}, neither {decision_ranks[0]!r} nor {decision_ranks[-1]!r}"
    violates = decision == decision_ranks[-1]
    return Taught(moderation_prompt(sections, text), _moderated(example.corrected, violates=violates).write())


def baseline(examples: Iterable[ReviewExample]) -> tuple[Baseline, ...]:
    """How good answers were before anything was tuned, by profile."""
    labels: dict[str, Counter[str]] = {}
    decisions: dict[str, Counter[tuple[str, str]]] = {}
    for example in examples:
        if example.by == NOBODY:
            continue
        labels.setdefault(example.profile, Counter())[example.label] += 1
        before = (example.answer or {}).get("decision")
        after = (example.corrected or {}).get("decision")
        if isinstance(before, str) and isinstance(after, str):
            decisions.setdefault(example.profile, Counter())[before, after] += 1
    return tuple(
        Baseline(
            name, counts["approve"], counts["edit"], counts["reject"], dict(decisions.get(name, Counter()))
        )
        for name, counts in sorted(labels.items())
    )


def vocabulary(examples: Iterable[ReviewExample]) -> list[str]:
    """Names that reviewers wrote into answers and that neither the answer nor any evidence had.

    They may have been misheard: a proposal for a custom vocabulary of Transcribe, which a person reads first.
    The most frequent come first. Words of a vocabulary have no digits, and hyphens for blanks.
    """
    found: Counter[str] = Counter()
    for example in examples:
        if example.by == NOBODY or example.label != "edit" or example.corrected is None:
            continue
        known = {
            word.casefold()
            for text in (*_texts(example.answer), *(str(piece.get("text", "")) for piece in example.evidence))
            for word in _WORD.findall(text)
        }
        for text in _texts(example.corrected):
            # A capital there says nothing.
            begins = {0, *(match.end() for match in re.finditer(r"[.!?:]\s+[“\"(]?", text))}
            for match in _WORD.finditer(text):
                word = match[0]
                is_name = word[0].isupper() and match.start() not in begins
                if len(word) >= _LEAST_LETTERS and is_name and word.casefold() not in known:
                    found[word] += 1
    return [word for word, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def _moderated(answer: Mapping[str, Any], *, violates: bool) -> Moderated:
    categories = [
        " ".join(str(each.get("name", "")).replace("<", " ").replace(">", " ").split())
        for each in answer.get("categories", ())
        if isinstance(each, Mapping)
    ]
    reasons = [
        " ".join(str(each.get("text", "")).split())
        for each in answer.get("reasons", ())
        if isinstance(each, Mapping)
    ]
    reason = next((each for each in reasons if each), "").replace(OPEN_TAG, "").replace(CLOSE_TAG, "").strip()
    named = tuple(dict.fromkeys(name for name in categories if name)) if violates else ()
    return Moderated(violates, named, reason)


def _texts(value: Any) -> Iterator[str]:
    """The texts of an answer, without what cites: ids and modalities aren't words that somebody says."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in ("evidence_ids", "modality", "vote", "decision"):
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)

"""What a terminal shows of an answer: its claims, and what the answer says beside them."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from braid.domain.answer.answer import Answer, Contradiction
from braid.domain.answer.claims import find_claims
from braid.domain.answer.contradicted import marked
from cli.showing.show import show_answer


def shown(
    answer: dict[str, Any], method: str = "model", contradictions: tuple[Contradiction, ...] = ()
) -> list[str]:
    console = Console(file=io.StringIO(), width=80)
    claims = marked(find_claims(answer), contradictions)
    told = Answer("catalog", "0" * 64, method, "nova", (), answer, claims, 0.5, "")
    show_answer(console, told, None)
    assert isinstance(console.file, io.StringIO)
    return [line.strip() for line in console.file.getvalue().splitlines()]


def test_what_stands_beside_a_claim_is_shown_with_it() -> None:
    lines = shown(
        {
            "category": {"path": "Home > Mugs", "text": "A mug.", "evidence_ids": ["p1"]},
            "votes": [{"modality": "text", "vote": "block", "text": "A threat.", "evidence_ids": ["p1"]}],
            "quiz": [{"question": "Which?", "options": ["a", "b"], "answer": "b", "evidence_ids": ["p1"]}],
        }
    )
    assert lines[lines.index("• A mug.  p1") + 1] == "path: Home > Mugs"
    assert lines[lines.index("• A threat.  p1") + 1] == "modality: text · vote: block"
    assert lines[lines.index("• Which?  p1") + 1] == "options: a, b · answer: b"


def test_nothing_is_shown_twice_and_places_stand_in_the_citation() -> None:
    lines = shown(
        {
            "attributes": [{"name": "Weight", "value": "410 g", "evidence_ids": ["p1"]}],
            "chapters": [{"title": "Knives", "start_ms": 0, "end_ms": 9, "evidence_ids": ["p1"]}],
            "difficulty": {"level": "beginner", "reason": "Explains all.", "evidence_ids": ["p1"]},
        }
    )
    assert [line for line in lines if line] == [
        "Answer  written by nova from the evidence; confidence 0.50",
        "Attributes",
        "• Weight: 410 g  p1",
        "Chapters",
        "• Knives  p1",
        "Difficulty",
        "• beginner Explains all.  p1",
    ]


def test_an_answer_that_a_person_corrected_says_so() -> None:
    assert "Answer  corrected by a person; confidence 0.50" in shown({}, "reviewer")


def test_a_claim_that_states_both_sides_names_the_contradiction() -> None:
    price = Contradiction("picture says '14 euros' where text says '19 euros'", 0.9, ("k1", "p1"))
    lines = shown(
        {"alt_text": {"text": "It costs 19 euros. 14 euros.", "evidence_ids": ["p1", "k1"]}},
        contradictions=(price,),
    )
    place = lines.index("• It costs 19 euros. 14 euros.  p1, k1")
    assert lines[place + 1] == f"contradiction: {price.reason}"

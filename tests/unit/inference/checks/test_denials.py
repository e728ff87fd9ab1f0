"""Denials of claims and of evidence, where reading got in between."""

from __future__ import annotations

import pytest

from lambdas.inference.checks.denials import denial_problems


@pytest.mark.parametrize(
    ("claim", "evidence", "refused"),
    [
        ("Count two was dismissed without prejudice.", "Count two is dismissed withoutprejudice.", False),
        ("Count two was dismissed without prejudice.", "Count two is dismissed with prejudice.", True),
        ("The view is not able to please.", "The view is notable, able to please.", True),
    ],
)
def test_a_denial_that_reading_glued_together_is_one(claim: str, evidence: str, refused: bool) -> None:
    assert bool(denial_problems(claim, [evidence], "en")) is refused

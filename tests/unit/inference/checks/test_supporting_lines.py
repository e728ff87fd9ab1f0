"""What a repair is told to cite."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.span import Span
from lambdas.inference.checks.answer_checks import check
from lambdas.inference.checks.supporting_lines import supporting_lines

LEASE = {
    f"p{number}": Evidence(f"p{number}", Modality.TEXT, "passage", Span(page=1), text, 1.0, "textract")
    for number, text in enumerate(
        (
            "The tenant pays 900 euros on the first day of the month.",
            "The tenant may keep one cat.",
            "Parking is included.",
        ),
        1,
    )
}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The tenant may keep a cat.", ("p2",)),
        ("Parking is included, and the tenant may keep one cat.", ("p2", "p3")),
        ("The tenant may not keep a cat.", ()),
        ("The tenant pays 950 euros a month.", ()),
        ("The tenant may paint the kitchen and the hall.", ()),
    ],
)
def test_lines_bear_what_they_say_and_nothing_else(text: str, names: tuple[str, ...]) -> None:
    assert supporting_lines(text, LEASE, "en") == names


def test_the_problem_of_a_true_statement_says_what_to_cite() -> None:
    schema = {"properties": {"text": {"type": "string"}, "evidence_ids": {"type": "array"}}}

    found = check({"text": "The tenant may keep one cat.", "evidence_ids": ["p3"]}, schema, LEASE, "en")

    assert any(problem.endswith("is supported by p2: cite that") for problem in found.problems)

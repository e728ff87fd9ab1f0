"""What is said where pip brings nothing."""

from __future__ import annotations

import pytest

from local.weights.pip_errors import is_unanswered, reason

RETRYING = "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError'"
NONE = (
    "ERROR: Could not find a version that satisfies the requirement hibari-tts==0.2.1 (from versions: none)"
)


@pytest.mark.parametrize(
    ("lines", "said", "unanswered"),
    [
        ([RETRYING, NONE], "the package index doesn't answer; try again later", True),
        ([NONE, "ERROR: No matching distribution found"], NONE.removeprefix("ERROR: "), False),
        ([], "pip ended with exit status 2", False),
    ],
)
def test_the_first_error_is_said_unless_nobody_answered(
    lines: list[str], said: str, unanswered: bool
) -> None:
    assert reason(lines, 2) == said
    assert is_unanswered(lines) is unanswered

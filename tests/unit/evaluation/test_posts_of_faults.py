"""The file of posts that faults are tried on: what its lines say, and how its decisions are judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.faults.assets import check_decisions
from evaluation.faults.posts_file import DIFFERENT_A_CHUNK, IDS, REJECTED_LINES, write_posts
from evaluation.faults.verdict import Verdict


def decided() -> list[dict[str, Any]]:
    """The decisions as they should be."""
    return [
        {"line": line, "rejected": "no JSON"}
        if line in REJECTED_LINES
        else {"line": line, "id": of, "decision": "allow"}
        for line, of in enumerate(IDS, 1)
    ]


def verdict_about(decisions: list[dict[str, Any]]) -> Verdict:
    verdict = Verdict("posts-0123", "SUCCEEDED")
    check_decisions(verdict, decisions)
    return verdict


def test_the_file_says_what_is_expected_of_it(tmp_path: Path) -> None:
    lines = write_posts(tmp_path, "case-7", 7).read_text("utf-8").splitlines()

    assert len(lines) == len(IDS)
    posts = {line: json.loads(text) for line, text in enumerate(lines, 1) if line not in REJECTED_LINES}
    assert [post["id"] for post in posts.values()] == [IDS[line - 1] for line in posts]
    assert {line for line, text in enumerate(lines, 1) if text == "no post"} == REJECTED_LINES
    assert len({post["text"] for post in posts.values()}) == 3 * DIFFERENT_A_CHUNK
    others = write_posts(tmp_path, "case-8", 8).read_text("utf-8").splitlines()
    assert not set(lines) & set(others) - {"no post"}


def test_a_decision_a_line_in_order_is_well() -> None:
    assert verdict_about(decided()).is_well


@pytest.mark.parametrize(
    ("damage", "wrong"),
    [
        (lambda found: found[:-1], "lost"),
        (lambda found: [*found, found[-1]], "doubled"),
        (lambda found: [found[1], found[0], *found[2:]], "untrue"),
        (lambda found: [{**found[0], "id": "another's"}, *found[1:]], "untrue"),
        (lambda found: [{"line": 1, "rejected": "no JSON"}, *found[1:]], "untrue"),
        (lambda _: [], "lost"),
    ],
)
def test_what_is_wrong_is_named(damage: Any, wrong: str) -> None:
    verdict = verdict_about(damage(decided()))

    assert not verdict.is_well
    assert getattr(verdict, wrong)

"""`braid posts`: what is refused before anything is sent, and under which name a file goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from braid.domain.asset.asset import is_posts_name
from braid.runtime.library import profile
from cli.costs.planning import knobs_of
from cli.costs.prices import price_book
from cli.errors import CommandError
from cli.posts.files import plan_posts
from cli.posts.planning import plan_posts_file
from cli.posts.posts_commands import posts
from tests.unit.posts.rig import MODEL_IDS, Rig, lines


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("inbox/moderation/a.jsonl", True),
        ("inbox/moderation/A.NDJSON", True),
        ("inbox/moderation/posts.csv", True),
        ("inbox/moderation/march.posts.csv", True),
        ("inbox/moderation/prices.csv", False),
        ("inbox/moderation/posts.json", False),
        ("inbox/moderation/posts.jsonl.gz", False),
    ],
)
def test_a_file_of_posts_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert is_posts_name(name) is is_one


def test_a_csv_file_is_given_a_name_by_which_it_is_known(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("id,text\n1,a\n", "utf-8")

    planned = plan_posts(path, "moderation")

    assert [item.key for item in planned.uploads] == ["inbox/moderation/export.posts.csv"]


@pytest.mark.parametrize("name", ["posts.txt", "posts.json", "nothing.jsonl"])
def test_what_is_no_file_of_posts_is_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("nothing"):
        (tmp_path / name).write_text("x", "utf-8")

    with pytest.raises(CommandError) as refused:
        plan_posts(tmp_path / name, "moderation")

    assert name in refused.value.message
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "either a FILE"),
        ({"file": Path("a.jsonl"), "one": "x"}, "either a FILE"),
        ({"one": "x", "wait": True}, "leave --wait out"),
        ({"file": Path("a.jsonl"), "lang": "de"}, "--lang goes with --one"),
    ],
)
def test_misuse_is_one_sentence(given: dict[str, object], told: str) -> None:
    with pytest.raises(CommandError) as refused:
        posts(**given)  # type: ignore[arg-type]

    assert told in refused.value.message
    assert refused.value.exit_code == 2


def test_a_plan_says_what_a_file_of_posts_costs_before_it_is_dropped(tmp_path: Path) -> None:
    body = lines(*(f"post {number} about the weather" for number in range(600))) + b"no post\n"
    (tmp_path / "posts.jsonl").write_bytes(body)
    planned = plan_posts(tmp_path / "posts.jsonl", "moderation")
    limits = knobs_of().limits

    plan = plan_posts_file(
        planned, profile("moderation"), MODEL_IDS, price_book(), max_object_bytes=limits.max_object_bytes
    )

    told = plan.as_json()
    assert (told["lines"], told["posts"], told["chunks"], told["reason"]) == (601, 600, 3, None)
    done = Rig().run(body)
    assert done.summary.model_usd <= plan.expected_usd <= 1.5 * done.summary.model_usd, "to the high side"


def test_a_plan_says_why_a_file_would_be_rejected(tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_bytes(b"nothing\n")
    planned = plan_posts(tmp_path / "posts.jsonl", "moderation")

    plan = plan_posts_file(planned, profile("moderation"), MODEL_IDS, price_book(), max_object_bytes=10**6)

    assert "No line of the file is a post" in str(plan.reason)
    assert plan.expected_usd == 0

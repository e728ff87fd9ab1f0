"""Files of posts through the deployed machine: a decision a line, one question to a person, all erased."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from braid.domain.asset.asset import AssetKind
from cli.showing.records import read_record
from tests.e2e.conftest import Deployed

_ENDED_WITHIN_SECONDS = 60.0
_LINES = [{"id": number, "text": f"The bread of bakery number {number} is good"} for number in range(1, 281)]


def told(deployed: Deployed, path: Path) -> dict[str, Any]:
    """What `braid posts FILE --wait --json` prints."""
    done = deployed.braid("posts", str(path), "--wait", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def decisions(deployed: Deployed, found: dict[str, Any]) -> list[dict[str, Any]]:
    bucket, _, key = str(found["decisions_uri"]).removeprefix("s3://").partition("/")
    body = deployed.target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return [json.loads(line) for line in body.decode().splitlines()]


@pytest.fixture(scope="module")
def judged(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A file of more than a chunk, with two lines that are no posts, once it has ended or awaits a person."""
    written = [json.dumps(line) for line in _LINES]
    written.insert(100, "no post")
    path = tmp_path_factory.mktemp("posts") / "bakeries.jsonl"
    path.write_text("\ufeff" + "\r\n".join([*written, '{"id":"last"}']), "utf-8")
    return told(deployed, path)


def test_every_line_has_its_decision_in_order(deployed: Deployed, judged: dict[str, Any]) -> None:
    found = decisions(deployed, judged)
    record = read_record(deployed.target, str(judged["asset_id"]))

    assert record is not None
    assert record.kind == AssetKind.POSTS
    assert (judged["lines"], judged["rejected"]) == (282, 2)
    assert [item["line"] for item in found] == list(range(1, 283))
    assert [item["line"] for item in found if "rejected" in item] == [101, 282]
    assert [item["id"] for item in found if "decision" in item] == [line["id"] for line in _LINES]


def test_where_no_model_judges_a_person_decides(deployed: Deployed, judged: dict[str, Any]) -> None:
    found = decisions(deployed, judged)
    by_nobody = [item for item in found if item.get("judged_by") == "nobody"]

    assert all(item["decision"] == "review" for item in by_nobody)
    assert (judged["status"] == "AWAITING_REVIEW") == any(item.get("decision") == "review" for item in found)


def test_a_person_ends_the_file_as_any_asset_and_a_question_finds_it(
    deployed: Deployed, judged: dict[str, Any]
) -> None:
    asset_id = str(judged["asset_id"])
    if judged["status"] == "AWAITING_REVIEW":
        done = deployed.braid("review", "approve", asset_id, "--by", "a person")
        assert done.returncode == 0, done.stderr
    until = time.monotonic() + _ENDED_WITHIN_SECONDS
    while (record := read_record(deployed.target, asset_id)) and record.status.is_open:
        assert time.monotonic() < until, record.reason
        time.sleep(0.3)

    assert record is not None
    assert record.status == "SUCCEEDED", record.reason
    assert {"decisions", "summary", "receipt", "report"} <= deployed.result(asset_id).results.keys()
    asked = deployed.braid("query", "posts-by-day", "--json")
    assert asked.returncode == 0, asked.stderr
    assert sum(json.loads(line)["posts"] for line in asked.stdout.splitlines()) >= 282


def test_a_file_without_posts_is_rejected_with_the_reason(
    deployed: Deployed, make_file: Callable[[str, bytes], Path]
) -> None:
    done = deployed.braid("posts", str(make_file("empty.jsonl", b"nothing\n")), "--wait", "--json")

    assert done.returncode == 3
    assert "No line of the file is a post" in json.loads(done.stdout)["reason"]


def test_one_post_is_judged_at_once(deployed: Deployed) -> None:
    done = deployed.braid("posts", "--one", "The bread is good", "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["decision"]["decision"] in ("allow", "review", "block")
    assert found["milliseconds"] >= 0


def test_a_deleted_file_leaves_nothing_and_the_audit_agrees(
    deployed: Deployed, make_file: Callable[[str, bytes], Path]
) -> None:
    asset_id = str(
        told(deployed, make_file("gone.jsonl", b'{"id":1,"text":"to be forgotten"}\n'))["asset_id"]
    )

    done = deployed.braid("delete", asset_id, "--yes")
    assert done.returncode == 0, done.stderr

    found = deployed.target.s3.list_objects_v2(
        Bucket=deployed.target.results_bucket, Prefix=f"assets/{asset_id}/"
    )
    assert not found.get("Contents")
    audited = deployed.braid("audit", "--json")
    assert asset_id not in audited.stdout

"""The machine of posts as it runs: every chunk once, the rest after a redrive, a person asked once a file."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.states.errors import StateError
from tests.unit.states.world import INVOKE, World, ended
from tests.workflow.test_asl_structure import FOLDER, PLACEHOLDER

_PUT_EVENTS = "arn:aws:states:::events:putEvents"
_CLAIM = {"uri": "s3://results/key", "media_type": "application/json", "size_bytes": 1, "sha256": "0" * 64}
_ASSET = {
    "asset_id": "posts-0123456789abcdef0123",
    "attempt": 1,
    "profile": "moderation",
    "source": {"bucket": "in", "key": "inbox/moderation/posts.jsonl", "version_id": "1"},
}
_CHUNKS = [
    {"number": number, "begin": number, "end": number + 1, "first_line": number + 1} for number in range(7)
]


def machine() -> dict[str, Any]:
    """The definition with each placeholder as the bare name of its function."""
    text = (FOLDER / "moderate_posts.asl.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(
        PLACEHOLDER.sub(lambda match: match[1].removesuffix("FunctionArn"), text)
    )
    return found


@dataclass
class Steps:
    """The functions' answers; ``failing`` are chunks that fail for good, ``admits``: the file goes on."""

    admits: bool = True
    is_batch: bool = False
    needs_review: bool = False
    failing: set[int] = field(default_factory=set)
    called: Counter[str] = field(default_factory=Counter)
    judged: Counter[int] = field(default_factory=Counter)
    states: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, parameters: dict[str, Any]) -> dict[str, Any]:
        name, payload = parameters["FunctionName"], parameters["Payload"]
        with self.lock:
            self.called[name] += 1
            self.states[name] = payload
            if name == "PostsJudge":
                self.judged[payload["chunk"]["number"]] += 1
        if name == "PostsJudge" and payload["chunk"]["number"] in self.failing:
            raise StateError("AccessDeniedError", "no such model for you")
        return {"Payload": {"summary": name, "metered": {}, **self._answer(name, payload)}}

    def _answer(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        if name == "PostsAdmit":
            posts = {
                "file": _CLAIM,
                "bucket": "results",
                "chunks_key": "work/chunks.json",
                "chunks": len(_CHUNKS),
            }
            return {
                "admitted": self.admits,
                "reason": None if self.admits else "no posts",
                "modalities": {"text": self.admits},
                "budget": {},
                "claim": _CLAIM,
                "start_at": "analysis",
                "posts": {**posts, "lines": 7, "is_batch": self.is_batch} if self.admits else None,
            }
        if name == "PostsJudge":
            return {"chunk": payload["chunk"]["number"]}
        if name == "PostsCollect":
            answer = {"claim": _CLAIM, "needs_review": self.needs_review, "review_reasons": []}
            return {"posts": {"chunks": 7, "files": {}}, "fusion": {"claim": _CLAIM}, "answer": answer}
        members = (
            "asset_id",
            "status",
            "source_key",
            "first_sentence",
            "report_uri",
            "result_uri",
            "reason",
            "error",
        )
        return dict.fromkeys(members, "x")


def world(steps: Steps) -> World:
    """Where the steps are; whoever is asked to review approves at once."""

    def invoke(parameters: dict[str, Any]) -> dict[str, Any]:
        answer = steps(parameters)
        if parameters["FunctionName"] == "ReviewAsk":
            names = ("decision", "by", "at", "note", "summary", "claim", "review", "example", "metered")
            decided = json.dumps(dict.fromkeys(names, "approve"))
            found.executions.tokens.succeed(parameters["Payload"]["task_token"], decided)
        return answer

    found = World({INVOKE: invoke, _PUT_EVENTS: lambda _: {"FailedEntryCount": 0, "Entries": []}})
    found.objects["results", "work/chunks.json"] = json.dumps(_CHUNKS).encode()
    return found


def test_every_chunk_is_judged_once_and_then_they_are_put_together() -> None:
    steps = Steps()

    execution = ended(world(steps).start(machine(), {"asset": _ASSET}))

    assert execution.status == "SUCCEEDED", execution.cause
    assert steps.judged == Counter(range(7))
    assert (steps.called["PostsCollect"], steps.called["Publishing"], steps.called["ReviewAsk"]) == (1, 1, 0)
    handed_on = steps.states["Publishing"]["state"]
    assert handed_on.keys() == {"asset", "admission", "posts", "fusion", "answer"}


def test_a_redrive_judges_the_chunks_that_are_left() -> None:
    steps = Steps(failing={5})
    posts = world(steps)
    execution = ended(posts.start(machine(), {"asset": _ASSET}))
    assert execution.status == "FAILED"
    assert steps.called["Recording"] == 0, "the rule on status changes hears of it"
    before = Counter(steps.judged)

    steps.failing.clear()
    execution.ended.clear()
    posts.executions.redrive(execution.arn)
    ended(execution)

    again = steps.judged - before
    assert execution.status == "SUCCEEDED", execution.cause
    # Beside the one that failed, what ran when it did: as many as run at once.
    assert again[5] == 1
    assert sum(again.values()) <= 4
    assert all(count <= 2 for count in steps.judged.values())


def test_a_batch_goes_before_the_chunks() -> None:
    steps = Steps(is_batch=True)

    ended(world(steps).start(machine(), {"asset": _ASSET}))

    assert (steps.called["PostsBatch"], sum(steps.judged.values())) == (1, 7)


def test_a_person_is_asked_once_for_the_file_and_what_they_decide_is_published() -> None:
    steps = Steps(needs_review=True)

    execution = ended(world(steps).start(machine(), {"asset": _ASSET}))

    assert execution.status == "SUCCEEDED", execution.cause
    assert steps.called["ReviewAsk"] == 1
    assert steps.states["Publishing"]["state"]["review"]["decision"] == "approve"


def test_a_rejected_file_is_recorded_and_nothing_is_asked() -> None:
    steps = Steps(admits=False)

    execution = ended(world(steps).start(machine(), {"asset": _ASSET}))

    assert execution.status == "SUCCEEDED"
    assert (sum(steps.judged.values()), steps.called["Recording"]) == (0, 1)


@pytest.mark.parametrize("count", [1, 300])
def test_a_file_of_any_length_enters_as_many_states(count: int) -> None:
    steps = Steps()
    posts = world(steps)
    chunks = [{**_CHUNKS[0], "number": number} for number in range(count)]
    posts.objects["results", "work/chunks.json"] = json.dumps(chunks).encode()

    execution = ended(posts.start(machine(), {"asset": _ASSET}))

    entered = sum(event["type"].endswith("StateEntered") for event in execution.history.events())
    assert entered == 8
    assert len(steps.judged) == count

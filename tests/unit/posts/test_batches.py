"""A batch job fills the verdicts that the chunks then find; what it leaves out is asked about one by one."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from braid.domain.errors import PendingError
from braid.domain.money.accounting import Meter
from braid.models.batch_jobs import BatchJob
from lambdas.posts.batch_asking import Jobs, ask_in_batch
from lambdas.posts.judging import Judge
from tests.unit.posts.rig import Rig, by_words, lines

_BODY = lines(*(f"post {number}" + (" stab" if number % 50 == 0 else "") for number in range(300)))


@dataclass
class Bedrock:
    """Answers a job's lines by the rig's judge once it is looked at for the second time."""

    rig: Rig
    refuses: str = ""
    fails: bool = False
    submitted: dict[str, str] = field(default_factory=dict)
    looks: int = 0

    def create(self, name: str, input_uri: str, output_uri: str) -> str:
        arn = f"arn:aws:bedrock:us-east-1:1:model-invocation-job/{name}"
        self.submitted[arn] = input_uri
        key = input_uri.removeprefix("s3://results/") + "posts.jsonl"
        answered = [
            self._answer(json.loads(line)) for line in self.rig.s3.objects["results", key].splitlines()
        ]
        out = output_uri.removeprefix("s3://results/") + f"{name}/posts.jsonl.out"
        body = "".join(json.dumps(item) + "\n" for item in answered).encode()
        self.rig.s3.objects["results", out] = body
        return arn

    def find(self, arn: str) -> BatchJob:
        self.looks += 1
        if self.looks == 1:
            return BatchJob(arn, is_over=False, has_output=False)
        return BatchJob(
            arn, is_over=True, has_output=not self.fails, message="it broke" if self.fails else ""
        )

    def _answer(self, record: dict[str, Any]) -> dict[str, Any]:
        assert "toolConfig" not in record["modelInput"]
        text = record["modelInput"]["messages"][0]["content"][0]["text"]
        shown = json.loads(text.split("\n")[1])
        if self.refuses and self.refuses in shown["post"]:
            return {"recordId": record["recordId"], "error": {"errorCode": 400, "errorMessage": "no"}}
        output = {
            "output": {"message": {"role": "assistant", "content": [{"text": by_words(shown)}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 700, "outputTokens": 8, "totalTokens": 708},
        }
        return {"recordId": record["recordId"], "modelOutput": output}


def ask(rig: Rig, bedrock: Bedrock, body: bytes = _BODY) -> str:
    admitted = rig.admit(body)
    assert admitted.file is not None
    judge: Judge = rig.judge(Meter())
    return ask_in_batch(
        admitted.file,
        admitted.chunks,
        judge,
        jobs=Jobs(bedrock.create, bedrock.find),
        store=rig.store(),
        open_file=lambda: io.BytesIO(body),
    )


def test_a_batch_judges_at_half_the_price_and_the_chunks_ask_nobody() -> None:
    rig = Rig()
    bedrock = Bedrock(rig)
    for _ in range(2):  # submitted, then running
        with pytest.raises(PendingError):
            ask(rig, bedrock)

    assert ask(rig, bedrock) == "300 posts were judged in batch"
    assert len(bedrock.submitted) == 1, "a retry submits no second job"
    done = rig.run(_BODY)

    assert rig.asked == []
    assert (done.summary.calls, done.summary.repeated) == (300, 0)
    assert done.summary.decisions["block"] == 6
    assert done.summary.usd_per_thousand == pytest.approx((700 * 0.0175 + 8 * 0.07) / 1000, rel=0.01)
    assert done.summary.usd_per_thousand <= 0.015


def test_what_the_job_refused_is_asked_about_alone() -> None:
    rig = Rig()
    bedrock = Bedrock(rig, refuses="stab")
    for _ in range(2):
        with pytest.raises(PendingError):
            ask(rig, bedrock)
    ask(rig, bedrock)

    done = rig.run(_BODY)

    assert len(rig.asked) == 6
    assert done.summary.decisions["block"] == 6


def test_a_job_that_failed_costs_no_decision() -> None:
    rig = Rig()
    bedrock = Bedrock(rig, fails=True)
    for _ in range(2):
        with pytest.raises(PendingError):
            ask(rig, bedrock)
    ask(rig, bedrock)

    rig.run(_BODY)

    assert len(rig.asked) == len(rig.decisions()) == 300


def test_too_few_posts_submit_no_job() -> None:
    rig = Rig()
    bedrock = Bedrock(rig)

    told = ask(rig, bedrock, lines("one", "two", "two"))

    assert told.startswith("2 posts are too few")
    assert bedrock.submitted == {}

"""A judged file of posts, drafts and a tuning run, as their steps leave them in the results bucket."""

from __future__ import annotations

import hashlib
import io
import json
from types import SimpleNamespace
from typing import Any

from PIL import Image

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.claim_check import Claim
from braid.domain.generation.draft import Check, Draft, GenerationPlan
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.tasks import Task
from braid.domain.scores.calibration import ReliabilityBin
from braid.domain.tuning.estimate import TuningEstimate, TuningLine
from braid.domain.tuning.plan import HYPERPARAMETERS, TuningPlan, Way
from braid.domain.tuning.records import DataReport, Difference, Evaluation, SliceDifference, TuningEnd
from braid.domain.wire import encode
from lambdas.posts.file_answer import answer_of
from tests.contract.conftest import Storage
from tests.unit.posts.rig import Rig, lines

EVIL = "<script>alert(1)</script>"


class Tuning:
    """CloudFormation and Step Functions of a deployment that tunes, with one run that asks."""

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803  # boto3's names
        names = ("TuningMachineArn", "TuningDecideFunctionName", "TuningTeardownFunctionName")
        values = ("arn:aws:states:us-east-1:000000000000:stateMachine:tuning", "decide", "teardown")
        outputs = zip(names, values, strict=True)
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs]}]}

    def describe_execution(self, *, executionArn: str) -> dict[str, str]:  # noqa: N803
        return {"status": "RUNNING" if executionArn.endswith("asks") else "SUCCEEDED"}

    def get_paginator(self, _name: str) -> Any:
        entered = [{"stateEnteredEventDetails": {"name": name}} for name in ("Check Data", "Ask Approval")]
        return SimpleNamespace(paginate=lambda **_: [{"events": entered}])


def judge_posts(storage: Storage, asset_id: str, *texts: str) -> None:
    """Everything that judging a file of these texts leaves."""
    rig = Rig()
    found = rig.run(lines(*texts), asset_id=asset_id)
    answer = answer_of(found.summary, found.sampled, rig.profile, tier="micro", usage=(), problems=())
    for (_, key), body in rig.s3.objects.items():
        storage.s3.put_object(Bucket=storage.results, Key=key, Body=body)
    put(storage, f"assets/{asset_id}/1/answer.json", encode(answer.answer))
    put(storage, f"assets/{asset_id}/1/timeline.json", encode(answer.timeline))


def make_picture(
    storage: Storage,
    asset_id: str,
    *,
    attempt: int = 1,
    checks: tuple[Check, ...] = (),
    prompt: str = "A mug",
) -> bytes:
    """A checked draft of one attempt; its picture's bytes."""
    saved = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 40 * attempt, 10)).save(saved, "PNG")
    folder = f"assets/{asset_id}/{attempt}"
    plan = GenerationPlan(
        GenerationRequest(Task.TEXT_TO_IMAGE, prompt=prompt, requested_by=f"ann {EVIL}"),
        FilledPrompt(prompt, "people"),
        *((), "stability.stable-image-core-v1:1", "Stable Image Core", "us-west-2", (), (), 0.04),
    )
    digest = hashlib.sha256(saved.getvalue()).hexdigest()
    uri = f"s3://{storage.results}/{folder}/draft.png"
    claim = Claim(uri, "image/png", len(saved.getvalue()), digest)
    made = MadeOutput(claim, (), "2026-11-29T10:00:00.000Z")
    draft = Draft(asset_id, attempt, plan, made, claim, 64, 48, 0xC0FFEE, "Braid", checks=checks)
    storage.s3.put_object(Bucket=storage.results, Key=claim.key, Body=saved.getvalue())
    put(storage, f"{folder}/draft.json", encode(draft))
    return saved.getvalue()


def admit_media(storage: Storage, asset_id: str, body: bytes, media_type: str) -> None:
    """An object of the inbox that was admitted as something that plays."""
    key = f"inbox/general/{asset_id}"
    version = storage.s3.put_object(Bucket=storage.inbox, Key=key, Body=body)["VersionId"]
    member = Member(
        *(asset_id, "main", storage.inbox, key, version, len(body), media_type, (Modality.SPEECH,)),
        duration_ms=1000,
    )
    asset = AssetRef(asset_id, 1, "general", Source(storage.inbox, key, version))
    admission = Admission(asset, media_type, (member,), (Modality.SPEECH,), ())
    put(storage, f"assets/{asset_id}/1/admission.json", encode(admission))


def tune(storage: Storage, run_id: str, *, has_ended: bool) -> None:
    """A run's documents: measured where it has ended, waiting for an approval otherwise."""
    claim = Claim("s3://results/train.jsonl", "application/jsonl", 1, "0" * 64)
    usual = {name: value for name, (_, _, value) in HYPERPARAMETERS[Way.NOVA_TEXT].items()}
    plan = TuningPlan(run_id, "moderation", Way.NOVA_TEXT, claim, claim, claim, usual)
    line = TuningLine("training", 2_000_000, "tokens", 2.0, f"a price list {EVIL}")
    documents: dict[str, Any] = {
        "plan.json": plan,
        "data.json": DataReport(800, 100, 100, 90_000, 9_000, (f"a row is odd {EVIL}",)),
        "estimate.json": TuningEstimate((line,), 0.0, 0),
    }
    if has_ended:
        difference = Difference(0.12, 0.05, 0.19, 0.2, 0.1, 0.3)
        truth, base, tuned = ("Yes", "No", "No"), ("No", "No", "Yes"), ("Yes", "No", EVIL)
        documents["evaluation.json"] = Evaluation(
            *("f1", 0.60, 0.72, difference, True, ("it is better",), 100, 3, 0),
            slices=(SliceDifference(f"de {EVIL}", 40, 0.5, 0.7), SliceDifference("en", 60, 0.66, 0.74)),
            ece=0.04,
            reliability=(ReliabilityBin(50, 0.2, 0.25), ReliabilityBin(50, 0.9, 0.85)),
            truth=truth,
            said_base=base,
            said_tuned=tuned,
        )
        documents["end.json"] = TuningEnd(run_id, "moderation", "REGISTERED", "the tuned model is in use")
        curve = b"step,epoch,loss\n1,0,2.5\n2,0,1.4\n3,1,1.1\n"
        key = f"work/tuning/{run_id}/output/job/step_wise_training_metrics.csv"
        storage.s3.put_object(Bucket=storage.results, Key=key, Body=curve)
    for name, document in documents.items():
        put(storage, f"tuning/{run_id}/{name}", encode(document))


def put(storage: Storage, key: str, value: Any) -> None:
    """A JSON document."""
    storage.s3.put_object(Bucket=storage.results, Key=key, Body=json.dumps(value).encode())

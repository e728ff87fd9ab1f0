"""What `braid tune` puts into a bucket, follows, and finds left, over a deployment in memory."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from braid.domain.datasets.writers import gen_qa_line, nova_line
from braid.domain.tuning.plan import TuningPlan, Way
from braid.domain.tuning.records import Evaluation, TuningEnd
from braid.domain.wire import decode, decode_json
from cli.errors import CommandError
from cli.tuning.data_folder import PreparedRun, Wanted, prepare_run, put_run
from cli.tuning.deployed_tuning import DeployedTuning, find_tuning
from cli.tuning.following import follow
from cli.tuning.leftovers import CLASSES, find_leftovers
from cli.tuning.report_file import read_curve, write_report
from cli.tuning.shown import comparison_of
from tests.doubles.memory_s3 import MemoryS3

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MACHINE = "arn:aws:states:us-east-1:111122223333:stateMachine:braid-dev-customize-model"
EVALUATION = {
    "metric": "f1",
    "base": 0.5,
    "tuned": 0.75,
    "difference": {
        "points": 0.25,
        "points_low": 0.1,
        "points_high": 0.4,
        "relative": 0.5,
        "relative_low": 0.2,
        "relative_high": 0.9,
    },
    "is_better": True,
    "reasons": [],
    "count": 4,
    "unreadable_base": 1,
    "unreadable_tuned": 0,
    "slices": [{"name": "length=long", "count": 2, "base": 0.4, "tuned": 0.7}],
    "ece": 0.03,
    "reliability": [{"count": 4, "mean_probability": 0.8, "share_true": 0.75}],
    "truth": ["Yes", "No", "Yes", "No"],
    "said_base": ["No", "No", "Yes", "Yes"],
    "said_tuned": ["Yes", "No", "Yes", "Yes"],
}


class Pages:
    """A paginator with one page."""

    def __init__(self, page: dict[str, Any]) -> None:
        self._page = page

    def paginate(self, **_request: Any) -> list[dict[str, Any]]:
        return [self._page]


class ListingS3(MemoryS3):
    """S3 that lists with the moment of writing, in the order of keys."""

    def copy_object(self, *, Bucket: str, Key: str, CopySource: dict[str, str]) -> None:  # noqa: N803
        self.objects[Bucket, Key] = self.objects[CopySource["Bucket"], CopySource["Key"]]

    def get_paginator(self, _operation: str) -> Any:
        stored = self

        class Listed:
            def paginate(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803
                keys = sorted(
                    key for held, key in stored.objects if held == Bucket and key.startswith(Prefix)
                )
                return [{"Contents": [{"Key": key, "LastModified": NOW} for key in keys]}]

        return Listed()

    def delete_objects(self, *, Bucket: str, Delete: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        kept = [each["Key"] for each in Delete["Objects"] if each["Key"].endswith("locked")]
        for each in Delete["Objects"]:
            if each["Key"] not in kept:
                self.objects.pop((Bucket, each["Key"]), None)
        return {"Errors": [{"Key": key, "Code": "AccessDenied"} for key in kept]} if kept else {}


@dataclass
class Executions:
    """Step Functions with one execution."""

    states: list[str] = field(default_factory=list)
    status: str = "RUNNING"
    started: list[dict[str, Any]] = field(default_factory=list)

    def start_execution(self, **request: Any) -> dict[str, Any]:
        self.started.append(request)
        return {"executionArn": f"{MACHINE}:{request['name']}"}

    def describe_execution(self, **_request: Any) -> dict[str, Any]:
        return {"status": self.status}

    def get_paginator(self, _operation: str) -> Pages:
        events = [{"stateEnteredEventDetails": {"name": name}} for name in self.states]
        return Pages({"events": [{"type": "ExecutionStarted"}, *events]})


@dataclass
class Account:
    """A client of any service: what it lists, or that the caller may not."""

    listed: dict[str, dict[str, Any]]
    denied: set[str]

    def can_paginate(self, _operation: str) -> bool:
        return False

    def __getattr__(self, operation: str) -> Any:
        def call(**_request: Any) -> dict[str, Any]:
            if operation in self.denied:
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
            return self.listed.get(operation, {})

        return call


@dataclass
class Deployment:
    """As much of a target as tuning asks of one."""

    s3: ListingS3 = field(default_factory=ListingS3)
    stepfunctions: Executions = field(default_factory=Executions)
    account: Account = field(default_factory=lambda: Account({}, set()))
    deployment_name: str = "braid-dev"
    results_bucket: str = "results"
    is_local: bool = True

    def client(self, _service: str) -> Account:
        return self.account


@pytest.fixture
def deployment() -> Deployment:
    return Deployment()


@pytest.fixture
def tuning(deployment: Deployment) -> DeployedTuning:
    target: Any = deployment
    return DeployedTuning(target, "braid-dev-tuning", MACHINE, "decide", "teardown")


def wanted(folder: Path, **changes: Any) -> Wanted:
    return Wanted(**{"name": "letters", "folder": folder, "hyperparameters": {}, **changes})


def prepared(folder: Path, **changes: Any) -> PreparedRun:
    return prepare_run(wanted(folder, **changes), bucket="results", now=NOW)


def put(tuning: DeployedTuning, folder: Path) -> TuningPlan:
    """A run of a folder, uploaded and begun."""
    found = prepared(folder)
    put_run(tuning, found, tell=lambda _text: None)
    tuning.start(found.plan)
    return found.plan


def letters(folder: Path) -> None:
    (folder / "train").mkdir(parents=True)
    picture = io.BytesIO()
    Image.new("L", (128, 128), 255).save(picture, "PNG")
    (folder / "train" / "a.png").write_bytes(picture.getvalue())
    line = json.dumps({"image-ref": "train/a.png", "caption": "The letter A"})
    for name in ("train", "validation", "evaluation"):
        (folder / f"{name}.jsonl").write_text(line + "\n", "utf-8")


def test_a_folder_of_pictures_is_a_plan_whose_lines_name_the_bucket(
    tuning: DeployedTuning, deployment: Deployment, tmp_path: Path
) -> None:
    letters(tmp_path)

    plan = put(tuning, tmp_path)

    assert plan.way is Way.TITAN_IMAGE
    assert plan.run_id == "letters-20261129-120000"
    stored = deployment.s3.objects["results", plan.training.key]
    assert json.loads(stored)["image-ref"] == f"s3://results/work/tuning/{plan.run_id}/data/train/a.png"
    assert ("results", f"work/tuning/{plan.run_id}/data/train/a.png") in deployment.s3.objects
    assert plan.training.is_of(stored)
    kept = deployment.s3.objects["results", f"tuning/{plan.run_id}/plan.json"]
    assert decode_json(TuningPlan, kept, source="plan.json") == plan
    assert json.loads(deployment.stepfunctions.started[0]["input"]) == {"run_id": plan.run_id}


def test_videos_of_conversations_are_copied_to_where_a_job_may_read(
    tuning: DeployedTuning, deployment: Deployment, tmp_path: Path
) -> None:
    deployment.s3.objects["inbox", "inbox/general/a clip.mp4"] = b"video"
    line = nova_line(
        'Say "s3Location": {"uri": "s3://a/b"}',
        "Hello.",
        media=(
            {
                "video": {
                    "format": "mp4",
                    "source": {"s3Location": {"uri": "s3://inbox/inbox/general/a clip.mp4"}},
                }
            },
        ),
    )
    for name in ("train", "validation"):
        (tmp_path / f"{name}.jsonl").write_bytes(line)
    (tmp_path / "gen_qa.jsonl").write_bytes(gen_qa_line("Say it", "Hello."))

    plan = put(tuning, tmp_path)

    (value,) = map(json.loads, deployment.s3.objects["results", plan.training.key].splitlines())
    asked, said = value["messages"][0]["content"], json.loads(line)["messages"][0]["content"]
    assert [each for each in asked if "text" in each] == [each for each in said if "text" in each]
    (uri,) = [each["video"]["source"]["s3Location"]["uri"] for each in asked if "video" in each]
    assert uri.startswith(f"s3://results/work/tuning/{plan.run_id}/data/media/")
    assert deployment.s3.objects["results", uri.removeprefix("s3://results/")] == b"video"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "validation.jsonl").unlink(), r"validation\.jsonl isn't there"),
        (lambda folder: (folder / "train" / "a.png").unlink(), "there is no picture train/a.png"),
        (lambda folder: (folder / "train.jsonl").write_text("{", "utf-8"), "line 1 isn't JSON"),
        (
            lambda folder: (folder / "train.jsonl").write_text(
                json.dumps({"image-ref": "../secret.png", "caption": "x"}), "utf-8"
            ),
            "there is no picture",
        ),
    ],
)
def test_what_is_wrong_with_a_folder_is_one_sentence(tmp_path: Path, spoil: Any, said: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"not to be uploaded")
    folder = tmp_path / "data"
    letters(folder)
    spoil(folder)

    with pytest.raises(CommandError, match=said):
        prepared(folder)


def test_hyperparameters_out_of_bounds_are_refused_before_anything_starts(tmp_path: Path) -> None:
    letters(tmp_path)

    with pytest.raises(CommandError, match="did you mean 'epochCount'"):
        prepared(tmp_path, hyperparameters={"epochsCount": "3"})


def test_following_ends_with_the_runs_own_end(tuning: DeployedTuning, deployment: Deployment) -> None:
    deployment.stepfunctions.states = ["Check Data"]
    end = {"run_id": "letters-1-2", "name": "letters", "status": "NOT_BETTER", "reason": "no better"}
    told: list[str] = []

    def sleep(_seconds: float) -> None:
        deployment.stepfunctions.states.append("Evaluate Both")
        deployment.stepfunctions.status = "SUCCEEDED"
        tuning.put("tuning/letters-1-2/end.json", json.dumps(end).encode(), "application/json")

    found = follow(tuning, "letters-1-2", timeout_seconds=9, tell=told.append, sleep=sleep)

    assert found == decode(TuningEnd, end)
    assert told == ["Check Data", "Evaluate Both"]


@pytest.mark.parametrize(
    ("states", "status", "ended", "said"),
    [
        (["Ask Approval"], "RUNNING", "RUNNING", "braid tune approve letters-1-2"),
        (["Await Training"], "RUNNING", "RUNNING", "in Await Training"),
        (["Submit Training"], "ABORTED", "FAILED", "ended as ABORTED"),
    ],
)
def test_a_run_that_waits_or_died_is_said_so(
    tuning: DeployedTuning, deployment: Deployment, states: list[str], status: str, ended: str, said: str
) -> None:
    deployment.stepfunctions.states, deployment.stepfunctions.status = states, status

    found = follow(
        tuning, "letters-1-2", timeout_seconds=-1, tell=lambda _text: None, sleep=lambda _seconds: None
    )

    assert found.status == ended
    assert said in found.reason


def test_leftovers_name_every_class_and_whose_it_is(tuning: DeployedTuning, deployment: Deployment) -> None:
    tuning.put("tuning/letters-1-2/plan.json", b"{}", "application/json")
    deployment.account.listed = {
        "list_custom_models": {
            "modelSummaries": [
                {"modelName": "letters-1-2", "modelStatus": "Active"},
                {"modelName": "somebody-elses", "modelStatus": "Active"},
            ]
        },
        "list_roles": {"Roles": [{"RoleName": "SageMakerExecution"}, {"RoleName": "cook"}]},
    }
    deployment.account.denied = {"describe_file_systems"}

    found = find_leftovers(tuning)

    assert {item.kind for item in found} == {*(each.kind for each in CLASSES), "S3"}
    models = {item.name: item.is_ours for item in found if item.kind == "custom model"}
    assert models == {"letters-1-2": True, "somebody-elses": False}
    assert [item.name for item in found if item.kind == "role"] == ["SageMakerExecution"]
    (unknown,) = (item for item in found if item.kind == "FSx file system")
    assert unknown.unknown == "can't be listed: AccessDeniedException"


def test_the_comparison_is_the_promised_json() -> None:
    told = comparison_of(decode(Evaluation, EVALUATION))

    assert (told["base"], told["tuned"]) == (0.5, 0.75)
    assert told["difference"]["f1"] == 0.25
    assert told["difference"]["relative"] == 0.5
    assert told["difference"]["interval"] == [0.1, 0.4]


def test_a_report_shows_loss_confusion_reliability_and_slices(tuning: DeployedTuning, tmp_path: Path) -> None:
    letters(tmp_path / "data")
    plan = put(tuning, tmp_path / "data")
    folder = f"tuning/{plan.run_id}"
    tuning.put(f"{folder}/evaluation.json", json.dumps(EVALUATION).encode(), "application/json")
    curve = b"step_number,epoch_number,training_loss,perplexity\n0,0,0.69,2\n1,0,0.30,1.3\n"
    output = f"work/{folder}/output/job/training_artifacts/step_wise_training_metrics.csv"
    tuning.put(output, curve, "text/csv")
    path = tmp_path / "report.html"

    write_report(tuning, plan.run_id, path)

    page = path.read_text("utf-8")
    assert read_curve(curve) == [(0.0, 0.69), (1.0, 0.3)]
    for heading in ("Compared", "Loss by step", "Confusion", "Reliability", "Slices"):
        assert f"<h2>{heading}</h2>" in page
    assert "+50.0% relative" in page
    assert page.count("<svg") == 3
    assert "http://www.w3.org/2000/svg" in page
    assert page.replace("http://www.w3.org/2000/svg", "").count("http") == 0, "it opens offline"


OUTPUTS = {
    "TuningMachineArn": MACHINE,
    "TuningDecideFunctionName": "decide",
    "TuningTeardownFunctionName": "teardown",
}


@dataclass
class Beside(Deployment):
    """A pipeline with or without a tuning stack beside it."""

    outputs: dict[str, str] | None = None

    def name_beside(self, kind: str) -> str:
        return f"braid-dev-{kind}"

    def outputs_beside(self, _kind: str) -> dict[str, str] | None:
        return self.outputs


def test_the_tuning_beside_a_pipeline_is_found() -> None:
    target: Any = Beside(outputs=OUTPUTS)

    found = find_tuning(target)

    assert (found.stack_name, found.machine_arn) == ("braid-dev-tuning", MACHINE)
    assert (found.decide_function, found.teardown_function) == ("decide", "teardown")


def test_where_there_is_none_it_is_said_how_to_get_one() -> None:
    target: Any = Beside()

    with pytest.raises(CommandError, match=r"can't tune .*braid-dev-tuning.*--knob tuning=true"):
        find_tuning(target)


def test_data_that_s3_keeps_is_not_called_deleted(deployment: Deployment, tuning: DeployedTuning) -> None:
    keys = [f"work/tuning/run/{number}" for number in range(1001)]
    for key in (*keys, "work/tuning/run/locked"):
        tuning.put(key, b"{}", "application/json")
    tuning.remove(keys)
    assert deployment.s3.objects.keys() == {("results", "work/tuning/run/locked")}
    with pytest.raises(CommandError, match=r"S3 kept 1 objects, such as .*/locked \(AccessDenied\)"):
        tuning.remove(["work/tuning/run/locked"])

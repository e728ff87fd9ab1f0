"""customize_model in one process: the real ASL, handlers and local services, with memory in S3's place."""

from __future__ import annotations

import importlib
import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from braid.domain.claim_check import Claim
from braid.domain.tuning.plan import TuningPlan, Way
from braid.store.documents import DocumentStore
from lambdas.tuning.runs.run import Run
from local.engines.tuning.descent import Matrix
from local.services.bedrock import control_plane
from local.services.bedrock import runtime as bedrock_runtime
from local.services.protocol import Caller, Service, ServiceError
from local.services.tuning import training_jobs
from local.services.tuning.shelf import Shelf
from local.states.errors import StateError
from local.states.execution import Execution
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.unit.states.world import World, ended

REPOSITORY = Path(__file__).resolve().parents[4]
MACHINE: dict[str, Any] = json.loads(
    (REPOSITORY / "statemachines/customize_model.asl.json").read_text("utf-8")
)
BUCKET = "results"
RUN = "moderation-0001"
CALLER = Caller("AKIDEXAMPLE", "111122223333", "us-east-1")
ACCOUNT = "arn:aws:{}:us-east-1:111122223333:{}"
ENVIRONMENT = {
    "RESULTS_BUCKET": BUCKET,
    "MAX_USD": "100",
    "WITHOUT_APPROVAL_USD": "20",
    "SCHEDULE_GROUP": "braid-dev-tuning",
    "TEARDOWN_FUNCTION_ARN": "TuningTeardownFunctionArn",
    "SCHEDULER_ROLE_ARN": "arn:aws:iam::111122223333:role/switch",
    "TRAINING_ROLE_ARN": "arn:aws:iam::111122223333:role/training",
    "PACKAGE_GROUP_ARN": ACCOUNT.format("sagemaker", "model-package-group/braid-dev"),
    "HUB_ARN": "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub",
}
POLICY = (
    "Answer Yes or No: does the text break the policy? After Yes list the categories between tags.\n"
    "S1: Threats. Wants to hurt somebody.\n<post>\n{}\n</post>\n"
)
HARSH = ["hurt", "beat", "kill", "burn", "stab", "choke", "hunt", "crush"]
KIND = ["praise", "greet", "thank", "feed", "teach", "visit", "paint", "help"]
WHO = ("neighbour", "teacher", "cousin", "doctor", "farmer", "painter", "baker", "pilot", "sailor", "judge")
WHEN = ("tonight", "tomorrow", "on Sunday", "after lunch", "before dawn", "at noon", "in spring")


class DirectEngines:
    """The engines in this process. Sentence vectors are counts of words: quick, and enough to learn from."""

    def run(self, task: str, *arguments: Any, **keywords: Any) -> Any:
        for name in ("timeout_seconds", "turn_seconds"):
            keywords.pop(name, None)
        if task == "text.embeddings:embed":
            return word_vectors(arguments[0])
        if task == "text.wordpiece:count_tokens":
            return [len(text.split()) for text in arguments[0]]
        if task == "tuning.zero_shot:judge":
            zero_shot = importlib.import_module("local.engines.tuning.zero_shot")
            text = zero_shot.text_of(arguments[0])
            # An untuned model that knows one word in eight of what is forbidden.
            return zero_shot.Judgement("Threats", 1.0 if text and "kill" in text else -1.0)
        if task == "pictures.bridge:embed_picture":
            return word_vectors([f"{len(arguments[0])}"])[0]  # knows nothing of drawings
        module, _, function = task.partition(":")
        return getattr(importlib.import_module(f"local.engines.{module}"), function)(*arguments, **keywords)


def word_vectors(texts: list[str]) -> Matrix:
    """A hashed bag of words, of length 1."""
    rows = np.zeros((len(texts), 384), np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().replace(",", " ").split():
            row[sum(ord(letter) * (at + 1) for at, letter in enumerate(word)) % 384] += 1
    lengths: Matrix = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-9)


class MemoryObjects:
    """The services' S3 over the steps' S3."""

    def __init__(self, s3: MemoryS3) -> None:
        self._s3 = s3

    def as_role(self, _role_arn: str) -> MemoryObjects:
        return self

    def read(self, _caller: Caller, bucket: str, key: str, version_id: str | None = None) -> bytes:
        if (bucket, key) not in self._s3.objects:
            raise ServiceError("NoSuchKey", f"no {key}", status=404)
        return self._s3.objects[bucket, key]

    def write(self, _caller: Caller, bucket: str, key: str, body: bytes, media_type: str) -> None:
        self._s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type)

    def keys(self, _caller: Caller, bucket: str, prefix: str) -> list[str]:
        return sorted(key for held, key in self._s3.objects if held == bucket and key.startswith(prefix))


@dataclass
class Fault:
    """Every call of a function fails, before or after its work."""

    function: str
    error: str
    after_work: bool


@dataclass
class Rig:
    """The machine with everything around it. ``order`` names what was called of services, in order."""

    faults: list[Fault] = field(default_factory=list)
    s3: MemoryS3 = field(default_factory=MemoryS3)
    shelf: Shelf = field(default_factory=Shelf)
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    keeps_schedules: bool = False  # nobody may delete one
    tokens: list[tuple[str, Any]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._seconds = 0
        self._lock = threading.Lock()
        self.shelf.clock = self._tick
        self.world = World(wait_scale=0.002)
        for name, handler in HANDLERS.items():
            self.world.resources[f"{name}FunctionArn"] = partial(self._invoke, name, handler)
        engines: Any = DirectEngines()
        runtime = bedrock_runtime.build_service(
            engines, environment={"BRAID_WRITER": "off"}, shelf=self.shelf
        )
        objects = MemoryObjects(self.s3)
        self.bedrock = control_plane.build_service(
            objects, engines, self.shelf, runtime.operations["Converse"]
        )
        self.sagemaker = training_jobs.build_service(objects, engines, self.shelf)
        self._clients = {
            "s3": self.s3,
            "bedrock": self._client(self.bedrock),
            "sagemaker": self._client(self.sagemaker),
            "bedrock-runtime": self._client(runtime),
            "scheduler": answered_by("scheduler", self._scheduler()),
            "stepfunctions": answered_by("stepfunctions", {"SendTaskSuccess": self._send_success}),
        }

    def client(self, service: str, *_limits: Any) -> Any:
        """In the place of ``braid.aws.clients``."""
        return self._clients[service]

    def run(self) -> Execution:
        """Runs the machine to its end."""
        return ended(self.start())

    def start(self) -> Execution:
        """Starts the machine."""
        definition = json.loads(
            json.dumps(MACHINE).replace("arn:aws:states:::lambda:invoke.waitForTaskToken", WAIT)
        )
        for state in definition["States"].values():
            if state["Type"] == "Task":
                state["Resource"] = state["Parameters"]["FunctionName"].strip("${}")
                state["Parameters"] = state["Parameters"]["Payload"]
        return self.world.start(definition, {"run_id": RUN})

    def invoke(self, name: str, **event: Any) -> Any:
        """One call of a function."""
        return HANDLERS[name]({"run_id": RUN, **event}, CONTEXT)

    def billable(self) -> list[str]:
        """What still costs something: models, what serves them, jobs that run."""
        with self.shelf.lock:
            left = [
                *self.shelf.models,
                *self.shelf.packages,
                *self.shelf.deployments,
                *self.shelf.throughputs,
            ]
        jobs = self.sagemaker.operations["ListTrainingJobs"]({}, CALLER)["TrainingJobSummaries"]
        jobs += [
            {"TrainingJobStatus": job["status"], "TrainingJobArn": job["jobArn"]}
            for job in self.bedrock.operations["ListModelCustomizationJobs"]({}, CALLER)[
                "modelCustomizationJobSummaries"
            ]
        ]
        return left + [
            job["TrainingJobArn"] for job in jobs if job["TrainingJobStatus"] in ("InProgress", "Stopping")
        ]

    def document(self, name: str) -> dict[str, Any]:
        """A stored document of the run."""
        found: dict[str, Any] = json.loads(self.s3.objects[BUCKET, f"tuning/{RUN}/{name}"])
        return found

    def put_plan(self, **changes: Any) -> TuningPlan:
        """Stores the data and a plan for it."""
        run = Run(BUCKET, RUN, s3=self.s3)
        is_text = changes.get("way", Way.NOVA_TEXT) is Way.NOVA_TEXT
        parts = texts() if is_text else letters(run.store)
        given: dict[str, Any] = {
            "run_id": RUN,
            "name": "moderation",
            "way": Way.NOVA_TEXT,
            "hyperparameters": {"max_epochs": "2", "global_batch_size": "32", "learning_rate": "1e-4"},
            "allowed_rules": ("duplicate", "count", "balance"),
            **{name: put(run.store, name, body) for name, body in parts.items() if name not in changes},
            **changes,
        }
        plan = TuningPlan(**given)
        run.put("plan.json", plan)
        return plan

    def _invoke(self, name: str, handler: Callable[..., Any], parameters: Any) -> Any:
        self.order.append(name)
        fault = next((fault for fault in self.faults if fault.function == name), None)
        if fault and not fault.after_work:
            raise StateError(fault.error, "injected")
        try:
            answer = handler(parameters, CONTEXT)
        except Exception as error:  # told to the machine by name, as Lambda does
            cause = json.dumps({"errorType": type(error).__name__, "errorMessage": str(error)})
            raise StateError(type(error).__name__, cause) from error
        if fault:
            raise StateError(fault.error, "injected")
        return {"Payload": answer, **({"approved": True, "by": "Ada"} if name == "TuningAsk" else {})}

    def _client(self, service: Service) -> Any:
        def call(operation: Any, name: str, members: dict[str, Any]) -> Any:
            self.order.append(f"{service.name}:{name}")
            return operation(members, CALLER)

        operations = {name: partial(call, function, name) for name, function in service.operations.items()}
        return answered_by(service.name, operations)

    def _tick(self) -> datetime:
        """Each look at the clock is half a second later."""
        with self._lock:
            self._seconds += 1
            return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self._seconds / 2)

    def _scheduler(self) -> dict[str, Any]:
        def create(members: dict[str, Any]) -> dict[str, Any]:
            if members["Name"] in self.schedules:
                raise ServiceError("ConflictException", "exists")
            self.order.append("scheduler:CreateSchedule")
            return update(members)

        def update(members: dict[str, Any]) -> dict[str, Any]:
            self.schedules[members["Name"]] = members
            return {"ScheduleArn": "arn:aws:scheduler:us-east-1:111122223333:schedule/g/n"}

        def delete(members: dict[str, Any]) -> dict[str, Any]:
            if self.keeps_schedules:
                raise ServiceError("AccessDeniedException", "not you", status=403)
            if self.schedules.pop(members["Name"], None) is None:
                raise ServiceError("ResourceNotFoundException", "gone", status=404)
            return {}

        return {"CreateSchedule": create, "UpdateSchedule": update, "DeleteSchedule": delete}

    def _send_success(self, members: dict[str, Any]) -> dict[str, Any]:
        self.tokens.append((members["taskToken"], json.loads(members["output"])))
        return {}


WAIT = "TuningAskFunctionArn"
HANDLERS = {
    f"Tuning{verb.capitalize()}": importlib.import_module(f"lambdas.tuning.handler_{verb}").handler
    for verb in (
        *("check", "estimate", "ask", "decide", "arm", "submit", "await", "import", "open"),
        *("evaluate", "deploy", "smoke", "register", "teardown"),
    )
}


def put(store: DocumentStore, name: str, body: bytes) -> Claim:
    """A data file of the run."""
    is_question = name == "evaluation" and b'"query"' in body
    file_name = "gen_qa.jsonl" if is_question else f"{name}.jsonl"
    return store.put_bytes(f"work/tuning/{RUN}/data/{file_name}", body, "application/jsonl")


def texts() -> dict[str, bytes]:
    """Training, validation and evaluation of a moderation that words tell."""
    rows = []
    for index in range(160):
        harsh = index % 2 == 0
        verb = (HARSH if harsh else KIND)[index // 2 % 8]
        text = f"I will {verb} my {WHO[index % 10]} {WHEN[index % 7]} number {index * 7919}"
        answer = "Yes\n<categories>\nThreats\n</categories>" if harsh else "No"
        rows.append((POLICY.format(text), answer, f"{index % 4 < 2}"))
    cut = {"training": rows[:96], "validation": rows[96:120], "evaluation": rows[120:]}
    files = {}
    for name, part in cut.items():
        lines = [question(*row) if name == "evaluation" else conversation(*row[:2]) for row in part]
        files[name] = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return files


def letters(store: DocumentStore) -> dict[str, bytes]:
    """Training, validation and evaluation of drawings that strokes tell: pictures in the bucket, pairs."""
    files: dict[str, list[str]] = {"training": [], "validation": [], "evaluation": []}
    kinds = ("ring", "square", "stroke", "cross")
    for number in range(164):
        part = "training" if number < 48 else "validation" if number < 60 else "evaluation"
        kind = kinds[number % 4]
        key = f"work/tuning/{RUN}/data/{number}.png"
        store.put_bytes(key, drawing(kind, number), "image/png")
        line = {"image-ref": f"s3://{BUCKET}/{key}", "caption": f"a drawing of a {kind}"}
        files[part].append(json.dumps(line) + "\n")
    return {name: "".join(lines).encode() for name, lines in files.items()}


def drawing(kind: str, number: int) -> bytes:
    """One of four shapes, in a place of its own."""
    picture = Image.new("L", (128, 128), 250 - number % 5)
    pen = ImageDraw.Draw(picture)
    left, top, side = 16 + number % 13, 14 + number % 11, 60 + number % 17
    box = (left, top, left + side, top + side)
    if kind == "ring":
        pen.ellipse(box, outline=0, width=5)
    elif kind == "square":
        pen.rectangle(box, outline=0, width=5)
    else:
        pen.line(box, fill=0, width=5)
        if kind == "cross":
            pen.line((left, top + side, left + side, top), fill=0, width=5)
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


def conversation(prompt: str, answer: str) -> dict[str, Any]:
    """A line of training."""
    return {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [{"text": prompt}]},
            {"role": "assistant", "content": [{"text": answer}]},
        ],
    }


def question(prompt: str, answer: str, part: str) -> dict[str, Any]:
    """A line of evaluation, with a slice."""
    return {"query": prompt, "response": answer, "metadata": json.dumps({"half": part})}

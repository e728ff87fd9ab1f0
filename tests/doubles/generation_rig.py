"""A generation from request to what is public, over stores in memory and the embedded Bedrock's engines."""

from __future__ import annotations

import importlib
import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from braid.aws.s3.published import PublishedObjects
from braid.domain.answer.review import Decision
from braid.domain.asset.asset import AssetRef
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.claim_check import Claim
from braid.domain.errors import PendingError
from braid.domain.evidence.vision import ModerationCategory
from braid.domain.generation.draft import Draft, GenerationPlan
from braid.domain.generation.foreseen import Rules
from braid.domain.generation.library import PromptLibrary
from braid.domain.generation.outcomes import DraftOutcome, MadeOutput
from braid.domain.generation.providers import estimate
from braid.domain.generation.shapes import video_shape
from braid.domain.money.accounting import Meter
from braid.models.generation.asking import ImageModel
from braid.models.guardrails import PictureFinding
from braid.runtime.library import profile
from braid.runtime.prices import price_book
from braid.runtime.prompt_library import prompt_template
from braid.runtime.provider_library import image_providers
from braid.runtime.retries import Availability, Retries
from braid.store.closing import AssetCloser
from braid.store.documents import DocumentStore
from lambdas.generation.generating import collect_video, make_picture, start_video, video_folder
from lambdas.generation.inputs import EarlierAttempt, inputs_of
from lambdas.generation.inspecting import inspect_draft, quarantine
from lambdas.generation.marking import mark_draft, signing_of
from lambdas.generation.planning import plan_generation
from lambdas.generation.processing import process_output
from lambdas.generation.publishing import PublishedDraft, publish_draft
from lambdas.review.deciding import ReviewDecision, Reviews
from lambdas.review.opening import Deadlines, open_review
from local.engines.drawing import edits
from local.services.bedrock.runtime import build_service
from local.services.protocol import Caller
from tests.doubles.memory_stores import MemoryStorage, WaitingExecutions
from tests.doubles.service_clients import answered_by

# OpenCV changes the environment when it is first imported, which a test may not.
assert edits.inpaint

NOW, SOON, LATER = "2026-11-29T10:00:00.000Z", "2026-11-29T11:00:00.000Z", "2026-11-29T12:00:00.000Z"
PUBLISHED = "published"
RULES = Rules("us-west-2", (), ("braid.palette-transfer-v1",), only_vetted=False, four_eyes=False)


def picture(size: tuple[int, int] = (240, 180), colour: str = "#c04020") -> bytes:
    """A PNG with something on plain ground."""
    image = Image.new("RGB", size, "#f0e8d8")
    inner = (size[0] // 4, size[1] // 4, 3 * size[0] // 4, 3 * size[1] // 4)
    image.paste(Image.new("RGB", (inner[2] - inner[0], inner[3] - inner[1]), colour), inner[:2])
    return _png(image)


def mask(size: tuple[int, int] = (240, 180), box: tuple[int, int, int, int] = (50, 35, 190, 145)) -> bytes:
    """A PNG: white in the box is changed, black is kept."""
    image = Image.new("RGB", size, "black")
    image.paste("white", box)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    saved = io.BytesIO()
    image.save(saved, "PNG")
    return saved.getvalue()


class DirectEngines:
    """The engines without worker processes."""

    def run(self, task: str, *arguments: Any, **keywords: Any) -> Any:
        module, _, name = task.partition(":")
        return getattr(importlib.import_module(f"local.engines.{module}"), name)(*arguments, **keywords)


class Key:
    """``SigningKey`` with a key of its own."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass
class Moderation:
    """``Rekognition``, as far as Check Output asks it."""

    found: tuple[ModerationCategory, ...] = ()

    def detect_moderation(self, image: bytes, *, min_confidence: float) -> Any:
        assert image.startswith(b"\xff\xd8")
        return tuple(item for item in self.found if item.confidence >= min_confidence), ()


class _Objects:
    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage

    def write(self, _caller: Caller, bucket: str, key: str, body: bytes, media_type: str) -> None:
        self._storage.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=media_type)


@dataclass
class Studio:
    """One deployment. ``invocations`` counts what providers were asked."""

    monkeypatch: pytest.MonkeyPatch
    rules: Rules = RULES
    moderation: Moderation = field(default_factory=Moderation)
    library: PromptLibrary | None = None
    guardrail: Callable[[bytes, Meter], tuple[PictureFinding, ...]] | None = lambda _look, _meter: ()

    def __post_init__(self) -> None:
        self.storage, self.executions = MemoryStorage(), WaitingExecutions({"token"})
        self.files: dict[str, bytes] = {}
        self.invocations: list[str] = []
        self.key = Key()
        self.published = PublishedObjects(PUBLISHED, s3=self.storage.s3)
        service = build_service(DirectEngines(), _Objects(self.storage), environment={"BRAID_WRITER": "off"})  # type: ignore[arg-type]
        caller = Caller("AKIDEXAMPLE", "111122223333", "us-west-2")

        def counted(name: str) -> Any:
            def ask(members: dict[str, Any]) -> Mapping[str, Any]:
                self.invocations.append(name)
                return service.operations[name](members, caller)

            return ask

        self.bedrock = answered_by("bedrock-runtime", {name: counted(name) for name in service.operations})
        self.monkeypatch.setattr("braid.store.documents.client", lambda _service: self.storage.s3)
        self.monkeypatch.setattr("lambdas.review.deciding.send_success", self.executions.send_success)
        self.monkeypatch.setattr("lambdas.review.deciding.delete_schedule", lambda *_: None)
        self.monkeypatch.setattr("lambdas.review.opening.schedule_call", lambda *_, **__: None)
        self.monkeypatch.setattr("lambdas.review.opening.notify", lambda *_, **__: None)

    # --- the steps, in their order

    def drop(self, text: str, *, name: str = "poster") -> AssetRef:
        asset = self.storage.drop(f"inbox/generate/{name}.toml", text.encode())
        self.storage.records.process(asset, execution_arn="arn:1", now=NOW)
        return asset

    def plan(
        self, asset: AssetRef, text: str, *, redo_reason: str = "", template_before: str = ""
    ) -> GenerationPlan:
        plan = plan_generation(
            asset,
            text.encode(),
            rules=self.rules,
            providers=image_providers(),
            template=prompt_template,
            read_input=lambda key: self.files.get(key) or self.storage.result(key),
            store=self.store(asset),
            earlier=EarlierAttempt(redo_reason, template_before),
            library=lambda: self.library,
        )
        shape = video_shape(plan.request)
        row = image_providers().find(plan.model_id)
        found = estimate(row, plan.request, seconds=shape.seconds, resolution=shape.resolution)
        priced = replace(plan, usage=found.usage, usd=found.usd)
        store = self.store(asset)
        store.put_document(store.result_key("plan.json"), priced)
        return priced

    def make(self, asset: AssetRef, plan: GenerationPlan, *, videos: DocumentStore | None = None) -> Claim:
        store = self.store(asset)
        videos = videos or store
        model = ImageModel(image_providers().find(plan.model_id), plan.region, bedrock=self.bedrock)
        inputs = inputs_of(plan, store)
        if not plan.is_video:
            return make_picture(plan, inputs, model=model, store=store, now=NOW)
        folder = video_folder(videos.bucket, asset)
        arn = start_video(asset, plan, inputs, model=model, output_uri=folder)
        for _ in range(600):
            try:
                return collect_video(plan, arn, model=model, store=store, videos=videos, now=NOW)
            except PendingError:
                time.sleep(0.05)
        raise AssertionError("the video is never done")

    def draft(self, asset: AssetRef, plan: GenerationPlan, made: Claim) -> Draft:
        store = self.store(asset)
        draft = process_output(asset, plan, store.get_document(MadeOutput, made), store=store)
        signing = signing_of(self.key, store, organisation="Braid", clock=lambda: datetime.now(UTC))  # type: ignore[arg-type]
        marked = mark_draft(draft, store=store, signing=signing)
        checked = inspect_draft(
            marked,
            store=store,
            moderation=lambda _meter: self.moderation,  # type: ignore[arg-type,return-value]
            guardrail=self.guardrail,
            availability=Availability(Retries()),
        )
        if checked.blocked:
            quarantine(checked, store=store)
        return checked

    def ask(self, asset: AssetRef, draft: Draft, *, token: str = "token") -> Claim:
        store = self.store(asset)
        claim = store.put_document(store.result_key("draft.json"), draft)
        self.executions.waiting.add(token)
        by = draft.plan.request.requested_by
        open_review(
            ExecutionState(asset, draft=DraftOutcome(claim, draft.reasons, "", by)),
            profile,
            token=token,
            execution_arn="arn:1",
            store=store,
            records=self.storage.records,  # type: ignore[arg-type]
            deadlines=Deadlines("group", "arn:f", "arn:r"),
            topic_arn="arn:t",
            book=price_book(),
            used=dict,
            now=NOW,
        )
        return claim

    def decide(self, asset: AssetRef, decision: Decision, *, by: str = "bob", **more: Any) -> dict[str, Any]:
        return self.reviews.decide(ReviewDecision(asset.asset_id, decision, by, **more), now=SOON)

    def publish(self, asset: AssetRef, **state: Any) -> PublishedDraft:
        store = self.store(asset)
        return publish_draft(
            ExecutionState(asset, **state),
            {},
            records=self.storage.reviews,  # type: ignore[arg-type]
            closer=AssetCloser(store, self.storage.records, self.storage.sources),  # type: ignore[arg-type]
            store=store,
            published=self.published,
            book=price_book(),
            execution_arn="arn:1",
            redrive_count=None,
            started_at=NOW,
            used=dict,
            now=LATER,
        )

    # --- together

    def reviewable(self, text: str, *, name: str = "poster") -> tuple[AssetRef, Draft]:
        """A draft that awaits a decision."""
        asset = self.drop(text, name=name)
        plan = self.plan(asset, text)
        draft = self.draft(asset, plan, self.make(asset, plan))
        self.ask(asset, draft)
        return asset, draft

    def store(self, asset: AssetRef) -> DocumentStore:
        return self.storage.store(asset)

    @property
    def reviews(self) -> Reviews:
        return Reviews(
            self.storage.reviews,  # type: ignore[arg-type]
            profile,
            results_bucket=self.storage.results,
            schedule_group="group",
            used=dict,
            four_eyes=self.rules.four_eyes,
        )

    @property
    def public(self) -> dict[str, bytes]:
        """What lies in the published bucket."""
        return {key: body for (bucket, key), body in self.storage.s3.objects.items() if bucket == PUBLISHED}

    def record(self, asset: AssetRef) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(json.dumps(self.storage.record(asset.asset_id)))
        return found

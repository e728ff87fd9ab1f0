"""Fuse Evidence over the embedded AWS: words alone, and by meaning where the deployment names a model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef
from braid.domain.evidence.timeline import Timeline
from braid.domain.wire import decode, encode
from braid.models.purposes import EMBEDDING
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion import handler_fuse as step
from lambdas.fusion.semantic.compare import YARDSTICK
from lambdas.fusion.semantic.embed import StoredVectors
from local.services.bedrock.text_embeddings import TITAN_V2
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

WRITTEN, SHOWN = "My kitten naps by the window.", "A cat sleeps on a windowsill"
FIRST_TRY = {"count": 0, "throttled_limit": 6, "unavailable_limit": 3}


@pytest.fixture
def fused(
    storage: Storage, folder: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[str]], tuple[AssetRef, Timeline]]:
    """The timeline of a picture and its description, from the step as the state machine calls it."""

    def run(model_ids: list[str]) -> tuple[AssetRef, Timeline]:
        monkeypatch.setenv("EVIDENCE_BUDGET_TOKENS", "4000")
        monkeypatch.setenv("EMBEDDING_MODEL_IDS", json.dumps(model_ids))
        asset = storage.drop(f"{folder}/photo.jpg")
        store = storage.store(asset)
        material = picture_and_text([SHOWN], WRITTEN)
        admission = dataclasses.replace(material.admission, asset=asset)

        def branch(name: str, document: Any) -> dict[str, Any]:
            claim = store.put_document(store.result_key(f"{name}.json"), document)
            return {"outcome": "analyzed", "document": encode(claim), "language": None}

        event = {
            "asset": encode(asset),
            "admission": encode(store.put_document(store.result_key("admission.json"), admission)),
            "retries": FIRST_TRY,
            "modalities": {
                "speech": {"outcome": "absent"},
                "vision": branch("vision", material.vision),
                "text": branch("passages", material.passages),
            },
        }
        answer = step.handler(event, CONTEXT)
        timeline = decode(Timeline, json.loads(store.get_bytes(store.result_key("timeline.json"))))
        assert answer["verdict"] == "enough"
        return asset, timeline

    return run


def kinds(timeline: Timeline) -> list[str]:
    return [str(agreement.kind) for segment in timeline.segments for agreement in segment.agreements]


def test_without_a_model_words_alone_decide(
    fused: Callable[[list[str]], tuple[AssetRef, Timeline]], storage: Storage
) -> None:
    asset, timeline = fused([])
    assert kinds(timeline) == ["complementary"]
    assert (timeline.missing, timeline.usage) == ((), ())
    assert storage.keys(f"work/{asset.asset_id}/") == []


def test_a_paraphrase_is_found_where_the_deployment_names_a_model(
    fused: Callable[[list[str]], tuple[AssetRef, Timeline]], storage: Storage
) -> None:
    asset, timeline = fused([TITAN_V2])
    assert kinds(timeline) == ["redundant"]
    (used,) = timeline.usage
    assert (used.service, used.operation, used.unit) == ("bedrock", f"InvokeModel:{TITAN_V2}", "input_token")
    (key,) = storage.keys(f"work/{asset.asset_id}/")
    kept = decode(StoredVectors, json.loads(storage.result(key)))
    assert kept.vectors.keys() == {*YARDSTICK, WRITTEN, SHOWN}
    assert kept.usage == timeline.usage


def test_a_model_that_is_not_known_is_listed_and_words_alone_decide(
    fused: Callable[[list[str]], tuple[AssetRef, Timeline]],
) -> None:
    _, timeline = fused(["amazon.titan-embed-text-v1"])
    assert kinds(timeline) == ["complementary"]
    (missing,) = timeline.missing
    assert missing.operation == EMBEDDING.operation
    assert "no living embedding model of the registry" in missing.reason

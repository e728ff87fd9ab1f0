"""Infer Answer asks by the policy for the language of the asset's words, and holds the answer to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetRef, Source
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.profile.example import read_example
from braid.domain.wire import decode, encode
from braid.models import purposes
from braid.runtime.library import CODE_ROOT
from braid.store import documents
from braid.store.documents import DocumentStore
from lambdas.inference import handler_infer
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.memory_stores import MemoryRecords
from tests.doubles.service_clients import answered_by
from tests.unit.inference.timelines import MODEL_IDS

EXAMPLE = read_example(
    (CODE_ROOT / "profiles" / "moderation" / "examples" / "german-policy.json").read_text("utf-8")
)
ASSET = AssetRef("asset-1", 1, "moderation", Source("inbox", "inbox/moderation/a.txt", "v1"))


@pytest.mark.parametrize(
    ("language_code", "policy", "decision"),
    [("de", "Was hier veröffentlicht", "block"), ("en", "What may be published here", "review")],
)
def test_the_policy_is_that_of_the_detected_language(
    monkeypatch: pytest.MonkeyPatch, language_code: str, policy: str, decision: str
) -> None:
    memory = MemoryS3()
    monkeypatch.setattr(documents, "client", lambda _service: memory)
    monkeypatch.setattr(handler_infer, "AssetRecords", lambda _table: MemoryRecords())
    monkeypatch.setenv("RESULTS_BUCKET", "results")
    monkeypatch.setenv("ASSETS_TABLE", "assets")
    monkeypatch.setenv("MODEL_IDS", json.dumps(MODEL_IDS))
    monkeypatch.setenv("GUARDRAILS", json.dumps({"general": {"id": "g1", "version": "3"}}))
    asked: list[Mapping[str, Any]] = []

    def answer(request: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(request)
        return EXAMPLE.response

    nothing = {"usage": {}, "action": "NONE", "outputs": [], "assessments": []}
    client = answered_by("bedrock-runtime", {"Converse": answer, "ApplyGuardrail": lambda _request: nothing})
    monkeypatch.setattr(purposes, "client", lambda _service, **_: client)
    store = DocumentStore("results", ASSET.asset_id, ASSET.attempt, s3=memory)
    timeline = store.put_document(store.result_key("timeline.json"), EXAMPLE.found)
    words = LanguageSource("passages", language_code, EXAMPLE.found.evidence[0].text, {"p0001": 0})
    store.put_document(store.result_key("language.json"), LanguageAnalysis((words,)))

    output = handler_infer.handler(
        {"asset": encode(ASSET), "timeline": encode(timeline), "retries": {"count": 0}}, CONTEXT
    )

    assert policy in asked[0]["system"][0]["text"]
    found = decode(Answer, json.loads(memory.objects["results", "assets/asset-1/1/answer.json"]))
    assert found.answer["decision"] == decision
    assert output["needs_review"] == (decision == "review")

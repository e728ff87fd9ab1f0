"""What the inference step asks, the local Converse answers, and the step's own checks find nothing wrong."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from braid.aws.bedrock.converse import StopReason, read_reply
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.span import Span
from braid.models.routing import Route
from braid.runtime import library
from lambdas.inference.checks.answer_checks import check
from lambdas.inference.request.prompt import TOOL_NAME, evidence_lines
from local.engines.pool import EnginePool
from local.services.bedrock import runtime as bedrock_runtime
from local.services.protocol import Caller
from tests.contract.service_model import assert_answer, assert_request
from tests.local.writing.talk_evidence import TALK
from tests.unit.inference.timelines import build_request

PHOTO = [
    {"evidence_id": "k1-text1", "kind": "detected_text", "text": "OPEN 24 HOURS", "span": {}},
    {"evidence_id": "k1-faces", "kind": "faces", "text": "2 faces", "span": {}},
    {"evidence_id": "k1-color", "kind": "color", "text": "Main colors: gray 60%, blue 20%", "span": {}},
]
DOCUMENT = [
    {
        "evidence_id": f"p{page}",
        "kind": "passage",
        "text": f"Chapter {page} is about {subject}. It has tables. See also the notes on {subject}.",
        "span": {"page": page},
    }
    for page, subject in enumerate(
        ["sheep farming", "wool dyeing", "weaving on a loom", "selling carpets"], 1
    )
]


def evidence_of(lines: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    modality = {"passage": Modality.TEXT, "utterance": Modality.SPEECH}
    return tuple(
        Evidence(
            evidence_id=each["evidence_id"],
            modality=modality.get(each["kind"], Modality.VISION),
            kind=each["kind"],
            span=Span(**each["span"]),
            text=each["text"],
            confidence=each.get("confidence", 0.9),
            source="test",
        )
        for each in lines
    )


@pytest.mark.parametrize("lines", [TALK, PHOTO, DOCUMENT, TALK[:1]], ids=["talk", "photo", "document", "one"])
@pytest.mark.parametrize("profile_name", library.profile_names())
def test_the_first_answer_passes(engines: EnginePool, profile_name: str, lines: list[dict[str, Any]]) -> None:
    profile = library.profile(profile_name)
    evidence = evidence_of(lines)
    model = next(each for each in library.model_registry().models if each.model_id == "amazon.nova-lite-v1:0")
    request = build_request(
        profile,
        Route("lite", "us.amazon.nova-lite-v1:0", model, "test"),
        evidence_lines(Timeline(36_000, (), (), (), evidence, quality={})),
        max_output_tokens=profile.inference.max_output_tokens,
    )
    assert_request("bedrock-runtime", "Converse", request)
    service = bedrock_runtime.build_service(engines, environment={"BRAID_WRITER": "off"})
    answer = service.operations["Converse"](request, Caller("test", "000000000000", "us-east-1"))
    assert_answer("bedrock-runtime", "Converse", answer)

    response = read_reply(answer)
    assert (response.stop_reason, response.method) == (StopReason.TOOL_USE, "extractive")
    (use,) = response.tool_uses
    assert use.name == TOOL_NAME
    jsonschema.validate(use.input, dict(profile.answer_schema))
    findings = check(use.input, profile.answer_schema, {each.evidence_id: each for each in evidence})
    assert findings.problems == ()
    assert findings.warnings == ()


def test_a_model_of_another_family_answers_what_it_is_asked(engines: EnginePool) -> None:
    profile_id = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
    profile = library.profile("general")
    request = build_request(
        profile,
        Route("lite", profile_id, library.model_registry().find(profile_id), "test"),
        evidence_lines(Timeline(36_000, (), (), (), evidence_of(DOCUMENT), quality={})),
        max_output_tokens=profile.inference.max_output_tokens,
    )
    service = bedrock_runtime.build_service(engines, environment={"BRAID_WRITER": "off"})

    reply = read_reply(service.operations["Converse"](request, Caller("test", "0" * 12, "us-east-1")))

    assert [call.name for call in reply.tool_uses] == [TOOL_NAME]

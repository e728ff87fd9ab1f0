"""Which functions pay, and look before; and which may decrypt what lies under others' keys."""

from __future__ import annotations

import json

import pytest

from tests.infra.conftest import KEY_ARN, Synthesis
from tests.infra.granted import GRANTS, allowed

_PAID = {
    "bedrock:InvokeModel",
    "comprehend:DetectEntities",
    "polly:SynthesizeSpeech",
    "rekognition:DetectLabels",
    "textract:DetectDocumentText",
    "transcribe:StartTranscriptionJob",
    "translate:TranslateText",
}
# Who pays without a look at the record -> why.
_PAYS_UNSEEN = {
    "fusion": "embeds for less than a tenth of a cent",
    "inference-trial": "is asked by a person about what was published",
    "posts-one": "is asked by a person about a single post",
}


@pytest.mark.parametrize("deployed", ["for_aws", "everything"])
def test_who_pays_may_look_whether_a_newer_attempt_has_taken_over(
    deployed: str, request: pytest.FixtureRequest
) -> None:
    synthesis: Synthesis = request.getfixturevalue(deployed)
    paying = {
        name: grants
        for name in GRANTS
        if _PAID & (grants := allowed(synthesis.statements_of(synthesis.function(name)))).keys()
    }

    assert {
        name for name, grants in paying.items() if "dynamodb:GetItem" not in grants
    } <= _PAYS_UNSEEN.keys()
    assert paying.keys() >= {"transcription-start", "vision", "reading", "language", "inference"}


def test_who_reads_sources_may_decrypt_them_where_a_knob_names_keys(
    for_aws: Synthesis, everything: Synthesis
) -> None:
    """Through S3 of the key's region, and nothing is written under others' keys."""
    reading = {
        name
        for name in GRANTS
        if "inbox/*" in allowed(for_aws.statements_of(for_aws.function(name))).get("s3:GetObjectVersion", [])
    }
    decrypting = {
        name.removeprefix("braid-dev-review-"): statement
        for name, function in everything.functions().items()
        for statement in everything.statements_of(function)
        if "kms:" in json.dumps(statement["Action"])
    }

    assert (
        reading
        == decrypting.keys()
        == {
            "intake",
            "keyframes",
            "posts-admit",
            "posts-batch",
            "posts-judge",
            "publishing",
            "reading",
            "transcription-start",
        }
    )
    for statement in decrypting.values():
        assert (statement["Action"], statement["Resource"]) == ("kms:Decrypt", KEY_ARN)
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]}}
    assert "kms:" not in json.dumps(for_aws.pipeline["Resources"])

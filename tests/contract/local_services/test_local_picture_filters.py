"""The embedded ApplyGuardrail on pictures: Bedrock's shape, and only what the engine judges."""

from __future__ import annotations

from typing import Any

import pytest

from braid.aws.bedrock.guardrails import PictureFinding, apply_to_picture
from braid.domain.errors import UnsupportedError
from local.services.pictures.guardrail_filters import PictureFilters
from local.services.protocol import ServiceError
from tests.doubles.service_clients import CALLER, answered_by

JPEG = b"\xff\xd8\xff\xe0 a picture"


class Engine:
    """The engine that is as sure as it is told."""

    def __init__(self, probability: float) -> None:
        self._probability = probability

    def run(self, task: str, body: bytes) -> float:
        assert (task, body) == ("pictures.explicit:explicit_probability", JPEG)
        return self._probability


def filters(probability: float) -> PictureFilters:
    return PictureFilters(Engine(probability))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("probability", "found"),
    [
        (0.95, (PictureFinding("SEXUAL", "HIGH", is_blocked=True),)),
        (0.7, (PictureFinding("SEXUAL", "MEDIUM", is_blocked=True),)),
        (0.5, (PictureFinding("SEXUAL", "LOW", is_blocked=False),)),
        (0.49, ()),
    ],
)
def test_the_adapter_reads_it(probability: float, found: tuple[PictureFinding, ...]) -> None:
    apply = filters(probability).apply
    client = answered_by("bedrock-runtime", {"ApplyGuardrail": lambda members: apply(members, CALLER)})
    assessment = apply_to_picture(client, "g", "1", JPEG)
    assert (assessment.findings, assessment.pictures) == (found, 1)


def content(body: bytes, image_format: str = "jpeg") -> dict[str, Any]:
    return {"image": {"format": image_format, "source": {"bytes": body}}}


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([content(JPEG), {"text": {"text": "and words"}}], "UnknownOperationException"),
        ([content(JPEG)] * 21, "ValidationException"),
        ([content(JPEG, "png")], "ValidationException"),
        ([content(JPEG + bytes(4 * 1024 * 1024))], "ValidationException"),
    ],
)
def test_what_bedrock_refuses_is_refused(blocks: list[dict[str, Any]], code: str) -> None:
    request = {"guardrailIdentifier": "g", "guardrailVersion": "1", "source": "OUTPUT", "content": blocks}
    with pytest.raises(ServiceError) as refusal:
        filters(0.1).apply(request, CALLER)
    assert refusal.value.code == code


def test_the_adapter_says_that_a_guardrail_is_gone() -> None:
    def gone(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError("ResourceNotFoundException", "no such guardrail", status=404)

    client = answered_by("bedrock-runtime", {"ApplyGuardrail": gone})
    with pytest.raises(UnsupportedError):
        apply_to_picture(client, "g", "1", JPEG)

"""Documents of a knowledge base: what botocore sends, every kind of result, and hits beside ours."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from braid.aws.bedrock.knowledge_base import KnowledgeBase
from braid.domain.asset.asset import Modality
from braid.domain.errors import (
    AccessDeniedError,
    InvalidInputError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    ServiceUnavailableError,
    ThrottledError,
)
from braid.domain.search.hit import SearchRequest
from braid.domain.span import WHOLE, Span
from braid.retrieval.knowledge_base import KnowledgeBaseList
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by
from tests.unit.models.model_requests import GOLDENS, JPEG, written
from tests.unit.retrieval.test_finding import filled

BASE = "KB12345678"
PAGE = "x-amz-bedrock-kb-document-page-number"
TIMES = "x-amz-bedrock-kb-chunk-{}-time-in-millis"


def result(kind: str = "TEXT", uri: str = "s3://docs/a%20b.pdf", **members: Any) -> dict[str, Any]:
    metadata = members.pop("metadata", {"x-amz-bedrock-kb-source-uri": uri})
    place = {"location": {"type": "S3", "s3Location": {"uri": uri}}, "score": 0.5, "metadata": metadata}
    return {**place, "content": {"type": kind, **members}}


class Answering:
    """A knowledge base that answers these results, or fails."""

    def __init__(self, *results: dict[str, Any], error: ServiceError | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self._results, self._error = list(results), error
        runtime = answered_by("bedrock-agent-runtime", {"Retrieve": self._answer})
        self.base = KnowledgeBase(BASE, runtime=runtime)
        self.list = KnowledgeBaseList(BASE, self.base)

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(request)
        if self._error:
            raise self._error
        return {"retrievalResults": self._results}


def test_requests_are_those_of_the_golden() -> None:
    """botocore validates both against its model."""
    found = Answering()
    found.base.retrieve("sunset over calm water", limit=5)
    found.base.retrieve(jpeg=JPEG, limit=500)
    assert written(found.sent) == (GOLDENS / "knowledge-base-retrieve.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "jpeg"), [("", b""), (" ", b""), ("a", b"b"), ("x" * 20_001, b""), ("", b"x" * 5_242_881)]
)
def test_a_query_that_bedrock_would_refuse_is_not_sent(text: str, jpeg: bytes) -> None:
    found = Answering()
    with pytest.raises(InvalidInputError):
        found.base.retrieve(text, jpeg=jpeg)
    assert found.sent == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (result(text="Rent it"), ("text", "Rent it", WHOLE)),
        (result(text="Rent it", metadata={PAGE: 3.0}), ("text", "Rent it", Span(page=3))),
        (result("IMAGE"), ("image", "", WHOLE)),
        (
            result(
                "ROW",
                row=[
                    {"columnName": "price", "columnValue": "19", "type": "LONG"},
                    {"columnName": "gone", "type": "NULL"},
                ],
            ),
            ("row", "price: 19", WHOLE),
        ),
        (
            result(
                "AUDIO",
                audio={"s3Uri": "s3://docs/a.mp3", "transcription": "We rent it."},
                metadata={TIMES.format("start"): 1000, TIMES.format("end"): 6360.0},
            ),
            ("audio", "We rent it.", Span(1000, 6360)),
        ),
        (
            result(
                "VIDEO",
                video={"s3Uri": "s3://docs/a.mp4", "summary": "A boat."},
                metadata={TIMES.format("start"): 9, TIMES.format("end"): 3},
            ),
            ("video", "A boat.", WHOLE),
        ),
        (result("VIDEO", video={"s3Uri": "s3://docs/a.mp4"}), ("video", "", WHOLE)),
    ],
)  # fmt: skip
def test_every_kind_of_result_is_read(given: dict[str, Any], expected: tuple[Any, ...]) -> None:
    (found,) = Answering(given).base.retrieve("rent")
    assert (found.kind, found.text, found.span) == expected


@pytest.mark.parametrize(
    ("place", "uri"),
    [
        ({"location": {"type": "WEB", "webLocation": {"url": "https://a/b"}}}, "https://a/b"),
        ({"location": {"type": "CONFLUENCE"}, "documentId": "d-1"}, "d-1"),
        ({}, ""),
    ],
)
def test_the_document_is_named_as_far_as_it_is_told(place: dict[str, Any], uri: str) -> None:
    (found,) = Answering({"content": {"text": "x"}, **place}).base.retrieve("x")
    assert (found.uri, found.kind) == (uri, "text")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ThrottlingException", ThrottledError),
        ("AccessDeniedException", AccessDeniedError),
        ("ResourceNotFoundException", RefusedByServiceError),
        ("ValidationException", RefusedByServiceError),
        ("ConflictException", ServiceUnavailableError),
        ("DependencyFailedException", ServiceUnavailableError),
        ("InternalServerException", ServiceUnavailableError),
    ],
)
def test_errors_are_ours(code: str, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        Answering(error=ServiceError(code, "no")).base.retrieve("x")


def test_a_result_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidServiceOutputError, match="SMELL"):
        Answering(result("SMELL")).base.retrieve("x")


def test_its_documents_are_hits_beside_ours_that_say_where_they_are_from() -> None:
    metadata = {
        "x-amz-bedrock-kb-source-uri": "s3://docs/pump%20manual.mp4",
        TIMES.format("start"): 1500,
        TIMES.format("end"): 6000,
    }
    video = {"s3Uri": "s3://docs/x.mp4", "summary": "The pump is primed."}
    given = Answering(result("VIDEO", video=video, metadata=metadata))
    hits = filled().find("pump water", beside=[given.list]).hits
    (theirs,) = [hit for hit in hits if not hit.asset_id]

    assert "pump.mp4" in {hit.name for hit in hits}
    assert (theirs.name, theirs.span, theirs.modality) == (
        "pump manual.mp4",
        Span(1500, 6000),
        Modality.VISION,
    )
    assert theirs.evidence_id == "s3://docs/pump%20manual.mp4#t=1.5,6"
    assert (theirs.kind, theirs.found_by, theirs.matched) == ("retrieved", ("knowledge base",), ("pump",))
    assert theirs.source == f"bedrock:Retrieve:{BASE}"


def test_a_result_without_a_word_of_the_query_is_no_hit() -> None:
    given = Answering(result(text="Something else entirely"))
    answer = filled(spaces=()).find("pump", beside=[given.list])
    assert (answer.hits, answer.near_misses) == ((), 1)
    assert len(filled(spaces=()).find("pump", beside=[given.list], nearest=True).hits) == 1


def test_two_places_of_one_document_are_two_hits() -> None:
    pages = [result(text="pump", metadata={"x-amz-bedrock-kb-document-page-number": n}) for n in (1, 2)]
    hits = filled(spaces=()).find("pump", beside=[Answering(*pages).list]).hits
    assert [hit.evidence_id for hit in hits] == ["s3://docs/a%20b.pdf#page=1", "s3://docs/a%20b.pdf#page=2"]


@pytest.mark.parametrize(
    "narrowed", [{"profile": "general"}, {"since": "2026-01-01"}, {"similar_to": ("a",), "text": ""}]
)
def test_what_it_does_not_know_narrows_it_to_nothing(narrowed: dict[str, Any]) -> None:
    given = Answering(result(text="pump"))
    assert given.list.hits(SearchRequest(**{"text": "pump", **narrowed})) == ([], 0)
    assert given.sent == []


def test_a_modality_narrows_it_and_a_picture_asks_with_the_picture() -> None:
    given = Answering(result(text="pump"), result("IMAGE"))
    assert len(given.list.hits(SearchRequest(text="pump", modality="text"))[0]) == 1
    seen, _ = given.list.hits(SearchRequest(picture=base64.b64encode(JPEG).decode(), modality="vision"))
    assert [hit.modality for hit in seen] == [Modality.VISION]
    assert given.sent[-1]["retrievalQuery"]["image"]["inlineContent"] == JPEG


def test_one_that_can_not_be_asked_costs_its_list() -> None:
    given = Answering(error=ServiceError("AccessDeniedException", "no"))
    answer = filled().find("pump water", beside=[given.list])
    assert answer.hits[0].name == "pump.mp4"
    (missing,) = answer.missing
    assert missing.startswith(f"knowledge base {BASE} can't be asked: ")
    assert "AccessDeniedException" in missing
    assert json.dumps(answer.missing)

"""A recording embedded piece by piece: the request that botocore sends, and answers that become spans."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidInputError, InvalidServiceOutputError
from braid.domain.span import Span
from braid.models.segmented_embedding import read_segments, segmented_request
from tests.contract.service_model import assert_request
from tests.unit.models.model_requests import GOLDENS

NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
OUT = "s3://results/work/segments/"


def asked(media_type: str, **more: Any) -> dict[str, Any]:
    given = {"duration_ms": 60_000, **more}
    return segmented_request(NOVA, "s3://inbox/talk", media_type, 384, OUT, **given)


def line(number: int, start: float, end: float, **more: Any) -> dict[str, Any]:
    place = {"segmentIndex": number, "segmentStartSeconds": start, "segmentEndSeconds": end}
    return {"embedding": [3.0, 4.0], "segmentMetadata": place, "status": "SUCCESS", **more}


def job(*lines: Any, kind: str = "AUDIO_VIDEO_COMBINED", status: str = "SUCCESS") -> tuple[bytes, bytes]:
    uri = f"{OUT}job/embedding-video.jsonl"
    told = {
        "sourceFileUri": "s3://inbox/talk",
        "embeddingDimension": 2,
        "embeddingResults": [{"embeddingType": kind, "status": status, "outputFileUri": uri}],
    }
    return json.dumps(told).encode(), b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def read(parts: tuple[bytes, bytes]) -> Any:
    return read_segments(parts[0], 2, {f"{OUT}job/embedding-video.jsonl": parts[1]}.__getitem__)


def test_requests_are_those_of_the_goldens_and_of_the_sdk() -> None:
    sent = [asked("video/mp4"), asked("video/3gpp"), asked("audio/mpeg", segment_seconds=30)]
    for request in sent:
        assert_request("bedrock-runtime", "StartAsyncInvoke", request)
    golden = (GOLDENS / "nova-embeddings-segmented.json").read_text("utf-8")
    assert json.dumps(sent, indent=1) + "\n" == golden


def test_a_long_recording_is_cut_into_longer_pieces_and_a_longer_one_is_refused() -> None:
    cut = asked("video/mp4", duration_ms=2 * 3_600_000 + 1_000_000)
    params = cut["modelInput"]["segmentedEmbeddingParams"]
    assert params["video"]["segmentationConfig"] == {"durationSeconds": 6}
    with pytest.raises(InvalidInputError, match="1434 pieces at most"):
        asked("video/mp4", duration_ms=50_000_000)
    with pytest.raises(InvalidInputError, match="not image/png"):
        asked("image/png")


def test_pieces_become_spans_in_the_recordings_order() -> None:
    found = read(job(line(1, 5.0, 10.0), line(0, 0, 5.0), line(2, 10.0, 12.3456)))

    assert [each.span for each in found.segments] == [Span(0, 5000), Span(5000, 10_000), Span(10_000, 12_346)]
    assert [each.number for each in found.segments] == [0, 1, 2]
    assert {each.kind for each in found.segments} == {"audio_video"}
    assert found.segments[0].vector == pytest.approx((0.6, 0.8))
    assert found.failures == ()


def test_a_piece_that_failed_costs_that_piece() -> None:
    bad = line(1, 5, 10, status="FAILURE", message="Input violates policy.", embedding=[])
    found = read(job(line(0, 0, 5), bad, status="PARTIAL_SUCCESS"))

    assert [each.number for each in found.segments] == [0]
    assert found.failures == ("audio_video 1: Input violates policy.",)


def test_a_kind_that_failed_as_a_whole_is_said() -> None:
    told = {
        "embeddingDimension": 2,
        "embeddingResults": [
            {"embeddingType": "AUDIO", "status": "FAILURE", "failureReason": "INVALID_CONTENT"}
        ],
    }
    found = read_segments(json.dumps(told).encode(), 2, lambda _uri: b"")
    assert (found.segments, found.failures) == ((), ("audio: INVALID_CONTENT",))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((b"[]", b""), "no JSON object"),
        ((b"{", b""), "isn't JSON"),
        ((json.dumps({"embeddingDimension": 3072}).encode(), b""), "3072 numbers, not 2"),
        ((json.dumps({"embeddingDimension": 2, "embeddingResults": {}}).encode(), b""), "embeddingResults"),
        (job(line(0, 0, 5), kind="SMELL"), "SMELL"),
        (job({"status": "SUCCESS"}), "which one"),
        (job(line(0, 5, 0)), "before it begins"),
        (job(line(0, -1, 5)), "begins and ends"),
        (job(line(0, 0, 5, embedding=[1.0])), "must have 2 numbers"),
        (job(line(0, 0, 5, embedding=[0.0, 0.0])), "direction"),
    ],
)
def test_what_is_no_answer_is_refused(parts: tuple[bytes, bytes], said: str) -> None:
    with pytest.raises(InvalidServiceOutputError, match=said):
        read(parts)


MEMBERS = st.sampled_from(["embeddingDimension", "embeddingResults", "embeddingType", "status"])
LEAVES = st.none() | st.booleans() | st.floats() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(MEMBERS, inner)))
def test_nothing_but_a_refusal_comes_of_what_is_no_result(value: Any) -> None:
    with pytest.raises(InvalidServiceOutputError):
        read_segments(json.dumps(value).encode(), 2, lambda _uri: b"")

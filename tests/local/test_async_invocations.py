"""Asynchronous invocation in the embedded Bedrock takes time, writes a file, honours tokens."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from typing import Any

import av
import pytest

from local.services.bedrock.async_invocations import AsyncInvocations
from local.services.protocol import Caller, ServiceError
from tests.doubles.generation_rig import DirectEngines, picture

CALLER = Caller("AKID", "111122223333", "us-west-2")


@dataclass
class Objects:
    written: dict[str, bytes] = field(default_factory=dict)

    def write(self, _caller: Caller, bucket: str, key: str, body: bytes, _media_type: str) -> None:
        if bucket == "forbidden":
            raise ServiceError("AccessDeniedException", "not authorized", status=403)
        self.written[f"{bucket}/{key}"] = body


def _request(**members: Any) -> dict[str, Any]:
    asked = {"prompt": "a dog", "resolution": "540p", "duration": "5s", "aspect_ratio": "1:1"}
    return {
        "modelId": "luma.ray-v2:0",
        "modelInput": asked,
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://videos/work/x"}},
        **members,
    }


def _ended(invocations: AsyncInvocations, arn: str) -> dict[str, Any]:
    for _ in range(600):
        told = invocations.get({"invocationArn": arn}, CALLER)
        if told["status"] != "InProgress":
            return told
        time.sleep(0.05)
    raise AssertionError("it never ends")


def test_it_takes_time_and_writes_a_video_that_plays() -> None:
    objects = Objects()
    invocations = AsyncInvocations(objects, DirectEngines())  # type: ignore[arg-type]
    arn = invocations.start(_request(), CALLER)["invocationArn"]
    assert invocations.get({"invocationArn": arn}, CALLER)["status"] == "InProgress"
    assert not objects.written
    told = _ended(invocations, arn)
    assert told["status"] == "Completed"
    ((place, body),) = objects.written.items()
    assert f"s3://{place}" == f"{told['outputDataConfig']['s3OutputDataConfig']['s3Uri']}/output.mp4"
    with av.open(io.BytesIO(body)) as video:
        stream = video.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (540, 540, 24)
        assert sum(1 for _ in video.decode(stream)) == 5 * 24


def test_a_token_begins_one_and_refuses_other_parameters() -> None:
    invocations = AsyncInvocations(Objects(), DirectEngines())  # type: ignore[arg-type]
    arns = {invocations.start(_request(clientRequestToken="t"), CALLER)["invocationArn"] for _ in range(3)}
    assert len(arns) == 1
    other = _request(clientRequestToken="t")
    other["modelInput"] = {**other["modelInput"], "prompt": "a cat"}
    with pytest.raises(ServiceError, match="ConflictException"):
        invocations.start(other, CALLER)
    assert len(invocations.list({}, CALLER)["asyncInvokeSummaries"]) == 1


def test_what_cant_be_written_fails_with_its_reason() -> None:
    invocations = AsyncInvocations(Objects(), DirectEngines())  # type: ignore[arg-type]
    request = _request(outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://forbidden/x"}})
    told = _ended(invocations, invocations.start(request, CALLER)["invocationArn"])
    assert told["status"] == "Failed"
    assert "not authorized" in told["failureMessage"]


@pytest.mark.parametrize(
    "members",
    [
        {"modelId": "amazon.nova-reel-v1:0"},
        {"modelInput": {"prompt": ""}},
        {"modelInput": {"prompt": "x", "duration": "6s"}},
        {"modelInput": {"prompt": "x" * 5001}},
    ],
)
def test_what_luma_refuses_is_refused(members: dict[str, Any]) -> None:
    invocations = AsyncInvocations(Objects(), DirectEngines())  # type: ignore[arg-type]
    with pytest.raises(ServiceError, match="ValidationException"):
        invocations.start(_request(**members), CALLER)
    assert picture()

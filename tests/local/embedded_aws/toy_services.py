"""Three toy services that exercise the gateway: plain JSON, a REST path with slashes, S3 as the caller.

S3 Vectors beside them is the real one, which CloudFormation's types need.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.services.protocol import Caller, Events, Objects, Service, ServiceError
from local.services.s3vectors import service as s3vectors


def build_services(objects: Objects, events: Events, **_: Any) -> tuple[Service, ...]:
    """What the launcher hosts in these tests."""

    def detect_labels(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        image = request["Image"]
        if "Bytes" in image:
            size = len(image["Bytes"])
        else:
            where = image["S3Object"]
            size = len(objects.read(caller, where["Bucket"], where["Name"], where.get("Version")))
        if size == 0:
            raise ServiceError("InvalidImageFormatException", "Request has invalid image format")
        return {"Labels": [{"Name": f"{size} bytes", "Confidence": 99.5}], "LabelModelVersion": "toy"}

    def broken(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        return {"Labels": "not a list"}

    def start_job(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        name = request["TranscriptionJobName"]
        objects.write(caller, request["OutputBucketName"], request["OutputKey"], b"{}", "application/json")
        detail = {"TranscriptionJobName": name, "TranscriptionJobStatus": "COMPLETED"}
        events.put(caller, "aws.transcribe", "Transcribe Job State Change", detail)
        job = {
            "TranscriptionJobName": name,
            "TranscriptionJobStatus": "IN_PROGRESS",
            "StartTime": datetime.now(UTC),
        }
        return {"TranscriptionJob": job}

    def converse(request: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
        tool = {"toolUseId": "t1", "name": "answer", "input": {"model": request["modelId"]}}
        return {
            "output": {"message": {"role": "assistant", "content": [{"toolUse": tool}]}},
            "stopReason": "tool_use",
            "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
            "metrics": {"latencyMs": 4},
            "additionalModelResponseFields": {"method": "toy"},
        }

    return (
        Service("rekognition", {"DetectLabels": detect_labels, "DetectFaces": broken}),
        Service("transcribe", {"StartTranscriptionJob": start_job}),
        Service("bedrock-runtime", {"Converse": converse}),
        s3vectors.build_service(),
    )

"""What was learned from an asset is found when it is erased."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from braid.aws.transcribe.jobs import delete_jobs
from braid.domain.asset.asset import Source
from braid.domain.tuning.records import TuningSources
from braid.domain.wire import encode
from braid.store.erasing import AssetEraser, Places
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by

BUCKET = "results"


class _S3(MemoryS3):
    """``versions`` has the pages of a key's versions."""

    versions: Sequence[Sequence[str]] = ()

    def get_paginator(self, operation: str) -> Any:
        paginate = self._pages if operation == "list_objects_v2" else self._pages_of_versions
        return SimpleNamespace(paginate=paginate)

    def _pages_of_versions(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803  # as boto3 has it
        return [{"Versions": [{"Key": Prefix, "VersionId": each} for each in page]} for page in self.versions]

    def _pages(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803  # as boto3 has it
        keys = sorted(key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix))
        return [{"Contents": [{"Key": key} for key in keys]}]


def eraser_over(s3: _S3) -> AssetEraser:
    empty: Any = SimpleNamespace(
        get_paginator=lambda _operation: SimpleNamespace(paginate=lambda **_request: [{"Items": []}])
    )
    return AssetEraser(
        Places(BUCKET, "assets"),
        forget_vectors=lambda _asset_id: None,
        connect=lambda service: s3 if service == "s3" else empty,
    )


def test_the_data_of_runs_that_learned_from_it_is_kept_of_an_asset() -> None:
    s3 = _S3()
    for run_id, asset_ids in (("moderation-1", ("a-1", "b-1")), ("moderation-2", ("b-1",))):
        body = json.dumps(encode(TuningSources(asset_ids))).encode()
        s3.objects[BUCKET, f"tuning/{run_id}/sources.json"] = body
        s3.objects[BUCKET, f"work/tuning/{run_id}/data/train.jsonl"] = b"{}"
        s3.objects[BUCKET, f"tuning/{run_id}/evaluation.json"] = b"{}"
    eraser = eraser_over(s3)

    kept = eraser.find("a-1", None)

    assert kept.results == ("work/tuning/moderation-1/data/train.jsonl",), "not what others learned from"
    assert kept.learned_by == ("moderation-1",)
    assert eraser.find("c-1", None).learned_by == ()


def test_a_version_is_found_behind_a_thousand_newer_ones() -> None:
    s3, source = _S3(), Source("inbox", "inbox/general/a.txt", "v1")
    s3.versions = ([f"v{number}" for number in range(1001, 1, -1)], ["v1"])

    assert eraser_over(s3).find("a-1", source).sources == (source,)


def test_every_job_of_an_asset_is_deleted_however_many_pages_they_fill() -> None:
    jobs = [f"braid-a-1-{attempt}" for attempt in range(1, 251)]
    deleted: list[str] = []

    def listed(request: dict[str, Any]) -> dict[str, Any]:
        begin, end = int(request.get("NextToken", 0)), int(request.get("NextToken", 0)) + 100
        page = [{"TranscriptionJobName": name} for name in jobs[begin:end]]
        return {"TranscriptionJobSummaries": page} | ({"NextToken": str(end)} if end < len(jobs) else {})

    def delete(request: dict[str, Any]) -> dict[str, Any]:
        deleted.append(request["TranscriptionJobName"])
        return {}

    operations = {"ListTranscriptionJobs": listed, "DeleteTranscriptionJob": delete}
    delete_jobs("a-1", transcribe=answered_by("transcribe", operations))

    assert deleted == jobs

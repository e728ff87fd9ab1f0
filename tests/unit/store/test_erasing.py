"""What was learned from an asset is found when it is erased."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from braid.domain.tuning.records import TuningSources
from braid.domain.wire import encode
from braid.store.erasing import AssetEraser, Places
from tests.doubles.memory_s3 import MemoryS3

BUCKET = "results"


class _S3(MemoryS3):
    def get_paginator(self, _operation: str) -> Any:
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803  # as boto3 has it
        keys = sorted(key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix))
        return [{"Contents": [{"Key": key} for key in keys]}]


def test_the_data_of_runs_that_learned_from_it_is_kept_of_an_asset() -> None:
    s3 = _S3()
    for run_id, asset_ids in (("moderation-1", ("a-1", "b-1")), ("moderation-2", ("b-1",))):
        body = json.dumps(encode(TuningSources(asset_ids))).encode()
        s3.objects[BUCKET, f"tuning/{run_id}/sources.json"] = body
        s3.objects[BUCKET, f"work/tuning/{run_id}/data/train.jsonl"] = b"{}"
        s3.objects[BUCKET, f"tuning/{run_id}/evaluation.json"] = b"{}"
    empty: Any = SimpleNamespace(
        get_paginator=lambda _operation: SimpleNamespace(paginate=lambda **_request: [{"Items": []}])
    )
    eraser = AssetEraser(
        Places(BUCKET, "assets"),
        forget_vectors=lambda _asset_id: None,
        connect=lambda service: s3 if service == "s3" else empty,
    )

    kept = eraser.find("a-1", None)

    assert kept.results == ("work/tuning/moderation-1/data/train.jsonl",), "not what others learned from"
    assert kept.learned_by == ("moderation-1",)
    assert eraser.find("c-1", None).learned_by == ()

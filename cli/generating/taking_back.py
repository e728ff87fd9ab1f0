"""Taking back what is public of a deleted asset, and what was quarantined of it."""

from __future__ import annotations

from typing import Any

from cli.target import Target

__all__ = ["take_back"]


def take_back(target: Target, asset_id: str) -> int:
    """Removes every version of what was published of an asset; how many there were.

    Nothing where the deployment makes nothing. Whoever serves the bucket may still hold copies.
    """
    removed = _remove(target, target.results_bucket, f"quarantine/{asset_id}/")
    bucket = (target.outputs_beside("generation") or {}).get("PublishedBucketName")
    return removed + (_remove(target, bucket, f"{asset_id}/") if bucket else 0)


def _remove(target: Target, bucket: str, prefix: str) -> int:
    pages = target.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    found: list[dict[str, Any]] = [
        {"Key": item["Key"], "VersionId": item["VersionId"]}
        for page in pages
        for item in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
    ]
    for item in found:
        target.s3.delete_object(Bucket=bucket, **item)
    return len(found)

"""Removes everything that is kept of one asset, and says what of it is still there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from braid.aws.service_errors import service_errors
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import Source
from braid.domain.catalogue.tables import TABLES, rows_key
from braid.domain.datasets.features import features_folder
from braid.domain.errors import ServiceUnavailableError
from braid.domain.tuning.records import TuningSources
from braid.domain.wire import decode_json

__all__ = ["Kept", "erase", "find_kept", "runs_made_of"]

_DELETED_AT_ONCE = 1000  # DeleteObjects takes no more
_SOURCES_OF_RUN = re.compile(r"tuning/(?P<run_id>[a-z0-9-]+)/sources\.json")
_BY_SOURCE = ("report.html", "answer.json", "reason.txt")


@dataclass(frozen=True)
class Kept:
    """What is kept of an asset: keys in the results bucket, versions in the inbox, keys of marks."""

    results: tuple[str, ...]
    sources: tuple[Source, ...]
    marks: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether everything is gone."""
        return not (self.results or self.sources or self.marks)


def find_kept(
    asset_id: str, source: Source | None, *, results_bucket: str, table: str, s3: Any, dynamodb: Any
) -> Kept:
    """Everything that is kept of the asset; ``source`` is what its record says that it came from.

    A bundle's members are named by its ``admission.json``. The copies beside the source are this asset's
    where they are byte for byte its own: a newer version of the file may have put others there.
    """
    own = [
        key
        for folder in (f"assets/{asset_id}/", f"work/{asset_id}/", f"{features_folder(asset_id)}/")
        for key in _keys(s3, results_bucket, folder)
    ]
    for run_id in runs_made_of(asset_id, results_bucket=results_bucket, s3=s3):
        own += _keys(s3, results_bucket, f"work/tuning/{run_id}/")  # its lines lie among others'
    own += [key for table in TABLES for key in _keys(s3, results_bucket, rows_key(table, asset_id))]
    sources = {source} if source else set()
    for key in own:
        if key.endswith("/admission.json"):
            body = s3.get_object(Bucket=results_bucket, Key=key)["Body"].read()
            admission = decode_json(Admission, body, source=key)
            sources |= {Source(each.bucket, each.key, each.version_id) for each in admission.members}
    copies = _copies(source, own, results_bucket, s3) if source else []
    return Kept(
        results=(*own, *copies),
        sources=tuple(sorted((each for each in sources if _is_there(s3, each)), key=lambda each: each.key)),
        marks=tuple(_marks(dynamodb, table, asset_id)),
    )


def runs_made_of(asset_id: str, *, results_bucket: str, s3: Any) -> tuple[str, ...]:
    """The tuning runs whose data has lines of the asset: what they trained has learned from it."""
    found = []
    for key in _keys(s3, results_bucket, "tuning/"):
        if match := _SOURCES_OF_RUN.fullmatch(key):
            body = s3.get_object(Bucket=results_bucket, Key=key)["Body"].read()
            if asset_id in decode_json(TuningSources, body, source=key).asset_ids:
                found.append(match["run_id"])
    return tuple(found)


def erase(kept: Kept, *, results_bucket: str, table: str, s3: Any, dynamodb: Any) -> None:
    """Removes it; again, it is harmless. Raises ``ServiceUnavailableError`` where S3 keeps some of it."""
    for begin in range(0, len(kept.results), _DELETED_AT_ONCE):
        _delete(s3, results_bucket, [{"Key": key} for key in kept.results[begin : begin + _DELETED_AT_ONCE]])
    for source in kept.sources:
        _delete(s3, source.bucket, [{"Key": source.key, "VersionId": source.version_id}])
    for key in kept.marks:
        with service_errors("dynamodb:DeleteItem"):
            dynamodb.delete_item(TableName=table, Key={"asset_id": {"S": key}})


def _delete(s3: Any, bucket: str, objects: Sequence[dict[str, str]]) -> None:
    with service_errors("s3:DeleteObjects"):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    if errors := answer.get("Errors"):
        first = errors[0]
        raise ServiceUnavailableError(
            f"S3 kept {len(errors)} objects, such as {first['Key']} ({first['Code']}); delete them once more"
        )


def _copies(source: Source, own: Iterable[str], bucket: str, s3: Any) -> list[str]:
    """The copies beside the source, if their report is this asset's; a rejection's notice is a report too."""
    folder = f"by-source/{source.key}/"
    there = [key for key in _keys(s3, bucket, folder) if key.removeprefix(folder) in _BY_SOURCE]
    report = f"{folder}report.html"
    if report not in there:
        return []
    digest = _digest(s3, bucket, report)
    is_own = any(key.endswith("/report.html") and _digest(s3, bucket, key) == digest for key in own)
    return there if is_own else []


def _digest(s3: Any, bucket: str, key: str) -> str:
    return hashlib.sha256(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).hexdigest()


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    with service_errors("s3:ListObjectsV2"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]


def _is_there(s3: Any, source: Source) -> bool:
    with service_errors("s3:ListObjectVersions"):
        found = s3.list_object_versions(Bucket=source.bucket, Prefix=source.key, MaxKeys=1000)
    return any(
        (each["Key"], each["VersionId"]) == (source.key, source.version_id)
        for each in found.get("Versions", [])
    )


def _marks(dynamodb: Any, table: str, asset_id: str) -> list[str]:
    """No index leads from an asset to its marks: the table is read through, for deleting is rare."""
    with service_errors("dynamodb:Scan"):
        pages = dynamodb.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="content_of = :own",
            ProjectionExpression="asset_id",
            ExpressionAttributeValues={":own": {"S": asset_id}},
        )
        return [item["asset_id"]["S"] for page in pages for item in page["Items"]]

"""Removes everything that is kept of one asset, and says what of it is still there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from braid.aws.clients import client
from braid.aws.executions import stop_execution
from braid.aws.notifications import announce
from braid.aws.service_errors import service_errors
from braid.aws.transcribe.jobs import delete_jobs
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import GENERATE_FOLDER, INBOX_PREFIX, AssetRef, AssetStatus, Source
from braid.domain.catalogue.tables import TABLES, rows_key
from braid.domain.datasets.features import features_folder
from braid.domain.errors import ServiceUnavailableError
from braid.domain.tuning.records import TuningSources
from braid.domain.wire import decode_json
from braid.store.records import AssetRecords

__all__ = ["DELETED_EVENT", "AssetEraser", "Kept", "Places"]

DELETED_EVENT = "Asset Deleted"

_DELETED_AT_ONCE = 1000  # DeleteObjects takes no more
_SOURCES_OF_RUN = re.compile(r"tuning/(?P<run_id>[a-z0-9-]+)/sources\.json")
_BY_SOURCE = ("report.html", "answer.json", "reason.txt")
# What lies under no id of the asset's own: only who knows its source finds it.
_NAMED_BY_SOURCE = ("by-source/", "quarantine/")


@dataclass(frozen=True)
class Places:
    """Where a deployment keeps things; ``published_bucket`` is empty where it makes nothing."""

    results_bucket: str
    assets_table: str
    published_bucket: str = ""


@dataclass(frozen=True)
class Kept:
    """What is kept of an asset: keys in the results bucket, versions in the inbox, keys of marks, versions
    of what was published of it. ``learned_by`` are the tuning runs whose data had lines of it."""

    results: tuple[str, ...]
    sources: tuple[Source, ...]
    marks: tuple[str, ...]
    published: tuple[Source, ...] = ()
    learned_by: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether everything is gone."""
        return not (self.results or self.sources or self.marks or self.published)

    @property
    def summary(self) -> str:
        """How much it is, for people."""
        told = (
            f"{len(self.results)} objects of results, {len(self.sources)} versions in the inbox,"
            f" {len(self.marks)} marks"
        )
        return told + (f", {len(self.published)} published versions" if self.published else "")


@dataclass(frozen=True)
class _Clients:
    s3: Any
    dynamodb: Any
    stepfunctions: Any
    transcribe: Any
    events: Any


class AssetEraser:
    """Finds and removes all that one deployment keeps of an asset.

    ``forget_vectors`` removes what search finds an asset by. ``connect`` gives the client of a service.
    """

    def __init__(
        self,
        places: Places,
        *,
        forget_vectors: Callable[[str], object],
        connect: Callable[[str], Any] = client,
    ) -> None:
        self._places = places
        self._forget_vectors = forget_vectors
        names = ("s3", "dynamodb", "stepfunctions", "transcribe", "events")
        self._clients = _Clients(*map(connect, names))
        self._records = AssetRecords(places.assets_table, dynamodb=self._clients.dynamodb)

    def find(self, asset_id: str, source: Source | None) -> Kept:
        """Everything that is kept of the asset; ``source`` is what its record says that it came from.

        A bundle's members are named by its ``admission.json``. The copies beside the source are this asset's
        where they are byte for byte its own: a newer version of the file may have put others there.
        """
        s3, bucket = self._clients.s3, self._places.results_bucket
        # Of what was deleted before nobody knows any more whether it was a request that made something.
        makes = source is None or source.key.startswith(f"{INBOX_PREFIX}{GENERATE_FOLDER}/")
        folders = [
            f"assets/{asset_id}/",
            f"work/{asset_id}/",
            f"{features_folder(asset_id)}/",
            *([f"quarantine/{asset_id}/"] if makes else []),
        ]
        runs = _runs_made_of(asset_id, s3, bucket)
        folders += [f"work/tuning/{run_id}/" for run_id in runs]  # its lines lie among others'
        own = [key for folder in folders for key in _keys(s3, bucket, folder)]
        own += [key for table in TABLES for key in _keys(s3, bucket, rows_key(table, asset_id))]
        sources = {source} if source else set()
        for key in own:
            if key.endswith("/admission.json"):
                admission = decode_json(Admission, _read(s3, bucket, key), source=key)
                sources |= {Source(each.bucket, each.key, each.version_id) for each in admission.members}
        copies = _copies(source, own, bucket, s3) if source else []
        published = self._places.published_bucket if makes else ""
        return Kept(
            results=(*own, *copies),
            sources=tuple(
                sorted(
                    (each for each in sources if _is_there(s3, each)),
                    key=lambda each: (each == source, each.key),
                )
            ),
            marks=tuple(_marks(self._clients.dynamodb, self._places.assets_table, asset_id)),
            published=tuple(_versions(s3, published, f"{asset_id}/")) if published else (),
            learned_by=runs,
        )

    def erase(
        self, asset: AssetRef, kept: Kept, *, running: str | None, now: str, keeps_source: bool = False
    ) -> None:
        """First nobody writes any more, then it goes, and "Asset Deleted" tells others to follow.

        ``running`` is the ARN of an execution that may still work on it; ``keeps_source`` says that ``kept``
        lacks the file because it is to stay. Again, it is harmless; the event comes again too. Raises
        ``ServiceUnavailableError`` where S3 keeps some of it. What names something else goes after it, so
        that whoever repeats this finds what is left: the source after what only it leads to, and the results,
        which name a bundle's members, last.
        """
        asset_id, clients = asset.asset_id, self._clients
        self._records.delete(asset, now=now, keeps_source=keeps_source)
        if running:
            stop_execution(running, cause="the asset was deleted", sfn=clients.stepfunctions)
        delete_jobs(asset_id, transcribe=clients.transcribe)
        # Before the results: their keys lie among them.
        self._forget_vectors(asset_id)
        bucket = self._places.results_bucket
        _delete(clients.s3, bucket, [key for key in kept.results if key.startswith(_NAMED_BY_SOURCE)])
        for source in (*kept.published, *kept.sources):
            _delete(clients.s3, source.bucket, [source.key], version_id=source.version_id)
        _delete(clients.s3, bucket, [key for key in kept.results if not key.startswith(_NAMED_BY_SOURCE)])
        for key in kept.marks:
            with service_errors("dynamodb:DeleteItem"):
                clients.dynamodb.delete_item(
                    TableName=self._places.assets_table, Key={"asset_id": {"S": key}}
                )
        detail = {
            "asset_id": asset_id,
            "status": AssetStatus.DELETED,
            "result_uri": f"s3://{bucket}/assets/{asset_id}/result.json",
            "deleted_at": now,
        }
        announce(DELETED_EVENT, detail, events=clients.events)


def _delete(s3: Any, bucket: str, keys: Sequence[str], *, version_id: str | None = None) -> None:
    version = {} if version_id is None else {"VersionId": version_id}
    for begin in range(0, len(keys), _DELETED_AT_ONCE):
        objects = [{"Key": key, **version} for key in keys[begin : begin + _DELETED_AT_ONCE]]
        with service_errors("s3:DeleteObjects"):
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if errors := answer.get("Errors"):
            first = errors[0]
            raise ServiceUnavailableError(
                f"S3 kept {len(errors)} objects, such as {first['Key']} ({first['Code']});"
                " delete them once more"
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
    return hashlib.sha256(_read(s3, bucket, key)).hexdigest()


def _runs_made_of(asset_id: str, s3: Any, bucket: str) -> tuple[str, ...]:
    """The tuning runs whose data has lines of the asset: what they trained has learned from it."""
    matches = filter(None, map(_SOURCES_OF_RUN.fullmatch, _keys(s3, bucket, "tuning/")))
    return tuple(
        match["run_id"]
        for match in matches
        if asset_id in decode_json(TuningSources, _read(s3, bucket, match[0]), source=match[0]).asset_ids
    )


def _read(s3: Any, bucket: str, key: str) -> bytes:
    with service_errors("s3:GetObject"):
        body: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def _keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    with service_errors("s3:ListObjectsV2"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]


def _versions(s3: Any, bucket: str, prefix: str) -> list[Source]:
    """Every version and delete marker."""
    with service_errors("s3:ListObjectVersions"):
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        return [
            Source(bucket, each["Key"], each["VersionId"])
            for page in pages
            for each in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        ]


def _is_there(s3: Any, source: Source) -> bool:
    """Asked as a list: a version that is gone is no error then, and needs no permission of its own."""
    with service_errors("s3:ListObjectVersions"):
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=source.bucket, Prefix=source.key)
        return any(
            (each["Key"], each["VersionId"]) == (source.key, source.version_id)
            for page in pages
            for each in page.get("Versions", [])
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

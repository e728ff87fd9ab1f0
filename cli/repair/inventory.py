"""Object versions as an S3 Inventory lists them, for inboxes that take too long to list.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from braid.domain.asset.asset import INBOX_PREFIX, Source, read_inbox_key
from braid.domain.json_text import parse_json
from cli.errors import EXIT_MISUSE, CommandError
from cli.target import Target

__all__ = ["Manifest", "read_inventory", "read_manifest", "read_rows"]

_NEEDED = ("Bucket", "Key", "VersionId", "IsDeleteMarker", "Size")


@dataclass(frozen=True)
class Manifest:
    """What ``manifest.json`` says: the lists' bucket, their columns, and each list's key and MD5."""

    bucket: str
    columns: tuple[str, ...]
    files: tuple[tuple[str, str], ...]


def read_inventory(target: Target, place: str) -> Iterator[tuple[Source, int]]:
    """Every version below ``inbox/`` that starts an asset, with its bytes, as the inventory has it.

    ``place`` is the address of a ``manifest.json``. Raises ``CommandError`` where that isn't an inventory of
    the inbox that can be read, or where a list isn't the one that its manifest names.
    """
    bucket, _, key = place.removeprefix("s3://").partition("/")
    if not place.startswith("s3://") or not key.endswith("manifest.json"):
        raise _misuse(f"{place} isn't the address of an inventory's manifest, s3://BUCKET/…/manifest.json")
    body = io.BytesIO()
    _fetch(target, bucket, key, body)
    manifest = read_manifest(body.getvalue(), target.input_bucket)
    for name, md5 in manifest.files:
        with tempfile.TemporaryFile() as file:
            _fetch(target, manifest.bucket, name, file)
            file.seek(0)
            if hashlib.file_digest(file, "md5").hexdigest() != md5:
                raise CommandError(
                    f"s3://{manifest.bucket}/{name} isn't the list that the manifest names: its MD5 differs;"
                    " take the newest manifest"
                )
            file.seek(0)
            yield from read_rows(file, manifest.columns, target.input_bucket, name)


def read_manifest(body: bytes, input_bucket: str) -> Manifest:
    """Raises ``CommandError`` where it isn't a CSV inventory of ``input_bucket``'s versions."""
    try:
        told = parse_json(body)
        source, kind = str(told["sourceBucket"]), str(told["fileFormat"])
        bucket = str(told["destinationBucket"]).rpartition(":")[2]
        columns = tuple(name.strip() for name in str(told["fileSchema"]).split(","))
        files = tuple((str(file["key"]), str(file["MD5checksum"])) for file in told["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise _misuse("that isn't the manifest.json of an S3 Inventory") from error
    if source != input_bucket:
        raise _misuse(f"that is an inventory of {source}; the inbox lies in {input_bucket}")
    if kind != "CSV":
        raise _misuse(f"the inventory is written as {kind}; make one with the output format CSV")
    if missing := [name for name in _NEEDED if name not in columns]:
        # S3 leaves these two out where only current versions are listed.
        raise _misuse(
            f"the inventory doesn't have {' and '.join(missing)}; make one of all versions, with their sizes"
        )
    return Manifest(bucket, columns, files)


def read_rows(
    file: Any, columns: Sequence[str], input_bucket: str, name: str
) -> Iterator[tuple[Source, int]]:
    """The versions in one gzipped list that start an asset. Raises ``CommandError`` for a damaged list."""
    at = {column: columns.index(column) for column in _NEEDED}
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                # Keys are written as in URLs, as S3's events have them.
                key = unquote_plus(row[at["Key"]])
                is_marker = row[at["IsDeleteMarker"]].lower() == "true"
                if row[at["Bucket"]] != input_bucket or is_marker or not key.startswith(INBOX_PREFIX):
                    continue
                if read_inbox_key(key).starts_execution:
                    yield Source(input_bucket, key, row[at["VersionId"]]), int(row[at["Size"]] or 0)
    except (OSError, EOFError, zlib.error, csv.Error, UnicodeDecodeError, IndexError, ValueError) as error:
        raise CommandError(f"the inventory's list {name} is damaged; take the newest manifest") from error


def _fetch(target: Target, bucket: str, key: str, into: Any) -> None:
    try:
        target.s3.download_fileobj(bucket, key, into)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        why = "isn't there" if code in ("404", "NoSuchKey", "NoSuchBucket") else "may not be read by you"
        if code not in ("404", "NoSuchKey", "NoSuchBucket", "403", "AccessDenied"):
            raise
        raise CommandError(f"s3://{bucket}/{key} {why}") from error


def _misuse(sentence: str) -> CommandError:
    return CommandError(sentence, exit_code=EXIT_MISUSE)

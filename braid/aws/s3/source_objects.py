"""Objects of the input bucket: heads, versions, folder listings and tags. Their content is ``s3_file``'s."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from braid.aws.clients import client
from braid.aws.service_errors import error_code, service_errors
from braid.domain.errors import AccessDeniedError, BraidError, InvalidAssetError, ThrottledError

__all__ = ["ObjectHead", "SourceObjects", "reading_source"]

_MAX_TAGS = 10
# S3 has no body in an answer to HEAD, hence the bare numbers; 405 is the head of a delete marker.
_REFUSED = frozenset({"403", "AccessDenied"})
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound", "405", "MethodNotAllowed"})


@dataclass(frozen=True)
class ObjectHead:
    """What S3 says of one object version without its content.

    ``fingerprint`` is the same for the same bytes, as far as they were uploaded in the same way, and for no
    others: a checksum that is strong enough for that, else the ETag, and the size. A listing doesn't tell it.
    """

    version_id: str
    size_bytes: int
    is_archived: bool = False
    fingerprint: str = ""


# A head has no body: of SlowDown and AccessDenied only the status comes through.
_OF_A_HEAD: Mapping[str, type[BraidError]] = {"403": AccessDeniedError, "503": ThrottledError}


@contextmanager
def reading_source(s3: Any, version: Mapping[str, str], operation: str = "s3:GetObject") -> Iterator[None]:
    """Maps what S3 answers to a read of a source: what its owner can fix is said in words for them.

    ``version`` is what was asked for: Bucket, Key and VersionId.
    """
    key = version["Key"]
    with service_errors(operation, _OF_A_HEAD):
        try:
            yield
        except ClientError as error:
            if error_code(error) in _GONE:
                raise InvalidAssetError(_deleted(key)) from error
            if error_code(error) in _REFUSED and (kms_key := _key_of(s3, version)):
                raise InvalidAssetError(
                    f"'{key}' is encrypted with the KMS key {kms_key}, which Braid may not use. Name the"
                    " key in the knob source_key_arns, let the account's roles decrypt with it in the key's"
                    " own policy, deploy, and drop the file again."
                ) from error
            if error_code(error) == "InvalidObjectState":
                raise InvalidAssetError(
                    f"'{key}' is in an archive storage class. Restore it and drop it again."
                ) from error
            raise


def _key_of(s3: Any, version: Mapping[str, str]) -> str | None:
    """The KMS key of an object version; unlike content and checksums, its head is read without the key."""
    try:
        found: str | None = s3.head_object(**version).get("SSEKMSKeyId")
    except ClientError:
        return None
    return found


def _deleted(key: str) -> str:
    return f"'{key}' was deleted before it could be processed. If that was not meant, drop it again."


class SourceObjects:
    """The objects of one input bucket."""

    def __init__(self, bucket: str, *, s3: Any = None) -> None:
        self._bucket = bucket
        self._s3 = s3 or client("s3")

    def head(self, key: str, version_id: str) -> ObjectHead:
        """The head of one version. Raises ``InvalidAssetError`` if that version was deleted meanwhile."""
        version = self._version(key, version_id)
        with reading_source(self._s3, version, "s3:HeadObject"):
            return _head(self._s3.head_object(ChecksumMode="ENABLED", **version))

    def find_current(self, key: str) -> ObjectHead | None:
        """The head of the version that the key shows now; ``None`` if there is no such object."""
        with service_errors("s3:ListObjectVersions"):
            answer = self._s3.list_object_versions(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        # The key itself sorts before every longer one, and its newest version or delete marker comes first.
        for version in answer.get("Versions", []):
            if version["Key"] == key and version["IsLatest"]:
                return ObjectHead(version["VersionId"], version["Size"])
        return None

    def read_small(self, key: str, version_id: str, *, max_bytes: int) -> bytes:
        """At most the first ``max_bytes`` of one version."""
        version = self._version(key, version_id)
        with reading_source(self._s3, version):
            answer = self._s3.get_object(**version)
            body: bytes = answer["Body"].read(max_bytes)
            answer["Body"].close()
        return body

    def put_new(self, key: str, body: bytes, media_type: str) -> bool:
        """Drops ``body`` under ``key`` where nothing is; ``False`` where something is."""
        with service_errors("s3:PutObject"):
            try:
                self._s3.put_object(
                    Bucket=self._bucket, Key=key, Body=body, ContentType=media_type, IfNoneMatch="*"
                )
            except ClientError as error:
                if error_code(error) not in ("PreconditionFailed", "412"):
                    raise
                return False
        return True

    def names_below(self, folder: str, *, limit: int = 1000) -> tuple[str, ...]:
        """The names of the objects below ``folder`` (which ends in ``/``), relative to it."""
        with service_errors("s3:ListObjectsV2"):
            answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=folder, MaxKeys=limit)
        return tuple(entry["Key"].removeprefix(folder) for entry in answer.get("Contents", []))

    def tag(self, key: str, version_id: str, tags: Mapping[str, str]) -> bool:
        """Adds ``tags`` to one version and keeps those of others.

        ``False`` if the version is gone, or if others' tags leave too little of the ten that S3 allows.
        """
        version = self._version(key, version_id)
        with service_errors("s3:PutObjectTagging"):
            try:
                found = self._s3.get_object_tagging(**version)["TagSet"]
                merged = {tag["Key"]: tag["Value"] for tag in found} | dict(tags)
                if len(merged) > _MAX_TAGS:
                    return False
                tag_set = [{"Key": name, "Value": value} for name, value in sorted(merged.items())]
                self._s3.put_object_tagging(**version, Tagging={"TagSet": tag_set})
            except ClientError as error:
                if error_code(error) in _GONE:
                    return False
                raise
        return True

    def _version(self, key: str, version_id: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key, "VersionId": version_id}


def _head(answer: Mapping[str, Any]) -> ObjectHead:
    return ObjectHead(
        version_id=answer.get("VersionId", "null"),
        size_bytes=answer["ContentLength"],
        # Storage classes that must be restored before they can be read.
        is_archived=answer.get("StorageClass") in ("GLACIER", "DEEP_ARCHIVE")
        and 'ongoing-request="false"' not in answer.get("Restore", ""),
        fingerprint=_fingerprint(answer),
    )


def _fingerprint(head: Mapping[str, Any]) -> str:
    """The strongest that S3 has of the content.

    SHA-256 also where it is one of the parts' own: such a one differs for other cuts, never agrees for other
    bytes. The rest only of the full object. CRC-32 isn't in it: among a hundred thousand files of one size
    two agree by chance, while the ETag of the same upload is an MD5.
    """
    is_of_all = head.get("ChecksumType") == "FULL_OBJECT"
    known = ["SHA256", *(("SHA1", "CRC64NVME") if is_of_all else ())]
    for algorithm in known:
        if value := head.get(f"Checksum{algorithm}"):
            return f"{algorithm}:{value}:{head['ContentLength']}"
    etag = head.get("ETag", "").strip('"')
    return f"ETag:{etag}:{head['ContentLength']}"

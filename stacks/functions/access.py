"""What the steps do with what is stored, as grants: one word for each, so that a step's permissions read."""

from __future__ import annotations

from typing import Literal

from braid.domain.asset.asset import GENERATE_FOLDER, INBOX_PREFIX
from braid.domain.generation.draft import CERTIFICATE_KEY
from braid.domain.generation.library import LIBRARY_KEY
from stacks.constructs.grants import Grant
from stacks.storage_stack import Storage

__all__ = ["Access"]

_ANY_SOURCE = f"Any object below {INBOX_PREFIX} can be an asset"
_KEYS_BY_ASSET = "Keys carry the asset's id, which exists only once it arrived"


class Access:
    """Grants on one deployment's storage."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._inbox = f"{storage.input_bucket_arn}/{INBOX_PREFIX}*"

    def read_sources(self) -> list[Grant]:
        """The content and head of any version in the inbox, current or not, also under others' KMS keys.

        Nothing is written under those keys: results lie under S3's own.
        """
        reading = Grant(("s3:GetObject", "s3:GetObjectVersion"), (self._inbox,), because=_ANY_SOURCE)
        keys = self._storage.source_key_arns
        if not keys:
            return [reading]
        through_s3 = {"StringEquals": {"kms:ViaService": sorted({_s3_beside(key) for key in keys})}}
        return [reading, Grant(("kms:Decrypt",), keys, conditions=through_s3)]

    def list_inbox(self) -> Grant:
        """Names and versions below the inbox; without it S3 answers 403 where 404 is meant."""
        return Grant(
            ("s3:ListBucket", "s3:ListBucketVersions"),
            (self._storage.input_bucket_arn,),
        )

    def remove_sources(self) -> Grant:
        """Single versions below the inbox, for good."""
        return Grant(("s3:DeleteObjectVersion",), (self._inbox,), because=_ANY_SOURCE)

    def keep_certificate(self) -> Grant:
        """The certificate of the key that signs: a user's, or one that is made once."""
        certificate = f"{self._storage.results_bucket_arn}/{CERTIFICATE_KEY}"
        return Grant(("s3:GetObject", "s3:PutObject"), (certificate,))

    def read_library(self) -> Grant:
        """What decisions made of the prompt library."""
        return Grant(("s3:GetObject",), (f"{self._storage.results_bucket_arn}/{LIBRARY_KEY}",))

    def drop_requests(self, kind: Literal["next", "refresh"]) -> Grant:
        """The next stage of a chain, or the same request again, beside the request before it."""
        requests = f"{self._storage.input_bucket_arn}/{INBOX_PREFIX}{GENERATE_FOLDER}/*.{kind}.toml"
        return Grant(("s3:PutObject",), (requests,), because="It is named after the request before it")

    def tag_sources(self) -> Grant:
        """The tags of any version in the inbox."""
        return Grant(
            (
                "s3:GetObjectTagging",
                "s3:GetObjectVersionTagging",
                "s3:PutObjectTagging",
                "s3:PutObjectVersionTagging",
            ),
            (self._inbox,),
            because=_ANY_SOURCE,
        )

    def read_results(self, *folders: str) -> Grant:
        """Payloads below ``folders`` of the results bucket."""
        return Grant(("s3:GetObject",), self._results(folders), because=_KEYS_BY_ASSET)

    def write_results(self, *folders: str) -> Grant:
        """New payloads below ``folders`` of the results bucket."""
        return Grant(("s3:PutObject",), self._results(folders), because=_KEYS_BY_ASSET)

    def abort_uploads(self, *folders: str) -> Grant:
        """Uploads in parts below ``folders`` that came to nothing, so that no part of them stays."""
        return Grant(("s3:AbortMultipartUpload",), self._results(folders), because=_KEYS_BY_ASSET)

    def let_transcribe_try_to_write(self) -> Grant:
        """The empty file by which Transcribe tries, in the caller's name, whether it may write.

        It is written beside the output or at the bucket's root; nothing documents which.
        """
        root_file = f"{self._storage.results_bucket_arn}/.write_access_check_file.temp"
        return Grant(("s3:PutObject",), (root_file,))

    def remove_results(self, *folders: str) -> Grant:
        """Payloads below ``folders`` that the newest outcome doesn't have any more."""
        return Grant(("s3:DeleteObject",), self._results(folders), because=_KEYS_BY_ASSET)

    def keep_vector_manifests(self) -> Grant:
        """Which vectors stand for an asset, written beside its results and removed with them."""
        manifests = f"{self._storage.results_bucket_arn}/assets/*/vectors.json"
        return Grant(("s3:PutObject", "s3:DeleteObject"), (manifests,), because=_KEYS_BY_ASSET)

    def list_results(self) -> Grant:
        """Which payloads an earlier try of the step left."""
        return Grant(("s3:ListBucket",), (self._storage.results_bucket_arn,))

    def query_records(self) -> Grant:
        """Which assets ended when, by the table's index."""
        return Grant(("dynamodb:Query",), (f"{self._storage.assets_table_arn}/index/by-status",))

    def read_records(self) -> Grant:
        """Records as they stand: a step that pays looks whether its attempt is still the newest."""
        return Grant(("dynamodb:GetItem",), (self._storage.assets_table_arn,))

    def list_records(self) -> Grant:
        """Records by status and day, of which the index has every member."""
        return Grant(("dynamodb:Query",), (f"{self._storage.assets_table_arn}/index/by-status",))

    def change_records(self) -> Grant:
        """Records as they stand, and their next status."""
        return Grant(("dynamodb:GetItem", "dynamodb:UpdateItem"), (self._storage.assets_table_arn,))

    def remove_records(self) -> Grant:
        """Items that aren't records, such as marks, which are found by reading the table through."""
        return Grant(("dynamodb:DeleteItem", "dynamodb:Scan"), (self._storage.assets_table_arn,))

    def _results(self, folders: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{self._storage.results_bucket_arn}/{folder}/*" for folder in folders)


def _s3_beside(key_arn: str) -> str:
    """S3 of the key's region, as KMS names who asks it."""
    return f"s3.{key_arn.split(':')[3]}.amazonaws.com"

"""What a Processing job would go through, and what that costs: told before anything is paid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from braid.domain.datasets.features import SourceObject
from braid.domain.money.price_book import PriceBook
from cli.errors import EXIT_MISUSE, CommandError
from cli.target import Target

__all__ = [
    "INSTANCES",
    "JobPlan",
    "expected_processor_seconds",
    "kind_of",
    "list_objects",
    "plan_job",
]

# Virtual processors by the instance types that have a price in the registry.
INSTANCES = {
    "ml.t3.medium": 2,
    "ml.m5.large": 2,
    "ml.m5.xlarge": 4,
    "ml.m5.2xlarge": 8,
    "ml.c5.xlarge": 4,
    "ml.c5.2xlarge": 8,
}
# Kinds by the ending of a name, with the processor seconds of an object and of each of its megabytes. They
# lean to the high side of what was measured (docs/performance.md, "Features of many objects"): a video's
# seconds go with its length, and few megabytes can be long. The job itself looks at content.
_KINDS = {
    "pictures": (
        ("jpg", "jpeg", "png", "webp", "gif", "tif", "tiff", "avif", "heic", "heif", "bmp"),
        (0.05, 0.3),
    ),
    "videos": (("mp4", "mov", "mkv", "webm", "avi", "m4v"), (0.2, 1.2)),
    "recordings": (("mp3", "wav", "m4a", "flac", "ogg", "amr"), (0.1, 0.1)),
    "PDF": (("pdf",), (0.1, 1.0)),
    "other": ((), (0.1, 1.0)),
}
_KIND_OF = {ending: kind for kind, (endings, _) in _KINDS.items() for ending in endings}
_MEGABYTE = 1024 * 1024
# Image and instance are had after minutes, which are paid.
_STARTING_SECONDS = 180
_OBJECTS_A_LIST = 500


@dataclass(frozen=True)
class JobPlan:
    """A job before it is begun. ``expected_usd`` is a guess by names and sizes, ``bound_usd`` the limit."""

    objects: tuple[SourceObject, ...]
    instance_type: str
    instance_count: int
    max_seconds: int
    expected_seconds: int
    expected_usd: float
    bound_usd: float
    priced_as: str

    @property
    def lists(self) -> tuple[tuple[SourceObject, ...], ...]:
        """The objects dealt out in lists, of which every instance has its share."""
        count = max(self.instance_count, math.ceil(len(self.objects) / _OBJECTS_A_LIST))
        return tuple(self.objects[index::count] for index in range(count))

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "objects": len(self.objects),
            "bytes": sum(item.size_bytes for item in self.objects),
            "instance_type": self.instance_type,
            "instance_count": self.instance_count,
            "expected_seconds": self.expected_seconds,
            "expected_usd": self.expected_usd,
            "bound_usd": self.bound_usd,
            "priced_as": self.priced_as,
        }


def list_objects(target: Target, bucket: str, prefix: str) -> list[SourceObject]:
    """The newest version of every object below the prefix that has content.

    Raises ``CommandError`` where there is no such bucket or it can't be listed.
    """
    try:
        pages = target.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
        return [
            SourceObject(bucket, found["Key"], found["VersionId"], found["Size"])
            for page in pages
            for found in page.get("Versions", [])
            if found["IsLatest"] and found["Size"] and not found["Key"].endswith("/")
        ]
    except ClientError as error:
        code = error.response["Error"].get("Code")
        if code == "NoSuchBucket":
            raise CommandError(f"there is no bucket {bucket!r}", exit_code=EXIT_MISUSE) from error
        if code in ("AccessDenied", "AllAccessDisabled"):
            raise CommandError(f"you may not list s3://{bucket}/{prefix} (s3:ListBucketVersions)") from error
        raise


def plan_job(
    objects: Sequence[SourceObject], book: PriceBook, *, instance_type: str, instance_count: int, hours: float
) -> JobPlan:
    """Prices the job. Raises ``CommandError`` for an instance type without a price."""
    entry = book.find("sagemaker", f"ProcessingJob:{instance_type}", "instance_hour")
    if instance_type not in INSTANCES or entry is None:
        raise CommandError(
            f"nothing is known of {instance_type}; there are {', '.join(INSTANCES)}", exit_code=EXIT_MISUSE
        )
    count = max(1, min(instance_count, len(objects)))
    work = sum(expected_processor_seconds(item) for item in objects) / (count * INSTANCES[instance_type])
    max_seconds = round(3600 * hours)
    expected = min(max_seconds, _STARTING_SECONDS + math.ceil(work))
    hour_usd = count * entry.unit_price_usd
    return JobPlan(
        tuple(objects),
        instance_type,
        count,
        max_seconds,
        expected,
        round(hour_usd * expected / 3600, 4),
        round(hour_usd * max_seconds / 3600, 4),
        f"{book.region}, {book.as_of}",
    )


def kind_of(item: SourceObject) -> str:
    """What the object is priced as, by its name."""
    return _KIND_OF.get(item.key.rsplit(".", 1)[-1].lower(), "other")


def expected_processor_seconds(item: SourceObject) -> float:
    """How long one processor would work on the object."""
    _, (each, per_megabyte) = _KINDS[kind_of(item)]
    return each + per_megabyte * item.size_bytes / _MEGABYTE

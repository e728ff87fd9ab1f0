"""A report shows its pictures, and stays light enough to be sent."""

from __future__ import annotations

import pytest

from braid.domain.evidence.vision import KeyframeAnalysis, Vision
from braid.domain.span import WHOLE
from braid.report.stills import stills_for_report
from braid.store.documents import DocumentStore
from tests.doubles.memory_s3 import MemoryS3

STORE = DocumentStore("results", "asset-1", 1, s3=MemoryS3())


def frames(count: int, size_bytes: int) -> Vision:
    return Vision(
        tuple(
            KeyframeAnalysis(
                f"k{number:04d}", STORE.put_bytes(f"k{number}.jpg", b"x" * size_bytes, "image/jpeg"), WHOLE
            )
            for number in range(1, count + 1)
        )
    )


def test_a_photograph_of_a_phone_is_shown() -> None:
    assert [len(jpeg) for jpeg in stills_for_report(STORE, frames(1, 3_700_000)).values()] == [3_700_000]


@pytest.mark.parametrize(("count", "size_bytes"), [(40, 50_000), (40, 300_000), (40, 3_700_000), (3, 10)])
def test_stills_are_spread_over_the_asset_within_six_megabytes_or_so(count: int, size_bytes: int) -> None:
    shown = stills_for_report(STORE, frames(count, size_bytes))
    assert next(iter(shown)) == "k0001"
    assert sum(map(len, shown.values())) <= max(6 * 1024 * 1024 + size_bytes, size_bytes)
    assert len(shown) == count or sum(map(len, shown.values())) >= 2 * 1024 * 1024


def test_without_pictures_there_are_none() -> None:
    assert stills_for_report(STORE, None) == {}

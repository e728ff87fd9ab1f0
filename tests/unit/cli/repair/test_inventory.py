"""An S3 Inventory is read as S3 writes it; one of something else is refused in a sentence."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import Source
from cli.errors import CommandError
from cli.repair.inventory import Manifest, read_manifest, read_rows

COLUMNS = ("Bucket", "Key", "VersionId", "IsLatest", "IsDeleteMarker", "Size")
MANIFEST: dict[str, Any] = {
    "sourceBucket": "in",
    "destinationBucket": "arn:aws:s3:::lists",
    "version": "2016-11-30",
    "fileFormat": "CSV",
    "fileSchema": ", ".join(COLUMNS),
    "files": [{"key": "a/data/1.csv.gz", "size": 9, "MD5checksum": "00"}],
}


def listed(*rows: tuple[str, ...]) -> io.BytesIO:
    """Rows in one list, every cell in quotes as S3 has them."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return io.BytesIO(gzip.compress(text.getvalue().encode(), mtime=0))


def row(key: str, version: str = "v1", marker: str = "false", size: str = "5") -> tuple[str, ...]:
    return ("in", quote_plus(key), version, "true", marker, size)


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=["Cs"]), min_size=1).map(lambda name: f"inbox/x{name}x"),
        max_size=5,
    )
)
def test_every_key_comes_back_as_it_was_dropped(keys: list[str]) -> None:
    found = list(read_rows(listed(*(row(key) for key in keys)), COLUMNS, "in", "1.csv.gz"))

    assert found == [(Source("in", key, "v1"), 5) for key in keys]


def test_only_what_would_begin_an_asset_is_listed() -> None:
    rows = (
        row("inbox/a.txt", "old"),
        row("inbox/a.txt", "new"),
        row("inbox/gone.txt", marker="true", size=""),
        row("inbox/general/"),
        row("inbox/.DS_Store"),
        row("elsewhere/b.txt"),
        ("other", "inbox/c.txt", "v1", "true", "false", "5"),
    )

    found = [source.version_id for source, _ in read_rows(listed(*rows), COLUMNS, "in", "1.csv.gz")]

    assert found == ["old", "new"]


def test_a_manifest_names_its_lists() -> None:
    assert read_manifest(json.dumps(MANIFEST).encode(), "in") == Manifest(
        "lists", COLUMNS, (("a/data/1.csv.gz", "00"),)
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sourceBucket": "other"}, "an inventory of other; the inbox lies in in"),
        ({"fileFormat": "Parquet"}, "written as Parquet; make one with the output format CSV"),
        ({"fileSchema": "Bucket, Key, Size"}, "doesn't have VersionId and IsDeleteMarker; make one of all"),
        ({"files": None}, "isn't the manifest.json of an S3 Inventory"),
    ],
)
def test_another_inventory_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        read_manifest(json.dumps(MANIFEST | change).encode(), "in")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"{}"])
def test_what_is_no_manifest_is_refused(body: bytes) -> None:
    with pytest.raises(CommandError, match=r"isn't the manifest\.json of an S3 Inventory"):
        read_manifest(body, "in")


WHOLE = listed(*(row(f"inbox/{number}.txt") for number in range(50))).getvalue()


@pytest.mark.parametrize(
    "body",
    [
        b"no list",
        WHOLE[:-20],
        WHOLE[:60] + b"\x00\x00\x00\x00" + WHOLE[64:],
        gzip.compress(b'"in","inbox%2Fa.txt"\n', mtime=0),
        gzip.compress(b'"in","inbox%2Fa.txt","v1","true","false","many"\n', mtime=0),
        gzip.compress(b"\xff\xfe\n", mtime=0),
    ],
    ids=["plain", "cut off", "damaged inside", "too few cells", "no size", "no text"],
)
def test_a_damaged_list_is_said_by_its_name(body: bytes) -> None:
    with pytest.raises(CommandError, match=r"list 1\.csv\.gz is damaged"):
        list(read_rows(io.BytesIO(body), COLUMNS, "in", "1.csv.gz"))

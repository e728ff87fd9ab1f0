"""A zip file's directory may say that it is as long as the file: nobody holds all of that in memory."""

from __future__ import annotations

import io
import zipfile

import pytest

from braid.admission.office import check_office
from braid.domain.errors import InvalidAssetError
from braid.media.containers.blocks import BlockReader
from braid.media.containers.zip_directory import open_zip
from braid.media.content.identify import identify
from lambdas.reading.office.zip_safety import open_package

_NAME_BYTES = 60_000


def document(part_count: int, *, name_bytes: int) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("word/document.xml", *(f"{number:0{name_bytes}}" for number in range(part_count))):
            archive.writestr(name, b"")
    return file


def test_a_document_of_thousands_of_parts_is_read() -> None:
    with open_zip(BlockReader(document(10_000, name_bytes=40))) as archive:
        assert len(archive.namelist()) == 10_001


def test_a_directory_longer_than_any_documents_is_not_read() -> None:
    file = document(1_000, name_bytes=_NAME_BYTES)
    reader = BlockReader(file)
    with pytest.raises(zipfile.BadZipFile):
        open_zip(reader)
    assert reader.fetched_bytes <= 9 * 1024 * 1024


def test_whoever_opens_a_document_refuses_such_a_directory() -> None:
    file = document(1_000, name_bytes=_NAME_BYTES)
    with pytest.raises(InvalidAssetError, match="damaged"):
        identify(file)
    with pytest.raises(InvalidAssetError, match="damaged"):
        check_office(file)
    with pytest.raises(InvalidAssetError, match="damaged"), open_package(file):
        pass

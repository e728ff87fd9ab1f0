"""The marking layer as Lambda gets it: for arm64, beside the core layer and the code, within the limit."""

from __future__ import annotations

import zipfile

import pytest

from stacks.packaging.layers import LayerRecipe
from tests.infra.test_layers import (
    ARM64,
    CORE_AND_CODE_BYTES,
    LAMBDA_BYTES,
    MEGABYTE,
    names_in,
    unzipped_bytes,
)

_MARKING_BYTES = 170 * MEGABYTE


@pytest.mark.slow
def test_it_fits_and_holds_what_marks() -> None:
    archive = LayerRecipe("marking", *ARM64).built()

    assert unzipped_bytes(archive) <= _MARKING_BYTES
    assert unzipped_bytes(archive) + CORE_AND_CODE_BYTES <= LAMBDA_BYTES
    folders = {name.split("/")[1] for name in names_in(archive)}
    assert {"c2pa", "cryptography", "numpy", "PIL"} <= folders
    with zipfile.ZipFile(archive) as packed:
        (library,) = [name for name in packed.namelist() if name.endswith("libc2pa_c.so")]
        # ELF's machine: 0xB7 is AArch64.
        assert packed.read(library)[18:20] == b"\xb7\x00"

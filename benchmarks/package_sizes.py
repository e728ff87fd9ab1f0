"""What a deployment uploads for its functions: their code, and the layers of packages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from stacks.packaging.code import staged_code
from stacks.packaging.layers import LayerBuildError, LayerRecipe

__all__ = ["PACKAGE_SIZES"]

_MIB = 1024 * 1024
_LAYERS = ("core", "media", "documents", "marking")
_OF_THE_LARGEST = ("core", "media", "documents")  # Read Passages
_DEPLOYED_TO = ("arm64", "3.13")
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: code and layers, unpacked.
_MOST_UNPACKED_MIB = 250


def _measure() -> list[Row]:
    return list(_rows())


def _rows() -> Iterator[Row]:
    code = _packed(staged_code())
    unpacked_mib = _unpacked_mib(code)
    yield Row("code of all functions", "uploaded", code.getbuffer().nbytes / _MIB, "MiB")
    yield Row("code of all functions", "unpacked", unpacked_mib, "MiB")
    for name in _LAYERS:
        try:
            archive = LayerRecipe(name, *_DEPLOYED_TO).built()
        except LayerBuildError as error:
            raise UnmeasurableError(str(error)) from error
        of_layer_mib = _unpacked_mib(archive)
        yield Row(f"layer `{name}`", "uploaded", archive.stat().st_size / _MIB, "MiB")
        yield Row(f"layer `{name}`", "unpacked", of_layer_mib, "MiB")
        unpacked_mib += of_layer_mib if name in _OF_THE_LARGEST else 0
    yield Row("the largest function", "unpacked", unpacked_mib, "MiB", at_most(_MOST_UNPACKED_MIB))


def _packed(folder: Path) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return packed


def _unpacked_mib(archive: Path | io.BytesIO) -> float:
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist()) / _MIB


PACKAGE_SIZES = Benchmark(
    name="package-sizes",
    page=PERFORMANCE,
    title="Sizes of packages",
    about=(
        "What is uploaded for the functions and what they unpack, for the architecture and the Python that"
        " are deployed unless the knobs say otherwise. All functions share the code and have the core layer;"
        " those that decode have the media layer too, the one that reads pages that and the documents', those"
        " that mark pictures the marking layer. Lambda takes 250 MiB unpacked."
    ),
    subject="Package",
    measure=_measure,
)

"""What the reading step makes of a file: intake's type for it, then the passages of its reader."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.media.content.identify import identify
from evaluation.real_files import Kind
from lambdas.reading.readers import read_member

__all__ = ["Inputs", "Reading", "kind", "read"]

# Each input's name, its bytes, and the check that says whether they are read as they should be.
Inputs = Iterator[tuple[str, bytes, Callable[[bytes], bool]]]


@dataclass(frozen=True)
class Reading:
    """``lines``: the passages' texts; ``reason``: why the file is refused, empty where it is read."""

    media_type: str = ""
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""

    @property
    def text(self) -> str:
        """All lines as one text."""
        return "\n".join(self.lines)


def read(data: bytes) -> Reading:
    """Reads a document or text as the pipeline does."""
    try:
        media_type = identify(io.BytesIO(data))
        member = Member("a", "text", "b", "k", "v", len(data), media_type, (Modality.TEXT,))
        extract = read_member(member, io.BytesIO(data))
    except InvalidAssetError as error:
        return Reading(reason=str(error))
    return Reading(media_type, tuple(block.text for block in extract.blocks), extract.warnings)


def kind(name: str, make: Callable[[], Inputs]) -> Kind:
    """A kind whose inputs bring a check each."""
    checks: dict[str, Callable[[bytes], bool]] = {}

    def inputs() -> Iterator[tuple[str, bytes]]:
        for input_name, data, check in make():
            checks[input_name] = check
            yield input_name, data

    return Kind(name, inputs, lambda input_name, data: checks[input_name](data))

"""How documents of these kinds are read, and what is asked of the words found in them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO, cast

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.domain.evidence.vision import Box, DetectedText
from braid.media.content.identify import PDF, identify
from braid.media.pages import probe_pdf
from braid.runtime.now import utc_now
from braid.runtime.retries import Availability, Retries
from evaluation.real_files import Kind
from lambdas.reading.pages.ocr import OcrPage, PageReader
from lambdas.reading.passages import read_passages
from local.engines.pictures.documents import read_document

__all__ = ["Inputs", "ReadDocument", "kind", "phrase", "read_document_file", "says"]

_WORDS = (
    "harbour",
    "licence",
    "crowns",
    "garden",
    "Tuesday",
    "invoice",
    "cheese",
    "lantern",
    "meadow",
    "seven",
)


@dataclass(frozen=True)
class ReadDocument:
    """What a file says, line by line, what is reported of it, and why it is refused if it is."""

    text: str = ""
    warnings: str = ""
    reason: str = ""


class _LocalReader:
    """Reads pictures with this machine's engine, in Textract's place."""

    def read(self, names: Sequence[str], picture: Callable[[str], bytes | None]) -> dict[str, OcrPage]:
        pictures = ((name, picture(name)) for name in names)
        return {name: OcrPage(tuple(_lines(image))) for name, image in pictures if image is not None}


def _lines(image: bytes) -> Iterator[DetectedText]:
    for line in read_document(image).lines:
        box = line.polygon.bounding_box()
        yield DetectedText(line.text, line.confidence, Box(box.left, box.top, box.width, box.height))


def read_document_file(data: bytes) -> ReadDocument:
    """Intake's type and checks, then the reading step."""
    file = cast(BinaryIO, io.BytesIO(data))
    try:
        media_type = identify(file)
        if media_type == PDF:
            probe_pdf(file)
        passages = read_passages(
            [Member("a", "text", "b", "k", "v", len(data), media_type, (Modality.TEXT,))],
            open_file=lambda _member: cast(BinaryIO, io.BytesIO(data)),
            page_reader=cast(PageReader, _LocalReader()),
            availability=Availability(Retries(utc_now(), 3600, 3600)),
            max_pages=20,
            max_text_characters=10**7,
        )
    except InvalidAssetError as error:
        return ReadDocument(reason=str(error))
    text = "\n".join(" ".join(passage.text.split()) for passage in passages.passages)
    return ReadDocument(text, "\n".join(passages.warnings))


Inputs = Iterable[tuple[str, bytes, Callable[[ReadDocument], bool]]]


def kind(name: str, make: Callable[[], Inputs]) -> Kind:
    """A kind whose inputs bring a check each."""

    @cache
    def made() -> tuple[tuple[str, bytes, Callable[[ReadDocument], bool]], ...]:
        return tuple(make())

    def is_right(wanted: str, data: bytes) -> bool:
        found = read_document_file(data)
        return any(check(found) for one, _, check in made() if one == wanted)

    return Kind(name, lambda: ((one, data) for one, data, _ in made()), is_right)


def says(*wanted: str, never: tuple[str, ...] = ()) -> Callable[[ReadDocument], bool]:
    return lambda found: (
        all(item in found.text for item in wanted) and not any(item in found.text for item in never)
    )


def phrase(seed: int) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=3))

"""PDF pages: their text with positions, and their pictures.

PDFium is not thread-safe: one thread at a time in this module.
"""

from __future__ import annotations

import ctypes
import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias, cast

import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.domain.evidence.vision import Box
from braid.domain.span import Span
from braid.media.blocks import BlockReader
from braid.media.jpeg import bytes_each, encode_jpeg
from braid.media.still import Still

__all__ = [
    "LinePart",
    "PageText",
    "PdfProbe",
    "TextLine",
    "extract_pages",
    "page_count",
    "probe_pdf",
    "render_page",
    "render_pages",
]

PAGE_SIDE_PX = 2000  # 170 dpi on A4: OCR reads 8 point type, and the JPEG stays far below a megabyte

# A page is scanned when its pictures cover half of it and there is hardly any text: a stamped page number
# or a scanner's watermark doesn't make it readable. Below this a font without a character map gives junk.
_FEW_CHARACTERS = 40
_SCAN_COVERAGE = 0.5
_MIN_READABLE_SHARE = 0.7
_FEW_PATHS = 20
_MAX_KEPT_BYTES = 64 * 1024 * 1024
# A gap in a line that is wider than this share of its tallest character is none between words.
_WIDE_GAP = 1.5
# What PDFium puts in for a hyphen at a line's end, and for a character without a map.
_LINE_END_HYPHEN = "\x02"
_UNMAPPED = ("\ufffd", "\ufffe", "\uffff")

_Edges: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True)
class LinePart:
    """What stands in a line between two wide gaps: half-open offsets into ``PageText.text`` and its place."""

    begin_offset: int
    end_offset: int
    box: Box


@dataclass(frozen=True)
class TextLine:
    """A line of a page's text: half-open offsets into ``PageText.text`` and where it stands, as shown.

    ``parts`` are divided by gaps that are wider than between words: between columns, or cells of a table.
    A line that ends in the middle of a word is followed by the next without a line feed between them.
    """

    begin_offset: int
    end_offset: int
    box: Box
    parts: tuple[LinePart, ...]


@dataclass(frozen=True)
class PageText:
    """The text of a page (from 1) in the file's own order, lines separated by line feeds.

    A word that is divided at a line's end is put together again.

    ``needs_ocr``: the page is a picture (a scan, or letters drawn as outlines), or its characters can't be
    mapped to letters, so that ``text`` is empty or not to be trusted.
    """

    page: int
    text: str
    lines: tuple[TextLine, ...]
    needs_ocr: bool


@dataclass(frozen=True)
class PdfProbe:
    """A PDF that opens without a password."""

    page_count: int


def probe_pdf(file: BinaryIO) -> PdfProbe:
    """Opens the document and its first page.

    Raises InvalidAssetError where it is encrypted, damaged or without pages.
    """
    with _opened(_PdfReader(file)) as document:
        _page(document, 1)
        return PdfProbe(len(document))


def page_count(file: BinaryIO) -> int:
    """How many pages the PDF has. Raises InvalidAssetError as ``probe_pdf`` does."""
    return probe_pdf(file).page_count


def extract_pages(file: BinaryIO, *, max_pages: int | None = None) -> Iterator[PageText]:
    """The text of each page, from the first to the last or ``max_pages``; a page at a time in memory.

    Raises InvalidAssetError as ``probe_pdf`` does; a single damaged page comes without text and needs OCR.
    """
    with _opened(_PdfReader(file)) as document:
        count = len(document) if max_pages is None else min(len(document), max_pages)
    for number, page in _pages(file, range(1, count + 1)):
        yield PageText(number, "", (), needs_ocr=True) if page is None else _page_text(page, number)


def render_page(file: BinaryIO, number: int, *, max_side_px: int = PAGE_SIDE_PX) -> Still:
    """The picture of page ``number`` (from 1), turned as it is read, its longer side ``max_side_px``.

    Raises InvalidAssetError where the document or the page is damaged, InvalidInputError where there is no
    such page.
    """
    return next(render_pages(file, [number], max_side_px=max_side_px))


def render_pages(file: BinaryIO, numbers: list[int], *, max_side_px: int = PAGE_SIDE_PX) -> Iterator[Still]:
    """``render_page`` for several pages of one document, which is opened once; all may be held together."""
    for number, page in _pages(file, numbers):
        if page is None:
            raise InvalidAssetError(f"Page {number} of the PDF is damaged. Export it again.")
        yield _rendered(page, number, max_side_px, bytes_each(len(numbers)))


def _pages(file: BinaryIO, numbers: Sequence[int]) -> Iterator[tuple[int, pypdfium2.PdfPage | None]]:
    """Pages by number, each open until the next one is asked for; None for one that is damaged.

    An opened document keeps all that it ever read, pictures too: it is opened anew before that is too much.
    """
    reader = _PdfReader(file)
    done = 0
    while done < len(numbers):
        with _opened(reader) as document:
            before = reader.fetched_bytes
            while done < len(numbers) and reader.fetched_bytes - before < _MAX_KEPT_BYTES:
                number = numbers[done]
                done += 1
                if not 1 <= number <= len(document):
                    raise InvalidInputError(f"there is no page {number} of {len(document)}")
                try:
                    page = _page(document, number)
                except InvalidAssetError:
                    yield number, None
                    continue
                try:
                    yield number, page
                finally:
                    page.close()


class _PdfReader(BlockReader):
    """PDFium calls from C, where no exception passes: it is told of a short read, and ``error`` tells us."""

    def readinto(self, buffer: object) -> int:
        try:
            return super().readinto(buffer)
        except Exception:
            if self.error is None:
                raise
            return 0


@contextmanager
def _opened(reader: _PdfReader) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(cast(BinaryIO, reader), autoclose=False)
    except pypdfium2.PdfiumError as error:
        if reader.error is not None:
            raise reader.error from error
        if getattr(error, "err_code", None) in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise InvalidAssetError(
                "The PDF is protected by a password. Save it without one and upload that."
            ) from error
        raise InvalidAssetError(
            "The PDF is damaged or cut off and can't be opened. Export it again and upload that."
        ) from error
    try:
        if len(document) == 0:
            raise InvalidAssetError("The PDF has no pages. Export it again.")
        yield document
        if reader.error is not None:  # PDFium goes on without what it couldn't read
            raise reader.error
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise InvalidAssetError(f"Page {number} of the PDF is damaged. Export it again.") from error


def _page_text(page: pypdfium2.PdfPage, number: int) -> PageText:
    try:
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return PageText(number, "", (), needs_ocr=True)
    try:
        text, lines = _lines(page, text_page)
    finally:
        text_page.close()
    letters = Counter("".join(text.split()))
    letter_count = letters.total()
    readable = sum(count for character, count in letters.items() if _is_readable(character))
    if not letters:
        needs_ocr = bool(next(_pictures(page), None)) or _is_drawn(page)
    elif readable < _MIN_READABLE_SHARE * letter_count:
        needs_ocr = True
    else:
        needs_ocr = letter_count < _FEW_CHARACTERS and _picture_coverage(page) >= _SCAN_COVERAGE
    return PageText(number, text, lines, needs_ocr)


def _is_readable(character: str) -> bool:
    return character not in _UNMAPPED and unicodedata.category(character) not in ("Co", "Cn", "Cc", "Cs")


def _lines(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> tuple[str, tuple[TextLine, ...]]:
    """The page's text, built character by character so that offsets and places agree exactly."""
    to_box = _BoxMapper(page)
    characters: list[str] = []
    lines: list[TextLine] = []
    begin = 0
    edges: list[_Edges] = []
    offsets: list[int] = []  # where the character of each of ``edges`` stands

    def end_line() -> None:
        nonlocal begin
        if edges:
            box = to_box(edges)
            lines.append(TextLine(begin, len(characters), box, _parts(edges, offsets, to_box, box)))
            edges.clear()
            offsets.clear()
        begin = len(characters)

    char_edges = _CharEdges(text_page)
    for index, code in _code_points(text_page):
        character = chr(code)
        if character == "\r":
            continue
        if character == "\n":
            end_line()
            characters.append("\n")
            begin = len(characters)
        elif character == _LINE_END_HYPHEN:
            following = chr(min(pdfium_c.FPDFText_GetUnicode(text_page, index + 1), 0x10FFFF))
            if not (characters and characters[-1].islower() and following.islower()):
                edges.append(char_edges(index))
                offsets.append(len(characters))
                characters.append("-")
            end_line()
        else:
            if not character.isspace():
                edges.append(char_edges(index))
                offsets.append(len(characters))
            characters.append(character)
    end_line()
    return "".join(characters), tuple(lines)


def _parts(edges: list[_Edges], offsets: list[int], to_box: _BoxMapper, whole: Box) -> tuple[LinePart, ...]:
    """A line divided at wide gaps, whichever way it is written and the page is turned."""
    left, bottom, right, top = to_box.left, to_box.bottom, to_box.right, to_box.top
    wide = _WIDE_GAP * max([edge[top] - edge[bottom] for edge in edges])
    borders = [
        number
        for number, (before, after) in enumerate(itertools.pairwise(edges), start=1)
        if after[left] - before[right] > wide or before[left] - after[right] > wide
    ]
    if not borders:
        return (LinePart(offsets[0], offsets[-1] + 1, whole),)
    borders = [0, *borders, len(edges)]
    return tuple(
        LinePart(offsets[first], offsets[last - 1] + 1, to_box(edges[first:last]))
        for first, last in itertools.pairwise(borders)
    )


def _code_points(text_page: pypdfium2.PdfTextPage) -> Iterator[tuple[int, int]]:
    """PDFium's character indices and code points; a pair of surrogates is one character."""
    high = 0
    for index in range(text_page.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        if code:
            yield index, code if code <= 0x10FFFF else 0x10FFFF


class _CharEdges:
    """Left, bottom, right and top of a page's characters in page coordinates, by PDFium's index."""

    def __init__(self, text_page: pypdfium2.PdfTextPage) -> None:
        self._text_page = text_page
        self._places = tuple(ctypes.c_double() for _ in range(4))

    def __call__(self, index: int) -> _Edges:
        left, right, bottom, top = self._places
        pdfium_c.FPDFText_GetCharBox(self._text_page, index, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value


class _BoxMapper:
    """Page coordinates to ratios of the page as shown: turned, and cut to what is visible."""

    _SCALE = 1_000_000

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        # Which of a character's edges is where on a page that is turned by a quarter, up to the sign.
        is_turned = page.get_rotation() in (90, 270)
        self.left, self.bottom, self.right, self.top = (1, 0, 3, 2) if is_turned else (0, 1, 2, 3)

    def __call__(self, edges: list[_Edges]) -> Box:
        lefts, bottoms, rights, tops = zip(*edges, strict=True)
        corners = [self._device(min(lefts), min(bottoms)), self._device(max(rights), max(tops))]
        left, right = sorted(_ratio(x, self._SCALE) for x, _ in corners)
        top, bottom = sorted(_ratio(y, self._SCALE) for _, y in corners)
        return Box(left, top, round(right - left, 6), round(bottom - top, 6))

    def _device(self, x: float, y: float) -> tuple[int, int]:
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(self._page, 0, 0, self._SCALE, self._SCALE, 0, x, y, device_x, device_y)
        return device_x.value, device_y.value


def _ratio(value: int, scale: int) -> float:
    return min(max(value / scale, 0.0), 1.0)


def _pictures(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfObject]:
    yield from page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)


def _is_drawn(page: pypdfium2.PdfPage) -> bool:
    """Whether there are more lines than rules and frames have: letters can be drawn as outlines."""
    paths = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=3)
    return len(list(itertools.islice(paths, _FEW_PATHS))) == _FEW_PATHS


def _picture_coverage(page: pypdfium2.PdfPage) -> float:
    """The share of the page under its largest picture (0 to 1)."""
    page_area = page.get_width() * page.get_height()
    areas = [0.0]
    for picture in _pictures(page):
        left, bottom, right, top = picture.get_bounds()
        areas.append(max(0.0, right - left) * max(0.0, top - bottom))
    return min(1.0, max(areas) / page_area) if page_area else 0.0


def _rendered(page: pypdfium2.PdfPage, number: int, max_side_px: int, max_bytes: int) -> Still:
    longest = max(page.get_size())
    if longest <= 0:
        raise InvalidAssetError(f"Page {number} of the PDF has no size. Export it again.")
    try:
        bitmap = page.render(scale=max_side_px / longest, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    except (pypdfium2.PdfiumError, ValueError) as error:
        raise InvalidAssetError(f"Page {number} of the PDF can't be drawn. Export it again.") from error
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    jpeg = encode_jpeg(picture, max_bytes=max_bytes)
    return Still(jpeg, picture.width, picture.height, Span(page=number), page=number)

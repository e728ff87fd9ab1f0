"""PDFs of any objects, written by hand: what no library of ours writes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_SIZE = (400, 300)


def stream(data: str | bytes, entries: str = "") -> bytes:
    """A stream object."""
    body = data.encode("latin-1") if isinstance(data, str) else data
    return f"<< {entries} /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream"


def shown(x: float, y: float, text: str, *, size: int = 12, setup: str = "") -> str:
    """The operators that draw ``text`` in the page's font ``F``; y counts from the bottom."""
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"q BT {setup} /F {size} Tf {x} {y} Td ({escaped}) Tj ET Q\n"


def pdf_page(
    content: str,
    *,
    page: str = "",
    resources: str = "",
    catalog: str = "",
    objects: Sequence[str | bytes] = (),
    size: tuple[int, int] = _SIZE,
) -> bytes:
    """A PDF of one page of 400 × 300 points; ``objects`` are numbered from 10 on."""
    numbered: dict[int, str | bytes] = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents 4 0 R"
        f" /Resources << /Font << /F 5 0 R >> {resources} >> {page} >>",
        4: stream(content),
        5: FONT,
    }
    numbered |= {10 + number: item for number, item in enumerate(objects)}
    out = b"%PDF-1.7\n"
    offsets = {}
    for number, item in numbered.items():
        offsets[number] = len(out)
        body = item.encode("latin-1") if isinstance(item, str) else item
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (max(numbered) + 1, start)


def drawn(text: str, size: tuple[int, int]) -> bytes:
    """A JPEG of black letters on white, as a scan is."""
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(size[1] // 12)
    ImageDraw.Draw(image).multiline_text((size[0] // 10, size[1] // 4), text, "black", font, spacing=12)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def picture(text: str = "", size: tuple[int, int] = (600, 450)) -> bytes:
    """An image object of ``drawn``."""
    entries = (
        f"/Type /XObject /Subtype /Image /Width {size[0]} /Height {size[1]} /ColorSpace /DeviceRGB"
        " /BitsPerComponent 8 /Filter /DCTDecode"
    )
    return stream(drawn(text, size), entries)


def placed(name: str, left: float, bottom: float, width: float, height: float) -> str:
    """The operators that draw an image."""
    return f"q {width} 0 0 {height} {left} {bottom} cm /{name} Do Q\n"

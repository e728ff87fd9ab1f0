"""PDF files with text, written by hand: no library of ours writes them."""

from __future__ import annotations

from collections.abc import Sequence


def text_pdf(
    pages: Sequence[Sequence[str | tuple[str, int]]], *, leading: int = 16, title: str = ""
) -> bytes:
    """A page of Helvetica for each sequence of lines; a line may come with its size in points (else 12).

    An empty line leaves its place free. ``title`` is what the file calls itself beside its pages.
    """
    return _document([_content(lines, leading) for lines in pages], title)


def placed_pdf(pages: Sequence[Sequence[tuple[float, float, str]]], *, size: int = 10) -> bytes:
    """A page of Helvetica for each sequence of texts with its place from left and top in points."""
    drawn = [
        "\n".join(
            f"BT /F1 {size} Tf {left} {842 - top} Td ({_escaped(text)}) Tj ET" for left, top, text in texts
        )
        for texts in pages
    ]
    return _document(drawn)


def _document(contents: Sequence[str], title: str = "") -> bytes:
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for content in contents:
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    if not title:
        return _file(objects)
    objects.append(f"<< /Title ({_escaped(title)}) /Subject ({_escaped(title)}) >>")
    return _file(objects, f" /Info {len(objects)} 0 R")


def _content(lines: Sequence[str | tuple[str, int]], leading: int) -> str:
    drawn = []
    for number, line in enumerate(lines):
        text, size = line if isinstance(line, tuple) else (line, 12)
        drawn.append(f"BT /F1 {size} Tf 60 {780 - number * leading} Td ({_escaped(text)}) Tj ET")
    return "\n".join(drawn)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[str], info: str = "") -> bytes:
    body = "%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{info} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + table + trailer).encode("latin-1")

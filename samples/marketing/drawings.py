"""What the requests start from: a bag on a table, colours of autumn, and a mask over the label."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

__all__ = ["draw_references"]

_SIZE = (768, 640)
_BAG = (264, 120, 504, 540)
_LABEL = (304, 260, 464, 400)


def draw_references(folder: Path) -> None:
    """Writes ``box.png``, ``style.png`` and ``mask.png``."""
    table = Image.new("RGB", _SIZE, "#efe6d6")
    draw = ImageDraw.Draw(table)
    draw.rectangle((0, 470, *_SIZE), fill="#c9a878")
    draw.rounded_rectangle(_BAG, 28, fill="#0f6c74")
    draw.rectangle((264, 150, 504, 170), fill="#0a4a50")
    draw.rounded_rectangle(_LABEL, 16, fill="#f6ecd8")
    draw.ellipse((344, 280, 424, 360), fill="#d08c3c")
    draw.text((330, 370), "OCTANK", fill="#0a4a50", font_size=28)
    table.save(folder / "box.png")

    style = Image.linear_gradient("L").resize(_SIZE)
    autumn = Image.merge(
        "RGB", (style, style.point(lambda value: value // 2), style.point(lambda value: value // 5))
    )
    autumn.filter(ImageFilter.GaussianBlur(6)).save(folder / "style.png")

    mask = Image.new("L", _SIZE, 0)
    ImageDraw.Draw(mask).rounded_rectangle(_LABEL, 16, fill=255)
    mask.convert("RGB").save(folder / "mask.png")

"""The photo sample: a real photograph from scikit-image's data with a drawn caption strip.

Its source is NASA's portrait of an astronaut (public domain), which scikit-image ships; it is written at
run time because what this project didn't make itself isn't checked in.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

STRIP_HEIGHT_PX = 150
LINES = (("Crew portrait, Johnson Space Center", 46), ("Doors open at 18:30, admission free", 38))


def write_photo(target: Path) -> Path:
    """Writes the photo as JPEG to ``target`` and returns it."""
    with Image.open(str(files("skimage") / "data" / "astronaut.png")) as portrait:
        picture = portrait.convert("RGB").resize((1024, 1024), Image.Resampling.LANCZOS)
    poster = Image.new("RGB", (picture.width, picture.height + STRIP_HEIGHT_PX), "white")
    poster.paste(picture)
    draw = ImageDraw.Draw(poster)
    for number, (line, size) in enumerate(LINES):
        draw.text(
            (40, picture.height + 16 + 66 * number), line, fill="black", font=ImageFont.load_default(size)
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    poster.save(target, "JPEG", quality=88)
    return target


if __name__ == "__main__":
    print(write_photo(Path(sys.argv[1])))

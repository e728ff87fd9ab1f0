"""Draws the eight products of ``samples/products``: for each a bundle of a picture and what is said of it.

They are for trying search: some are named like what people look for, others are only meant by it. Run it when
one changes: `.venv/bin/python -m samples.make_products`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

PRODUCTS = Path(__file__).resolve().parent / "products"
SIDE = 512


@dataclass(frozen=True)
class Product:
    """What is drawn, and what is said of it."""

    name: str
    title: str
    text: str
    draw: Callable[[ImageDraw.ImageDraw], None]
    background: str = "#f5f5f4"


def sneaker(draw: ImageDraw.ImageDraw) -> None:
    """From the side, with laces and a white sole."""
    draw.rounded_rectangle((70, 350, 450, 395), radius=22, fill="#fafaf9", outline="#a8a29e", width=4)
    draw.polygon([(78, 352), (84, 210), (170, 196), (250, 262), (400, 296), (444, 352)], fill="#c8a27a")
    draw.polygon([(300, 275), (400, 296), (444, 352), (320, 352)], fill="#b88f65")
    draw.arc((66, 176, 190, 260), 160, 340, fill="#8f6b47", width=10)
    for step in range(4):
        x, y = 178 + 30 * step, 212 + 22 * step
        draw.line((x, y, x + 34, y - 16), fill="#ffffff", width=8)


def boot(draw: ImageDraw.ImageDraw) -> None:
    """A high boot with a heel and a profile."""
    draw.polygon([(150, 90), (290, 90), (300, 290), (420, 320), (430, 390), (150, 390)], fill="#5b3a21")
    draw.rectangle((140, 388, 436, 418), fill="#292524")
    draw.rectangle((140, 414, 220, 440), fill="#292524")
    for y in range(130, 290, 36):
        draw.line((210, y, 296, y + 8), fill="#e7d7b5", width=7)
    draw.rectangle((150, 84, 290, 112), fill="#3f2817")


def tote(draw: ImageDraw.ImageDraw) -> None:
    """A bag with two handles."""
    draw.polygon([(120, 210), (392, 210), (420, 440), (92, 440)], fill="#e7dcc3", outline="#a99b7c", width=5)
    draw.arc((180, 70, 332, 330), 180, 360, fill="#a99b7c", width=16)
    draw.ellipse((214, 285, 298, 369), fill="#4d7c0f")
    draw.line((256, 369, 256, 300), fill="#e7dcc3", width=6)


def coffee(draw: ImageDraw.ImageDraw) -> None:
    """A cup of coffee on a saucer, steaming."""
    draw.ellipse((70, 380, 420, 450), fill="#d6d3d1")
    draw.ellipse((330, 240, 440, 350), outline="#fafaf9", width=24)
    draw.pieslice((110, 110, 370, 440), 0, 180, fill="#fafaf9")
    draw.rectangle((110, 230, 370, 280), fill="#fafaf9")
    draw.ellipse((110, 190, 370, 270), fill="#fafaf9", outline="#a8a29e", width=3)
    draw.ellipse((128, 202, 352, 260), fill="#3f2212")
    for x in (190, 240, 290):
        draw.arc((x - 20, 90, x + 20, 150), 90, 270, fill="#a8a29e", width=7)
        draw.arc((x - 20, 130, x + 20, 190), 270, 90, fill="#a8a29e", width=7)


def cake(draw: ImageDraw.ImageDraw) -> None:
    """A birthday cake with five candles."""
    draw.ellipse((60, 390, 452, 460), fill="#e2e8f0")
    draw.rectangle((100, 300, 412, 420), fill="#f9a8d4")
    draw.rectangle((140, 210, 372, 305), fill="#fce7f3")
    for x in range(100, 400, 52):
        draw.ellipse((x, 285, x + 56, 335), fill="#ffffff")
    for number, x in enumerate(range(165, 360, 45)):
        draw.rectangle((x, 140, x + 12, 212), fill=("#ef4444", "#3b82f6", "#eab308")[number % 3])
        draw.ellipse((x - 4, 102, x + 16, 142), fill="#f97316")
        draw.ellipse((x + 1, 116, x + 11, 140), fill="#fde047")


def puppy(draw: ImageDraw.ImageDraw) -> None:
    """A plush puppy with a ball."""
    draw.ellipse((140, 230, 380, 450), fill="#d9a05b")
    draw.ellipse((150, 70, 370, 280), fill="#e3b172")
    draw.ellipse((110, 90, 190, 250), fill="#a9713a")
    draw.ellipse((330, 90, 410, 250), fill="#a9713a")
    draw.ellipse((205, 180, 315, 265), fill="#f5deb8")
    draw.ellipse((240, 190, 280, 218), fill="#292524")
    for x in (210, 290):
        draw.ellipse((x - 14, 138, x + 14, 168), fill="#292524")
        draw.ellipse((x - 4, 143, x + 6, 153), fill="#ffffff")
    draw.arc((225, 205, 295, 250), 20, 160, fill="#292524", width=5)
    for x in (150, 300):
        draw.ellipse((x, 390, x + 80, 460), fill="#e3b172")
    draw.ellipse((390, 370, 480, 460), fill="#dc2626")
    draw.arc((390, 340, 480, 440), 40, 140, fill="#fee2e2", width=6)


def car(draw: ImageDraw.ImageDraw) -> None:
    """A red sports car from the side."""
    draw.polygon(
        [
            (40, 330),
            (60, 270),
            (170, 250),
            (240, 190),
            (350, 190),
            (420, 260),
            (480, 285),
            (484, 345),
            (40, 345),
        ],
        fill="#dc2626",
    )
    draw.polygon([(192, 252), (248, 206), (295, 206), (295, 252)], fill="#bae6fd")
    draw.polygon([(306, 252), (306, 206), (342, 206), (386, 252)], fill="#bae6fd")
    draw.rectangle((52, 300, 92, 318), fill="#fde68a")
    for x in (140, 380):
        draw.ellipse((x - 48, 300, x + 48, 396), fill="#1c1917")
        draw.ellipse((x - 22, 326, x + 22, 370), fill="#d6d3d1")
    for y in (220, 250, 280):
        draw.line((2, y + 30, 36, y + 30), fill="#a8a29e", width=5)


def lake(draw: ImageDraw.ImageDraw) -> None:
    """A sunset over still water, with hills and reeds."""
    for y in range(SIDE):
        share = y / SIDE
        draw.line((0, y, SIDE, y), fill=(int(255 - 90 * share), int(150 - 70 * share), int(90 + 70 * share)))
    draw.ellipse((206, 170, 306, 270), fill="#fde68a")
    draw.polygon(
        [(0, 275), (120, 205), (240, 262), (380, 195), (512, 268), (512, 300), (0, 300)], fill="#4c1d4f"
    )
    for y in range(296, SIDE):
        share = (y - 296) / (SIDE - 296)
        draw.line(
            (0, y, SIDE, y), fill=(int(190 - 150 * share), int(100 - 60 * share), int(120 - 20 * share))
        )
    for number, y in enumerate(range(305, 470, 18)):
        half = 16 + 5 * number
        draw.line((256 - half, y, 256 + half, y), fill="#fcd34d", width=5)
    for x in (40, 58, 80, 440, 462, 486):
        draw.line((x, 512, x + 6, 390), fill="#1c1917", width=6)


ALL = (
    Product(
        "sneaker", "Suede sneaker, sand", "Low shoe of soft sand-coloured suede on a white sole.", sneaker
    ),
    Product(
        "boot",
        "Leather hiking boot",
        "High boot of brown leather with a grippy profile for muddy paths.",
        boot,
    ),
    Product(
        "tote",
        "Canvas tote bag",
        "Shopping bag of undyed cotton with a printed leaf, carries ten kilograms.",
        tote,
    ),
    Product(
        "coffee",
        "Cup of coffee with saucer",
        "Stoneware cup for a strong espresso at breakfast.",
        coffee,
        "#fed7aa",
    ),
    Product(
        "cake", "Birthday cake candle set", "Five candles in three colours for a party with friends.", cake
    ),
    Product(
        "puppy",
        "Plush puppy with ball",
        "A cuddly dog of brown fur that fetches its red ball.",
        puppy,
        "#dcfce7",
    ),
    Product(
        "car",
        "Toy sports car, red",
        "Racing car with pull-back motor, reaches the other end of the room.",
        car,
    ),
    Product(
        "lake",
        "Poster: sunset at the lake",
        "Calm water, hills and the last light of the day, printed on matt paper.",
        lake,
    ),
)


def make(product: Product) -> None:
    """Writes the product's bundle."""
    folder = PRODUCTS / f"{product.name}.bundle"
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (SIDE, SIDE), product.background)
    product.draw(ImageDraw.Draw(picture))
    picture.filter(ImageFilter.SMOOTH).save(folder / f"{product.name}.jpg", quality=82)
    (folder / f"{product.name}.md").write_text(f"# {product.title}\n\n{product.text}\n", "utf-8")
    members = [
        {"name": f"{product.name}.jpg", "role": "image"},
        {"name": f"{product.name}.md", "role": "text"},
    ]
    manifest = {"schema_version": "1", "members": members}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def main() -> None:
    """Writes all of them."""
    argparse.ArgumentParser(
        "python -m samples.make_products", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    for product in ALL:
        make(product)


if __name__ == "__main__":
    main()

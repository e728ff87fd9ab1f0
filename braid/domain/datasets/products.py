"""Products that don't exist: what each is, and how a picture of it is asked for.

What varies is drawn here and not left to a model, which left alone writes the same few products again and
again; a model words what was drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import product as combined

from braid.domain.errors import InvalidInputError

__all__ = ["MOST_PRODUCTS", "SYSTEM", "TOOL", "Product", "drawn", "question", "worded"]

# What each is made of, of which there is more than one kind of look.
_KINDS = {
    "backpack": ("waxed canvas", "recycled nylon"),
    "bowl": ("glazed stoneware", "olive wood"),
    "candle holder": ("brushed brass", "blown glass"),
    "chair": ("bent plywood", "powder-coated steel"),
    "cutting board": ("walnut wood", "bamboo"),
    "desk lamp": ("anodised aluminium", "frosted glass"),
    "dog collar": ("braided rope", "vegetable-tanned leather"),
    "espresso cup": ("bone china", "double-walled glass"),
    "headphones": ("matte plastic", "brushed aluminium"),
    "notebook": ("linen-bound paper", "recycled cardboard"),
    "picnic blanket": ("woven wool", "quilted cotton"),
    "rain jacket": ("coated nylon", "waxed cotton"),
    "sneaker": ("knitted polyester", "suede"),
    "teapot": ("cast iron", "glazed stoneware"),
    "toy train": ("painted beech wood", "tin"),
    "umbrella": ("pongee fabric", "clear vinyl"),
    "vase": ("blown glass", "terracotta"),
    "wall clock": ("birch plywood", "enamelled steel"),
    "wallet": ("vegetable-tanned leather", "cork"),
    "water bottle": ("stainless steel", "borosilicate glass"),
}
_COLOURS = (
    *("black", "blue", "brown", "cream", "green", "grey"),
    *("mustard", "orange", "pink", "red", "teal", "white"),
)
_GROUNDS = ("a pale oak table", "a sheet of grey paper", "a stone floor", "a linen cloth", "a white shelf")
_LIGHTS = ("soft daylight from the left", "even studio light", "low evening light", "light from above")
MOST_PRODUCTS = len(_COLOURS) * sum(map(len, _KINDS.values()))

_LONGEST_TITLE, _LONGEST_DESCRIPTION = 80, 400
_WORD = re.compile(r"[a-z]+")

SYSTEM = (
    "You write entries of a product catalogue. Each has a title of at most eight words and a description of"
    " one or two plain sentences. Name the product, its colour and what it is made of as they are given."
    " Add no brand, no person, no figure and no price."
)
# What the answer must have, as Converse's tools say it.
TOOL = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "description": {"type": "string"}},
    "required": ["title", "description"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Product:
    """One product. ``asset_id`` is whose draft is its picture, once that was asked for."""

    number: int
    kind: str
    material: str
    colour: str
    ground: str
    light: str
    title: str
    description: str
    is_written_by_model: bool = False
    asset_id: str = ""

    @property
    def prompt(self) -> str:
        """How its picture is asked for: type, content and style."""
        content = self.description.rstrip(". ")
        return f"A photograph of one product on {self.ground}: {content}. Realistic, {self.light}."


def drawn(count: int, seed: int) -> tuple[Product, ...]:
    """``count`` products, no two of the same kind, material and colour.

    A larger count of the same seed begins with the smaller one's. Raises ``InvalidInputError`` where there
    aren't so many.
    """
    if not 1 <= count <= MOST_PRODUCTS:
        raise InvalidInputError(f"there are 1 to {MOST_PRODUCTS} different products, not {count}")
    chance = random.Random(f"products {seed}")
    all_of_them = [
        (kind, material, colour)
        for kind, materials in _KINDS.items()
        for material, colour in combined(materials, _COLOURS)
    ]
    chance.shuffle(all_of_them)
    return tuple(
        _product(number, *chosen, chance.choice(_GROUNDS), chance.choice(_LIGHTS))
        for number, chosen in enumerate(all_of_them[:count], 1)
    )


def question(product: Product) -> str:
    """What a model is asked to word."""
    return f"Product: {product.kind}\nMaterial: {product.material}\nColour: {product.colour}"


def worded(product: Product, title: object, description: object, taken: Collection[str]) -> Product:
    """The product in a model's words; as it is where they don't say what it is.

    ``taken`` are titles in lower case that others have: a title among them is left, the description taken.
    """
    if not isinstance(title, str) or not isinstance(description, str):
        return product
    title, description = " ".join(title.split()), " ".join(description.split())
    said = set(_WORD.findall(description.lower()))
    named = set(_WORD.findall(f"{product.kind} {product.colour}"))
    if not 0 < len(description) <= _LONGEST_DESCRIPTION or not named <= said or re.search(r"\d", description):
        return product
    fits = 0 < len(title) <= _LONGEST_TITLE and title.lower() not in taken
    return replace(
        product,
        title=title if fits else product.title,
        description=description,
        is_written_by_model=True,
    )


def _product(number: int, kind: str, material: str, colour: str, ground: str, light: str) -> Product:
    title = f"{colour} {kind} of {material}"
    return Product(
        number=number,
        kind=kind,
        material=material,
        colour=colour,
        ground=ground,
        light=light,
        title=title[0].upper() + title[1:],
        description=f"{'An' if colour[0] in 'aeiou' else 'A'} {colour} {kind} made of {material}.",
    )

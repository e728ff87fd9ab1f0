"""Tunes an adapter on drawn letters, and looks for each letter in an index of either model's vectors.

    python -m evaluation.letters.two_indexes [--per-letter 50] [--seed 0]

One drawing in five is in the indexes and was never trained with. The base model is what stands in for joint
embeddings on this machine, which names what it sees in photographs; the tuned one is its linear adapter.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from braid.domain.datasets.checking import FileCheck, check_file
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.writers import titan_line
from evaluation.letters.alphabet import LETTERS, Alphabet, LettersMissingError, read_alphabet
from evaluation.letters.drawing import draw, variation_of
from evaluation.letters.table import LetterTable, caption_of, letter_table
from local.engines.errors import CannotDeriveError, EngineMissingError
from local.engines.pictures.bridge import embed_picture
from local.engines.text.embeddings import Vectors, embed
from local.engines.tuning.picture_adapter import (
    embed_caption_vectors,
    embed_pictures,
    features_of,
    fit_adapter,
)

__all__ = ["Drawn", "checked", "compare_indexes", "drawn", "main"]

_SIZE = 128
_HELD_OUT = 5  # one drawing in so many
_EPOCHS, _BATCH_SIZE, _LEARNING_RATE = 10, 576, 5e-5  # Titan's own, but for the epochs


@dataclass(frozen=True)
class Drawn:
    """PNG files of letters; those of ``is_held_out`` are for the indexes."""

    letter: str
    png: bytes
    is_held_out: bool


def drawn(alphabet: Alphabet, *, per_letter: int, seed: int) -> list[Drawn]:
    """So many drawings of each letter; the plain ones are for training."""
    found = []
    for letter in LETTERS:
        ways = alphabet.signs[letter]
        for number in range(per_letter):
            _, symbols = ways[number % len(ways)]
            buffer = io.BytesIO()
            draw(alphabet, symbols, variation_of(letter, number, seed), size=_SIZE).convert("RGB").save(
                buffer, "PNG"
            )
            found.append(Drawn(letter, buffer.getvalue(), number % _HELD_OUT == _HELD_OUT - 1))
    return found


def checked(drawings: Sequence[Drawn]) -> FileCheck:
    """The training pairs as Titan's job would get them, through the validator."""
    lines = [
        titan_line(f"s3://letters/train/{index:05d}.png", caption_of(each.letter)).line
        for index, each in enumerate(drawings)
        if not each.is_held_out
    ]
    return check_file(lines, DatasetFormat.TITAN_IMAGE, DatasetRole.TRAIN)


def compare_indexes(drawings: Sequence[Drawn], *, seed: int = 0) -> LetterTable:
    """Trains on what isn't held out; each letter's caption then looks for the nearest held-out picture.

    Raises ``EngineMissingError`` where the weights aren't here.
    """
    train = [each for each in drawings if not each.is_held_out]
    index = [each for each in drawings if each.is_held_out]
    captions = [caption_of(each.letter) for each in train]
    names = [caption_of(letter) for letter in LETTERS]
    by_name = dict(zip(names, embed(names), strict=True))
    adapter = fit_adapter(
        features_of([each.png for each in train]),
        captions,
        np.stack([by_name[caption] for caption in captions]),
        None,
        epochs=_EPOCHS,
        batch_size=_BATCH_SIZE,
        learning_rate=_LEARNING_RATE,
        seed=seed,
    )
    queries = np.stack([by_name[name] for name in names])
    said = [caption_of(each.letter) for each in index]
    return letter_table(
        LETTERS,
        _nearest(queries, np.stack([_base(each.png) for each in index]), said),
        _nearest(
            embed_caption_vectors(adapter, queries),
            embed_pictures(adapter, [each.png for each in index]),
            said,
        ),
    )


def _nearest(queries: Vectors, pictures: Vectors, captions: Sequence[str]) -> dict[str, str]:
    """Of each letter the caption of the picture that lies nearest to what it is called."""
    best = (queries @ pictures.T).argmax(axis=1)
    return {letter: captions[place] for letter, place in zip(LETTERS, best.tolist(), strict=True)}


def _base(png: bytes) -> Vectors:
    """The base model's vector; nothing, which is near to nothing, where it can't name what it sees."""
    try:
        return np.asarray(embed_picture(png), np.float32)
    except CannotDeriveError:
        return np.zeros(embed(["letter"]).shape[1], np.float32)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.letters.two_indexes", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--per-letter", type=int, default=50, help="drawings of each letter")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other drawings")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        drawings = drawn(read_alphabet(), per_letter=options.per_letter, seed=options.seed)
        table = compare_indexes(drawings, seed=options.seed)
    except (LettersMissingError, EngineMissingError) as error:
        print(error, file=sys.stderr)
        return 1
    base, tuned = table.right
    if options.json:
        found = table.comparison
        interval = [found.points.low, found.points.high]
        print(json.dumps({"base": base, "tuned": tuned, "wrong": table.wrong, "points": interval}))
    else:
        held_out = sum(each.is_held_out for each in drawings)
        print(table)
        print(f"{len(drawings)} drawings, {held_out} of them in the indexes")
        print(f"tuned less base: {table.comparison.points}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

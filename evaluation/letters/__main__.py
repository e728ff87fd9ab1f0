"""Writes the letters as PNG files with a manifest in JSON lines.

python -m evaluation.letters FOLDER [--per-letter 50] [--size 128] [--seed 0]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from evaluation.letters.alphabet import LETTERS, SOURCE, LettersMissingError, read_alphabet
from evaluation.letters.drawing import draw, variation_of

_TEST_SHARE = 5  # one drawing in so many is for testing; the plain ones are for training
_LICENCE = f"""These drawings were made with the Sutton SignWriting fonts by Stephen E Slevinski Jr (SIL Open
Font License 1.1; what a font draws isn't under it) and the American fingerspelling data of {SOURCE} (MIT).
They are written symbols of handshapes, not pictures of hands.
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.letters", description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--per-letter", type=int, default=50, help="drawings of each letter")
    parser.add_argument("--size", type=int, default=128, help="pixels of a side")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other drawings")
    options = parser.parse_args(arguments)
    try:
        count = write(options.folder, options.per_letter, options.size, options.seed)
    except LettersMissingError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} drawings of {len(LETTERS)} letters in {options.folder}")
    return 0


def write(folder: Path, per_letter: int, size: int, seed: int) -> int:
    """Writes ``<letter>/<number>.png``, ``manifest.jsonl`` and ``LICENCE.txt``; how many drawings."""
    alphabet = read_alphabet()
    lines = []
    for letter in LETTERS:
        (folder / letter).mkdir(parents=True, exist_ok=True)
        ways = alphabet.signs[letter]
        for number in range(per_letter):
            written, symbols = ways[number % len(ways)]
            variation = variation_of(letter, number, seed)
            path = f"{letter}/{number:04d}.png"
            draw(alphabet, symbols, variation, size=size).save(folder / path)
            lines.append(
                {
                    "image": path,
                    "label": letter,
                    "split": "test" if number % _TEST_SHARE == _TEST_SHARE - 1 else "train",
                    "sign": written,
                    "seed": seed,
                    "number": number,
                    "variation": dataclasses.asdict(variation),
                    "source": SOURCE,
                }
            )
    manifest = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / "manifest.jsonl").write_text(manifest, "utf-8")
    (folder / "LICENCE.txt").write_text(_LICENCE, "utf-8")
    return len(lines)


if __name__ == "__main__":
    sys.exit(main())

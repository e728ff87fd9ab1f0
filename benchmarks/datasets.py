"""How long the validator of data sets takes, and what it holds."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.benchmark import Benchmark
from benchmarks.machine import peak_bytes
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from braid.domain.datasets.checking import check_file
from braid.domain.datasets.formats import DatasetFormat

__all__ = ["DATASETS"]

_LINES = 100_000
_MOST_SECONDS, _MOST_MB = 60, 512
_POLICY_SECTIONS, _SECTION_WORDS = 12, 40


def _words(chance: random.Random) -> list[str]:
    return ["".join(chance.choices("abcdefghijklmnopqrst", k=chance.randint(2, 9))) for _ in range(20_000)]


def _nova() -> Iterator[bytes]:
    """Posts of 20 to 120 words below a policy of 480 words, which all of them share."""
    chance = random.Random(1)
    words = _words(chance)
    sections = (" ".join(chance.choices(words, k=_SECTION_WORDS)) for _ in range(_POLICY_SECTIONS))
    policy = "Answer with either Yes or No.\n" + "\n".join(
        f"S{number}: {section}" for number, section in enumerate(sections)
    )
    for number in range(_LINES):
        post = " ".join(chance.choices(words, k=chance.randint(20, 120)))
        yield _line(
            {
                "schemaVersion": "bedrock-conversation-2024",
                "messages": [
                    {"role": "user", "content": [{"text": f"{policy}\nThe post:\n{post}"}]},
                    {"role": "assistant", "content": [{"text": "No" if number % 2 else "Yes"}]},
                ],
            }
        )


def _gen_qa() -> Iterator[bytes]:
    """Questions of 60 to 160 words that share nothing."""
    chance = random.Random(2)
    words = _words(chance)
    for _ in range(_LINES):
        asked = " ".join(chance.choices(words, k=chance.randint(60, 160)))
        yield _line({"query": asked, "response": " ".join(chance.choices(words, k=20))})


def _titan() -> Iterator[bytes]:
    chance = random.Random(3)
    words = _words(chance)
    for number in range(_LINES):
        caption = " ".join(chance.choices(words, k=12))
        yield _line({"image-ref": f"s3://pairs/pictures/{number}.png", "caption": caption})


def _line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


_KINDS: dict[DatasetFormat, Callable[[], Iterator[bytes]]] = {
    DatasetFormat.NOVA_TEXT: _nova,
    DatasetFormat.GEN_QA: _gen_qa,
    DatasetFormat.TITAN_IMAGE: _titan,
}


def _measure_one(kind: DatasetFormat) -> tuple[float, float, float]:
    """Megabytes checked, processor seconds without those of making the lines, and the peak in MB."""
    begin = time.process_time()
    size = sum(len(line) for line in _KINDS[kind]())
    made = time.process_time()
    check_file(_KINDS[kind](), kind)
    seconds = time.process_time() - made - (made - begin)
    return size / 1e6, seconds, peak_bytes() / 1e6


def _measure() -> list[Row]:
    rows = []
    for kind in _KINDS:
        # A process of its own: the peak is of this one check.
        command = [sys.executable, "-m", "benchmarks.datasets", kind.value]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        size, seconds, peak = json.loads(done.stdout)
        rows += [
            Row(kind.value, "size", size, "MB"),
            Row(kind.value, "processor time", seconds, "s", bound=at_most(_MOST_SECONDS)),
            Row(kind.value, "peak memory", peak, "MB", bound=at_most(_MOST_MB)),
        ]
    return rows


DATASETS = Benchmark(
    name="datasets",
    page=PERFORMANCE,
    title="Checking 100,000 lines",
    about=(
        "`braid dataset check` with every rule that needs no picture: keys, reserved words, personal data,"
        " one grammar, duplicates, near duplicates, conflicts, balance. Conversations share a policy of 480"
        " words above a post of their own; questions share nothing. Each is checked in a process of its own."
    ),
    subject="Format",
    measure=_measure,
)

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m benchmarks.datasets", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("format", choices=[str(each) for each in DatasetFormat])
    print(json.dumps(_measure_one(DatasetFormat(parser.parse_args().format))))

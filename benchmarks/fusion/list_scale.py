"""How fusion's time, and that of a question, grow with long lists: two documents of thousands of rows."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.benchmark import Benchmark
from benchmarks.fusion.fusion_scale import REFERENCE_SECONDS, reference_seconds, seconds
from benchmarks.pages import PERFORMANCE
from benchmarks.rows import Row, at_most
from braid.domain.asset.asset import Modality
from braid.domain.evidence.passages import Passage
from braid.domain.evidence.timeline import Timeline
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.materials import admission, member, passage, passages
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.inference.question import about_question

__all__ = [
    "AGREEING_LISTS",
    "LISTS",
    "LIST_SCALE",
    "MAX_EXPONENT",
    "MAX_SECONDS_PER_THOUSAND",
    "asking_seconds",
    "many_lists",
    "two_lists",
]

# Each row has names and numbers of its own, for which caches grow too small: more than in proportion.
MAX_EXPONENT = 1.2
# A thousand rows of either list, on a machine where the reference takes what it took where that was measured.
MAX_SECONDS_PER_THOUSAND = 0.4

# Each of so many lists is held against each other one: time grows with their square.
_MANY_LISTS, _ROWS_OF_MANY = 20, 500
_MAX_SECONDS_OF_MANY = 30.0

_ROWS = (2_000, 10_000)
_RUNS = 3
_CHANGED = 0.2
_QUESTION = "What does the copper kettle cost, and is it waterproof?"
_ADJECTIVES = (
    "steel",
    "copper",
    "folding",
    "outdoor",
    "large",
    "digital",
    "silent",
    "modern",
    "heavy",
    "round",
)
_NOUNS = ("kettle", "lamp", "chair", "table", "drill", "mixer", "blender", "fan", "heater", "bag", "bottle")


def _named(rng: random.Random, number: int) -> str:
    return f"{rng.choice(_ADJECTIVES)} {rng.choice(_ADJECTIVES)} {rng.choice(_NOUNS)} item {number}"


def _differing_prices(rng: random.Random, number: int, *, is_second: bool) -> str:
    name, cents = _named(rng, number), rng.randrange(500, 90_000)
    return f"name: {name}; price: ${cents * (1_000 if is_second else 1) / 100:.2f}"


def _similar_prices(rng: random.Random, number: int, *, is_second: bool) -> str:
    name, cents = _named(rng, number), rng.randrange(500, 90_000)
    is_raised = rng.random() < _CHANGED
    return f"name: {name}; price: ${cents * (1.03 if is_second and is_raised else 1) / 100:.2f}"


def _shelf_prices(rng: random.Random, number: int, *, is_second: bool) -> str:
    """Four prices for all rows, so that each change is made to many, and most prices are other rows' too."""
    name, place, is_changed = _named(rng, number), rng.randrange(4), rng.random() < _CHANGED
    return f"name: {name}; price: ${(9.99, 14.99, 19.99, 24.99)[(place + (is_second and is_changed)) % 4]}"


def _colors(rng: random.Random, number: int, *, is_second: bool) -> str:
    name, place = _named(rng, number), rng.randrange(3)
    return f"{(('yellow', 'black', 'white') if is_second else ('red', 'blue', 'green'))[place]} {name}"


def _other_colors(rng: random.Random, number: int, *, is_second: bool) -> str:
    name, place, is_changed = _named(rng, number), rng.randrange(3), rng.random() < _CHANGED
    return f"{('red', 'blue', 'green')[(place + (is_second and is_changed)) % 3]} {name}"


def _denials(rng: random.Random, number: int, *, is_second: bool) -> str:
    return f"the {_named(rng, number)} is {'not ' if is_second else ''}waterproof"


def _other_denials(rng: random.Random, number: int, *, is_second: bool) -> str:
    name, is_proof, is_changed = _named(rng, number), rng.random() < 0.5, rng.random() < _CHANGED
    return f"the {name} is {'' if is_proof != (is_second and is_changed) else 'not '}waterproof"


def _some_denials(rng: random.Random, number: int, *, is_second: bool) -> str:
    """Of each thing both lists say the same, if they say anything of it."""
    name, is_proof = _named(rng, number), rng.random() < 0.5
    says = [rng.random() < 0.5 for _ in range(2)][is_second]
    return f"the {name} is {'' if is_proof else 'not '}waterproof" if says else f"the {name} has a lid"


def _other_traits(rng: random.Random, number: int, *, is_second: bool) -> str:
    name, is_open, is_changed = _named(rng, number), rng.random() < 0.5, rng.random() < _CHANGED
    return f"the {name} arrives {'open' if is_open != (is_second and is_changed) else 'closed'}"


LISTS: Mapping[str, Callable[..., str]] = {
    "price lists, every row differs": _differing_prices,
    "price lists, one row in five differs": _similar_prices,
    "price lists, one row in five has another of four prices": _shelf_prices,
    "colours, every row differs": _colors,
    "colours, one row in five differs": _other_colors,
    "denials, every row differs": _denials,
    "denials, one row in five differs": _other_denials,
    "traits, one row in five differs": _other_traits,
}
# In these no row contradicts its own: whatever is found stands in rows about different things.
AGREEING_LISTS: Mapping[str, Callable[..., str]] = {"denials, half of the rows have none": _some_denials}


def two_lists(kind: str, row_count: int) -> FusionInput:
    """A bundle of two lists of so many rows each, about the same things in the same order."""
    return many_lists(kind, row_count, ("old.csv", "new.csv"))


def many_lists(kind: str, row_count: int, names: Sequence[str]) -> FusionInput:
    """A bundle of such lists: every second differs from the others."""
    members = (member(name, "text", Modality.TEXT, media_type="text/csv") for name in names)
    rows: list[Passage] = []
    for place, name in enumerate(names):
        rng = random.Random(20)
        for number in range(row_count):
            text = {**LISTS, **AGREEING_LISTS}[kind](rng, number, is_second=place % 2 == 1)
            rows.append(passage(len(rows) + 1, text, member=name))
    return FusionInput(admission(*members), passages=passages(*rows))


def asking_seconds(timeline: Timeline) -> float:
    """Processor time that it takes to choose what bears on a question."""
    started = time.process_time()
    about_question(timeline, _QUESTION, 24_000)
    return time.process_time() - started


def _measure() -> list[Row]:
    reference = min(reference_seconds() for _ in range(_RUNS))
    rows: list[Row] = []
    for kind in LISTS:
        taken = {count: _best(two_lists(kind, count)) for count in _ROWS}
        rows += _rows(kind, "rows each", taken, reference)
    names = [f"{number}.csv" for number in range(_MANY_LISTS)]
    many = seconds(many_lists("price lists, every row differs", _ROWS_OF_MANY, names))
    name = f"price lists, {_MANY_LISTS} lists of {_ROWS_OF_MANY} rows"
    rows.append(Row(name, "processor time", many, "s"))
    most = at_most(_MAX_SECONDS_OF_MANY / REFERENCE_SECONDS)
    rows.append(Row(name, "times a fixed loop", many / reference, bound=most))
    asked = {}
    for count in _ROWS:
        timeline = fuse(two_lists("price lists, every row differs", 2 * count), Thresholds(), 8_000)
        asked[4 * count] = min(asking_seconds(timeline) for _ in range(_RUNS))
    return [*rows, *_rows("a question", "observations", asked, reference)]


def _best(given: FusionInput) -> float:
    return min(seconds(given) for _ in range(_RUNS))


def _rows(kind: str, what: str, taken: Mapping[int, float], reference: float) -> Iterator[Row]:
    for count, spent in taken.items():
        name = f"{kind}, {count:,} {what}"
        most = MAX_SECONDS_PER_THOUSAND * count / 1_000 / REFERENCE_SECONDS
        yield Row(name, "processor time", spent, "s")
        yield Row(name, "times a fixed loop", spent / reference, bound=at_most(most))
    (first, least), (last, most_taken) = taken.items()
    exponent = math.log(most_taken / least) / math.log(last / first)
    yield Row(name, "exponent of growth", exponent, bound=at_most(MAX_EXPONENT))


LIST_SCALE = Benchmark(
    name="list-scale",
    page=PERFORMANCE,
    title="Fusion of long lists, and questions about them",
    about=(
        "Bundles of lists whose rows share most of their words, which is where comparing each row with"
        " each other one would show; and choosing what bears on a question out of all that was observed. The"
        f" best of {_RUNS} runs; the fixed loop is that of fusion's long recordings. What isn't compared, and"
        " why, is among the timeline's warnings."
    ),
    subject="Lists",
    measure=_measure,
    is_short=True,
)

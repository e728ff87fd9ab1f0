"""What the embedded AWS reads: requests of whoever calls it, state machines, log lines, prompts."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from evaluation.fuzzing.seeds import from_repository, pictures, recordings
from evaluation.fuzzing.target import Form, Target, of_json, of_text
from local.engines.errors import EngineError
from local.engines.pictures import pixels
from local.engines.speech import sound
from local.engines.writing.evidence_lines import read_evidence
from local.engines.writing.slot_lists import read_slots
from local.services.cloudwatch.embedded_metrics import points_in
from local.services.cloudwatch.expressions import ExpressionError, parse
from local.services.cloudwatch.metric_math import Periods, compute
from local.services.protocol import ServiceError
from local.services.s3vectors.columns import Columns
from local.services.s3vectors.filters import read_filter
from local.services.s3vectors.vectors_given import checked_metadata
from local.states.errors import StateError
from local.states.items import parse_items
from local.states.language import intrinsics, paths
from local.states.language.definition import problems

__all__ = ["LOCAL_SERVICES"]

_METRICS = {
    "_aws": {
        "Timestamp": 1_700_000_000_000,
        "CloudWatchMetrics": [
            {
                "Namespace": "Braid",
                "Dimensions": [["service"]],
                "Metrics": [{"Name": "Lost", "Unit": "Count"}],
            }
        ],
    },
    "service": "fusion",
    "Lost": [1, 2.5],
}
_FILTER = {
    "$and": [
        {"profile": {"$eq": "general"}},
        {"$or": [{"at": {"$gte": 1, "$lt": 9}}, {"asset": {"$nin": ["a", "b"]}}]},
        {"page": {"$exists": True}},
    ]
}
_DATA = {"a": [{"b": 1, "c": "x"}, {"b": 2, "c": "y"}], "d": {"e f": [1, 2, 3]}}
_PATHS = b"$.a[?(@.b > 1)].c\n$..b\n$.d['e f'][0:2]\n$.a[*]\n$.a[-1]"
_CALLS = (
    b"States.Format('{} of {}', $.a, $.d)\nStates.ArrayPartition(States.Array(1, 2, 3), 2)\n"
    b"States.StringToJson('{\\\"a\\\": 1}')\nStates.MathRandom(1, 9)\nStates.ArrayRange(1, 9, 2)\n"
    b"States.StringSplit('a,b', ',')\nStates.JsonMerge($.a[0], $.d, false)\nStates.Base64Decode('YQ==')"
)
_EXPRESSION = b"IF(m1 > 3 AND m2 != 0, 100 * m2 / m1, FILL(m1, REPEAT)) + SUM([m1, m2]) ^ 2"
_PROMPT = (
    b'<evidence nonce="abc">\n{"evidence_id": "e1", "text": "a mug", "modality": "text", "confidence": 0.9,'
    b' "span": {"start_ms": 1, "end_ms": 2}}\n</evidence>\n'
    b'<slots for="gaps">\n{"gap": 1, "max_words": 9}\n</slots>\n'
)


def _math(text: str) -> None:
    series = {60.0 * at: float(at) for at in range(5)}
    compute(parse(text), {"m1": series, "m2": series}, Periods(0, 300, 60))


def _each(read: Callable[[str], object], refusals: tuple[type[Exception], ...]) -> Callable[[str], None]:
    """Every line for itself."""

    def reader(text: str) -> None:
        for line in text.split("\n")[:50]:
            try:
                read(line)
            except refusals:
                continue

    return reader


def _items(data: bytes) -> None:
    for config in ({"InputType": "JSON"}, {"InputType": "JSONL"}, {"InputType": "CSV"}):
        try:
            parse_items(data, config)
        except StateError:
            continue


def _filtered(value: Any) -> None:
    accepts, columns = read_filter(value, frozenset({"text"})), Columns()
    rows: tuple[dict[str, Any], ...] = (
        {"profile": "general", "at": 3, "asset": "a"},
        {"page": [1, "a"], "at": "x"},
        {},
    )
    accepts(lambda key, test: columns.matching(rows, key, test))


def _found(path: str) -> Any:
    return paths.read(path, _DATA)


_REFUSED_PATHS = (paths.PathSyntaxError, LookupError)


def _json(value: Any) -> Callable[[], list[bytes]]:
    return lambda: [json.dumps(value).encode()]


_TEXTS: Mapping[str, tuple[Callable[[str], object], bytes, tuple[type[Exception], ...]]] = {
    "metric-math": (_math, _EXPRESSION, (ExpressionError,)),
    "state-paths": (_each(_found, _REFUSED_PATHS), _PATHS, ()),
    "state-intrinsics": (_each(lambda line: intrinsics.evaluate(line, _found), (StateError,)), _CALLS, ()),
    "evidence-lines": (lambda text: (read_evidence(text), read_slots(text)), _PROMPT, ()),
}
LOCAL_SERVICES: tuple[Target, ...] = (
    *(
        Target(name, Form.TEXT, of_text(read), lambda seed=seed: [seed], refusals)  # type: ignore[misc]  # bound as it is
        for name, (read, seed, refusals) in _TEXTS.items()
    ),
    Target(
        "embedded-metrics",
        Form.JSON,
        of_text(lambda text: list(points_in(text, at=0.0))),
        _json(_METRICS),
        (),
    ),
    Target("vector-filter", Form.JSON, of_json(_filtered), _json(_FILTER), (ServiceError,)),
    Target(
        "vector-metadata",
        Form.JSON,
        of_json(lambda value: checked_metadata(value, frozenset({"text"}))),
        _json({"profile": "general", "at": 3, "tags": ["a"], "text": "long"}),
        (ServiceError,),
    ),
    Target("state-machine", Form.JSON, of_text(problems), from_repository("statemachines/*.asl.json"), ()),
    Target(
        "map-items", Form.JSON, _items, lambda: [b'[{"a": 1}, 2]', b'{"a": 1}\n{"b": 2}\n', b"a,b\n1,2\n"], ()
    ),
    Target("engine-pixels", Form.BYTES, pixels.decode, pictures, (EngineError,)),
    Target(
        "engine-sound", Form.BYTES, lambda data: sound.decode(io.BytesIO(data)), recordings, (EngineError,)
    ),
)

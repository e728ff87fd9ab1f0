"""Lines of data sets, good ones and with one thing wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from braid.domain.datasets.checking import CheckOptions, FileCheck, check_file
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Rule

TITAN, NOVA, GEN_QA = DatasetFormat.TITAN_IMAGE, DatasetFormat.NOVA_TEXT, DatasetFormat.GEN_QA
POLICY = (
    "You moderate posts of a forum. Begin with Yes for what breaks the rules, or No for what doesn't."
    " Then list the categories between <categories> and </categories> tags.\n"
    "S1: Threats. Nobody may threaten anybody.\n"
)
# Texts that share no three words in a row.
_NOUNS = (
    "kettle",
    "harbour",
    "violin",
    "orchard",
    "lantern",
    "saddle",
    "glacier",
    "pepper",
    "anchor",
    "quilt",
)
_VERBS = ("crossed", "painted", "forgot", "carried", "measured", "borrowed", "answered", "folded")


def text(number: int) -> str:
    """A sentence of its own."""
    first, second = _NOUNS[number % 10], _NOUNS[number // 10 % 10]
    verb, other = _VERBS[number % 8], _VERBS[number // 80 % 8]
    return f"{first}{number} {verb} {second}{number} while {other} x{number} by y{number} z{number}"


def titan(number: int, **changed: Any) -> dict[str, Any]:
    """A pair."""
    return {
        "image-ref": f"s3://pairs/signs/{number:04d}.png",
        "caption": f"letter {'ABCD'[number % 4]}",
        **changed,
    }


def nova(number: int, answer: str | None = None, prompt: str | None = None) -> dict[str, Any]:
    """A conversation about one post."""
    asked = POLICY + "The post is this one:\n" + text(number) if prompt is None else prompt
    said = answer or ("No" if number % 2 else "Yes\n<categories>\nThreats\n</categories>\nIt threatens.")
    return {
        "schemaVersion": "bedrock-conversation-2024",
        "messages": [
            {"role": "user", "content": [{"text": asked}]},
            {"role": "assistant", "content": [{"text": said}]},
        ],
    }


def gen_qa(number: int, **changed: Any) -> dict[str, Any]:
    """A question with its answer."""
    asked = POLICY + "The post is this one:\n" + text(number)
    return {"query": asked, "response": "No" if number % 2 else "Yes", **changed}


def as_lines(values: Iterable[Any]) -> list[bytes]:
    """One a line, as a file gives them."""
    return [json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values]


def check(
    values: Iterable[Any],
    kind: DatasetFormat,
    role: DatasetRole = DatasetRole.EVALUATION,
    **options: Any,
) -> FileCheck:
    """As an evaluation file, so that few lines are enough."""
    return check_file(as_lines(values), kind, role, CheckOptions(**options))


def told(found: FileCheck | Sequence[Any], rule: Rule | None = None) -> list[tuple[int, str]]:
    """Line and words of the problems of a rule, or of all."""
    problems = found.problems if isinstance(found, FileCheck) else found
    return [(each.line, each.problem) for each in problems if rule in (None, each.rule)]


def many(make: Any, count: int, begin: int = 0) -> list[Any]:
    """``count`` good lines."""
    return [make(number) for number in range(begin, begin + count)]

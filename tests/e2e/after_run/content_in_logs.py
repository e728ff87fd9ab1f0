"""Whether a run's logs hold content: words of what was dropped, heard, read or answered.

A phrase is three words in a row of a stored text, long enough not to meet by chance. What Braid's own source
says is nobody's content: a log line that reads "the picture is damaged" leaks nothing. Nor does a key, or the
asset's id that begins with it: by them logs are searched.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.target import Target

__all__ = ["contents_of", "leaks_in", "log_lines", "names_of", "phrases_of"]

_ROOT = Path(__file__).resolve().parents[3]
_OWN_WORDS = ("braid/**/*.py", "lambdas/**/*.py", "profiles/**/*.*", "prompts/**/*.*", "statemachines/*.json")
_WORDS_IN_A_ROW = 3
_LEAST_LETTERS = 14
_WORD = re.compile(r"[^\W\d_]+")
# How JSON in JSON writes line ends and letters that aren't ASCII.
_ESCAPES = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|[nrt])")
# Of the documents of an asset: what was heard, read, seen and answered.
_DOCUMENTS = re.compile(r"/(?:transcript|passages|vision|answer|timeline|decisions)[^/]*\.jsonl?$")
_MEMBERS = frozenset({"text", "title", "sentence", "description", "quote"})
_MOST_BYTES = 400_000


def phrases_of(text: str) -> set[str]:
    """Every phrase of the text, in small letters."""
    plain = _ESCAPES.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    words = _WORD.findall(plain.lower())
    rows = zip(*(words[at:] for at in range(_WORDS_IN_A_ROW)), strict=False)
    return {" ".join(row) for row in rows if sum(map(len, row)) >= _LEAST_LETTERS}


def leaks_in(
    lines: Iterable[tuple[str, str]], contents: Iterable[str], names: Iterable[str] = ()
) -> Iterator[tuple[str, str, str]]:
    """Log group, line and phrase of every line that holds a phrase of ``contents``, the first one of each.

    Phrases of ``names``, which logs may hold, are left out.
    """
    phrases = {phrase for content in contents for phrase in phrases_of(content)} - _own_phrases()
    phrases -= {phrase for name in names for phrase in phrases_of(name)}
    for group, line in lines:
        if held := phrases_of(line) & phrases:
            yield group, line, min(held)


def log_lines(target: Target) -> Iterator[tuple[str, str]]:
    """Every line of every log of the deployment, with its group."""
    for page in target.logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            events = target.logs.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            )
            yield from (
                (str(group["logGroupName"]), str(event["message"]))
                for part in events
                for event in part["events"]
            )


def contents_of(target: Target) -> Iterator[str]:
    """What is stored of assets at the end of a run: texts that were dropped, and what steps made of files."""
    for key, body in _objects(target, target.input_bucket, ""):
        if not key.endswith("manifest.json"):
            with contextlib.suppress(UnicodeDecodeError):
                yield body.decode()
    for key, body in _objects(target, target.results_bucket, "assets/"):
        if _DOCUMENTS.search(key):
            for line in body.splitlines() if key.endswith(".jsonl") else [body]:
                yield from _texts(json.loads(line))


def names_of(target: Target) -> Iterator[str]:
    """The key of everything that was dropped, what has been deleted since among it."""
    pages = target.s3.get_paginator("list_object_versions").paginate(Bucket=target.input_bucket)
    for page in pages:
        yield from (
            str(found["Key"]) for kind in ("Versions", "DeleteMarkers") for found in page.get(kind, [])
        )


def _objects(target: Target, bucket: str, prefix: str) -> Iterator[tuple[str, bytes]]:
    for page in target.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Size"] <= _MOST_BYTES:
                with contextlib.suppress(ClientError):  # deleted meanwhile
                    yield found["Key"], target.s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name in _MEMBERS and isinstance(item, str):
                yield item
            else:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _own_phrases() -> set[str]:
    paths = (path for pattern in _OWN_WORDS for path in _ROOT.glob(pattern) if path.is_file())
    return {phrase for path in paths for phrase in phrases_of(path.read_text("utf-8", "replace"))}

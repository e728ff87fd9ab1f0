"""A post as a line of a file gives it, or the reason why the line gives none. Pure."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from braid.domain.json_text import parse_json

__all__ = [
    "MAX_LINE_BYTES",
    "Post",
    "RejectedLine",
    "read_csv_header",
    "read_csv_record",
    "read_json_line",
    "too_long",
]

# A longer line isn't read at all: whatever it holds, it is no post.
MAX_LINE_BYTES = 2 * 1024 * 1024
_MAX_ID_CHARACTERS = 200
_MAX_LANGUAGE_CHARACTERS = 20


@dataclass(frozen=True)
class Post:
    """One post. ``line`` counts from 1; ``id`` is the platform's own, text or number, and need not be unique.

    ``language`` is what the file says (BCP 47); ``context`` is the post that it answers, by another hand.
    """

    line: int
    id: str | int
    text: str
    language: str | None = None
    context: str | None = None

    @property
    def text_sha256(self) -> str:
        """Names the text in the decision: lower-case hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def content_digest(self) -> bytes:
        """The same for two posts that a judge can't tell apart: text, context and language."""
        digest = hashlib.sha256()
        for part in (self.text, self.context, self.language):
            encoded = b"-" if part is None else b"+" + part.encode("utf-8", "surrogatepass")
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.digest()


@dataclass(frozen=True)
class RejectedLine:
    """A line that is no post, and why, for whoever wrote the file."""

    line: int
    reason: str
    id: str | int | None = None


def read_json_line(line: int, raw: bytes, *, max_characters: int) -> Post | RejectedLine | None:
    """The post in one JSON line; ``None`` for an empty one."""
    if len(raw) > MAX_LINE_BYTES:
        return too_long(line)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return RejectedLine(line, f"isn't UTF-8 (byte {error.start + 1} of the line is wrong)")
    if not text.strip():
        return None
    try:
        value = parse_json(text)
    except ValueError as error:
        told = f" ({error.msg}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        return RejectedLine(line, f"isn't JSON{told}")
    if not isinstance(value, Mapping):
        return RejectedLine(line, "must be a JSON object with the members id and text")
    return _post(line, value, max_characters)


def too_long(line: int) -> RejectedLine:
    """What becomes of a line that nobody reads to its end."""
    return RejectedLine(line, f"is longer than {MAX_LINE_BYTES // 1024**2} MiB")


def read_csv_header(raw: bytes) -> tuple[str, ...] | str:
    """The columns that a CSV file's first record names, or what is wrong with them."""
    try:
        (columns,) = csv.reader([raw.decode()])
    except (UnicodeDecodeError, csv.Error, ValueError):
        return "the first line must name the columns, in UTF-8 with commas between"
    names = tuple(column.strip().lower() for column in columns)
    missing = [name for name in ("id", "text") if name not in names]
    return f"the first line names no column {' and no column '.join(missing)}" if missing else names


def read_csv_record(
    line: int, raw: bytes, columns: Sequence[str], *, max_characters: int
) -> Post | RejectedLine | None:
    """The post in one record of a CSV file, which may span lines; ``None`` for an empty one."""
    if len(raw) > MAX_LINE_BYTES:
        return too_long(line)
    try:
        rows = list(csv.reader([raw.decode()], strict=True))
    except UnicodeDecodeError as error:
        return RejectedLine(line, f"isn't UTF-8 (byte {error.start + 1} of the record is wrong)")
    except csv.Error as error:
        return RejectedLine(line, f"isn't CSV ({error})")
    rows = [row for row in rows if row]
    if not rows:
        return None
    if len(rows) > 1 or len(rows[0]) != len(columns):
        return RejectedLine(line, f"must have {len(columns)} cells, as the first line has")
    # An empty cell is a member that isn't there.
    return _post(
        line, {name: cell for name, cell in zip(columns, rows[0], strict=True) if cell}, max_characters
    )


def _post(line: int, value: Mapping[str, Any], max_characters: int) -> Post | RejectedLine:
    name = value.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int) or not str(name).strip():
        return RejectedLine(line, "needs an id, a text or a whole number")
    if len(str(name)) > _MAX_ID_CHARACTERS:
        return RejectedLine(line, f"has an id of more than {_MAX_ID_CHARACTERS} characters")
    text = value.get("text")
    if not isinstance(text, str) or not text.strip():
        return RejectedLine(line, "needs a text that isn't empty", name)
    for member, found in (("text", text), ("context", value.get("context"))):
        if isinstance(found, str) and len(found) > max_characters:
            return RejectedLine(
                line, f"has a {member} of {len(found)} characters; {max_characters} are judged", name
            )
    context, language = value.get("context"), value.get("lang", value.get("language"))
    if context is not None and not isinstance(context, str):
        return RejectedLine(line, "has a context that isn't a text", name)
    if language is not None and not (isinstance(language, str) and len(language) <= _MAX_LANGUAGE_CHARACTERS):
        return RejectedLine(line, "has a lang that isn't a language code such as en or de-CH", name)
    return Post(line, name, text, language or None, context or None)

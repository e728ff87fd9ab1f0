"""JSON and TOML of others: whoever is ready for malformed text is ready for deep nesting too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_ROOMS = ("braid", "lambdas", "cli", "console", "local", "processing")
_PARSERS = {"json.load", "json.loads", "tomllib.load", "tomllib.loads"}
# What reads a file that the same program wrote.
_OWN_FILES = {"local/home.py", "local/lifecycle.py", "local/weights/cache.py", "local/weights/fetch.py"}


def test_who_catches_malformed_text_catches_deep_nesting() -> None:
    found = {
        f"{path}:{line}"
        for path in (path.relative_to(REPOSITORY) for room in _ROOMS for path in _modules(room))
        if path.as_posix() not in _OWN_FILES
        for line in _unready(path)
    }

    assert found == set(), "call parse_json or parse_toml, or catch RecursionError too"


def _modules(room: str) -> list[Path]:
    return sorted((REPOSITORY / room).rglob("*.py"))


def _unready(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse((REPOSITORY / path).read_text("utf-8"))):
        if not isinstance(node, ast.Try):
            continue
        calls = [each for part in node.body for each in ast.walk(part) if isinstance(each, ast.Call)]
        caught = {
            ast.unparse(each) for handler in node.handlers if handler.type for each in _types(handler.type)
        }
        if {ast.unparse(call.func) for call in calls} & _PARSERS and not caught & {
            "RecursionError",
            "Exception",
        }:
            yield node.lineno


def _types(caught: ast.expr) -> list[ast.expr]:
    return list(caught.elts) if isinstance(caught, ast.Tuple) else [caught]

"""How code that is deployed speaks of what it processes: quoted with marks, which no log line shows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from braid.domain import errors

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = ("braid", "lambdas", "processing")
# What they cut is a setting of the deployment, which whoever operates it must read.
NOBODYS_WORDS = frozenset({"braid/runtime/settings.py"})
FILES = sorted(path.relative_to(ROOT).as_posix() for room in DEPLOYED for path in (ROOT / room).rglob("*.py"))


def problems_of(tree: ast.Module) -> Iterator[str]:
    """Where content would get into a log."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or _called(node).endswith("refusal"):
            yield from _cut_by_hand(node)
        if isinstance(node, ast.ExceptHandler) and node.name and not _is_of_ours(node.type):
            yield from _logs_others_words(node, node.name)
        if _called(node) in ("print", "getLogger"):
            yield f"line {_line(node)}: write logs with braid.runtime.handler.logger"


def _cut_by_hand(node: ast.AST) -> Iterator[str]:
    """``{value!r:.80}`` cuts what may be long: that is how strangers' values are told from our own."""
    for part in ast.walk(node):
        if isinstance(part, ast.FormattedValue) and part.conversion == ord("r") and part.format_spec:
            yield f"line {part.lineno}: write {{quoted({ast.unparse(part.value)})}}"
        if isinstance(part, ast.FormattedValue) and "json.dumps" in ast.unparse(part.value):
            yield f"line {part.lineno}: write quoted in place of json.dumps"


def _logs_others_words(handler: ast.ExceptHandler, name: str) -> Iterator[str]:
    for call in ast.walk(handler):
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("logger."):
            for part in ast.walk(call):
                shown = isinstance(part, ast.FormattedValue) or _called(part) in ("str", "repr")
                names = {each.id for each in ast.walk(part) if isinstance(each, ast.Name)}
                if shown and name in names and "type" not in names:
                    yield f"line {call.lineno}: write loggable({name})"


def _is_of_ours(kind: ast.expr | None) -> bool:
    names = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return all(isinstance(each, ast.Name) and each.id in errors.__all__ for each in names)


def _called(node: ast.AST) -> str:
    return ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


@pytest.mark.parametrize("room", DEPLOYED)
def test_no_message_carries_content_into_a_log(room: str) -> None:
    found = {
        path: problems
        for path in FILES
        if path.startswith(f"{room}/") and path not in NOBODYS_WORDS
        if (problems := sorted(set(problems_of(ast.parse((ROOT / path).read_text("utf-8"))))))
    }
    assert found == {}


@pytest.mark.parametrize(
    "code",
    [
        'raise InvalidInputError(f"not JSON: {body!r:.200}")',
        'raise InvalidInputError(f"no bucket: {json.dumps(event)[:300]}") from error',
        'raise _refusal(f"item {index} is {item!r:.80}")',
        'yield item.refusal(f"not {value!r:.60}")',
        'try: x()\nexcept Exception as error: logger.exception(str(error), extra={"a": 1})',
        'try: x()\nexcept (ValueError, ServiceError) as error: logger.warning(f"no: {error}")',
        "print(body)",
        'logging.getLogger("x")',
    ],
)
def test_what_would_leak_is_found(code: str) -> None:
    assert len(set(problems_of(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code",
    [
        'raise InvalidInputError(f"not JSON: {quoted(body, 200)}")',
        'raise ConfigError(f"there is no profile {name!r}")',
        "try: x()\nexcept BraidError as error: logger.exception(str(error))",
        "try: x()\nexcept Exception as error: logger.exception(loggable(error))",
        'try: x()\nexcept OSError as error: logger.warning(f"no: {type(error).__name__}")',
    ],
)
def test_what_is_quoted_or_ours_passes(code: str) -> None:
    assert list(problems_of(ast.parse(code))) == []

"""A file for each function and a function for each file; what a handler's file offers is always the same."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from braid.domain.money.metered import platform_usage
from braid.domain.money.receipt import price
from cli.costs.prices import price_book
from tests.architecture.tree_reading import Tree, argument_of, step_calls

TREE = Tree(Path(__file__).resolve().parents[2])
FILES = TREE.paths("lambdas/*/handler*.py")


def test_every_function_has_its_file_and_every_file_its_function() -> None:
    calls = step_calls(TREE).values()
    named = [
        f"lambdas/{argument_of(call, 'folder')}/handler_{argument_of(call, 'verb')}.py" for call in calls
    ]

    assert sorted(named) == FILES


def test_what_failed_tries_are_said_to_ask_has_a_price() -> None:
    named = set()
    for path in FILES:
        (decorator,) = next(
            node
            for node in TREE.parsed(path).body
            if isinstance(node, ast.FunctionDef) and node.name == "handler"
        ).decorator_list
        assert isinstance(decorator, ast.Call)
        for keyword in decorator.keywords:
            if keyword.arg == "failed_try":
                assert isinstance(keyword.value, ast.Dict)
                named |= {key.value for key in keyword.value.keys if isinstance(key, ast.Constant)}
    book = price_book()

    receipt = price(platform_usage(dict.fromkeys(map(str, named), 1.0)), book)

    assert len(receipt.lines) >= 3
    assert [line.operation for line in receipt.lines if line.unit_price_usd is None] == []


@pytest.mark.parametrize("path", FILES)
def test_a_handler_file_holds_settings_request_and_handler(path: str) -> None:
    body = TREE.parsed(path).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    made = {node.name: node for node in functions}

    assert made.keys() - {"handler"} <= {"read_request"}, "logic belongs into a file beside it"
    (decorator,) = made["handler"].decorator_list
    assert isinstance(decorator, ast.Call)
    assert ast.unparse(decorator.func) in ("handles", "handles_messages")
    given = [ast.unparse(argument) for argument in decorator.args]
    assert given[0] == "Settings"
    (request, settings) = made["handler"].args.args
    assert request.annotation is not None
    assert ast.unparse(request.annotation) not in ("dict[str, Any]", "Event", "Any"), "requests are typed"
    assert settings.annotation is not None
    assert ast.unparse(settings.annotation) == "Settings"

"""What outlives a call is known: caches, and module members or closures that are changed after import.

A warm Lambda process serves many assets, and one test process runs many tests: what a call leaves behind
meets the next one. The lists below are all there is, each with the reason why it may be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.isolation import RESETS

REPOSITORY = Path(__file__).resolve().parents[2]
# Library and steps.
DEPLOYED = ("braid", "lambdas")
# The rooms that reach beyond their arguments: no other reads the environment or calls a service.
REACHING = ("aws", "runtime")

FILES = "made of constants and of the code asset's files, which never change under it"
PURE = "a function of its arguments alone"
# Caches of those rooms, and caches without an argument wherever they are: module and function.
CACHED = {
    "clients._made": "clients are costly; forgotten by forget_clients",
    "misreadings._always_known": FILES,
    "claim_check._number_stems": FILES,
    "question._files": FILES,
    "answer_schema._validator": PURE,
    "provider_library.image_providers": FILES,
    "library.document_schemas": FILES,
    "library.model_registry": FILES,
    "library.post_rules": FILES,
    "prices.price_book": FILES,
    "library.profile": FILES,
    "library.profile_names": FILES,
    "library.saved_queries": FILES,
    "library.voice_book": FILES,
    "watermark._carriers": PURE,
    "watermark._low_frequencies": PURE,
}
# Module members that are objects with a state of their own.
STATEFUL = {
    "handler.logger": "the log's keys; cleared with each event",
    "clients._making": "a lock",
    "metering._running": "what the running invocation used; begun with each event",
    "metering.requests": "what the process sent; counted anew with each event",
    "stems._stemming": "a lock",
}

CACHES = {"cache", "lru_cache"}
CHANGING = {
    *("append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "clear", "remove"),
    *("discard", "appendleft", "sort", "reverse"),
}
HOLDERS = {
    "Logger",
    "Metrics",
    "Tracer",
    "Lock",
    "RLock",
    "ContextVar",
    "local",
    "Session",
    "count",
    "iter",
    "RequestMeter",
}


def modules(*further: str) -> Iterator[tuple[tuple[str, ...], ast.Module]]:
    """The deployed modules, and those of further rooms, by the parts of their names."""
    for path in sorted(path for room in (*DEPLOYED, *further) for path in (REPOSITORY / room).rglob("*.py")):
        name = path.parent if path.stem == "__init__" else path.with_suffix("")
        yield name.relative_to(REPOSITORY).parts, ast.parse(path.read_text("utf-8"))


def named(module: tuple[str, ...], member: str) -> str:
    """How the lists above name a member: by the last part of its module's name."""
    return f"{module[-1]}.{member}"


def called(node: ast.expr) -> str:
    """The last part of the name that an expression is or calls: ``cache`` of ``@functools.cache``."""
    if isinstance(node, ast.Call):
        return called(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def cached(module: ast.Module) -> Iterator[tuple[str, bool]]:
    """The functions that keep their results (``@cache``, ``name = lru_cache(...)(function)``), and whether
    they take arguments."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            if CACHES & {called(decorator) for decorator in node.decorator_list}:
                yield node.name, bool(node.args.args)
        elif (
            isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) in CACHES
        ):
            yield from ((name, True) for name in assigned(node))


def assigned(node: ast.stmt) -> Iterator[str]:
    """The plain names that a statement binds."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    yield from (target.id for target in targets if isinstance(target, ast.Name))


def stateful(module: ast.Module) -> Iterator[str]:
    """Module members made by calling something that holds a state."""
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and called(node.value) in HOLDERS:
            yield from assigned(node)


def changed_later(module: ast.Module) -> Iterator[str]:
    """Names that a function changes though they aren't its own: of the module, or of a function around it."""
    yield from _changed_in(module, frozenset())


def _changed_in(scope: ast.Module | ast.FunctionDef, outer: frozenset[str]) -> Iterator[str]:
    inside = list(_own_nodes(scope))
    own = {name for node in inside if isinstance(node, ast.stmt) for name in assigned(node)}
    is_kept = isinstance(scope, ast.Module) or any(
        isinstance(node, ast.Return) and called(node.value or ast.Constant(None)) in _functions(inside)
        for node in inside
    )
    for node in inside:
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.Nonlocal):
            yield from (name for name in node.names if name in outer)
        elif (name := _changed_name(node)) in outer - own:
            yield name
        if isinstance(node, ast.FunctionDef):
            arguments = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            # What a call makes for itself ends with it, unless a function that it gives back holds on to it.
            seen = (outer | own if is_kept else outer - own) - arguments
            yield from _changed_in(node, frozenset(seen))


def _functions(nodes: list[ast.AST]) -> set[str]:
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of functions in it; methods count to the scope of their class."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from _own_nodes(child)


def _changed_name(node: ast.AST) -> str:
    """The name that ``name[...] = x``, ``del name[...]``, ``name += x`` or ``name.append(x)`` changes."""
    target: ast.AST | None = None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        target = node.func.value
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        target = node.value
    return target.id if isinstance(target, ast.Name) else ""


def test_every_cache_of_more_than_arguments_is_listed_with_its_reason() -> None:
    found = {
        named(name, function)
        for name, module in modules()
        for function, has_arguments in cached(module)
        if not has_arguments or set(REACHING) & set(name)
    }

    assert found == set(CACHED)


def test_every_object_with_a_state_is_known_and_so_is_why_it_may_be() -> None:
    found = {named(name, member) for name, module in modules() for member in stateful(module)}

    assert found == set(STATEFUL)


def test_nothing_else_is_changed_after_import() -> None:
    assert [named(name, member) for name, module in modules() for member in changed_later(module)] == []


def test_nothing_is_keyed_by_where_it_lies_in_memory() -> None:
    """What ``id()`` gives is another thing's once the first is gone, and tells nothing to who reads it."""
    assert [
        f"{'.'.join(name)}:{node.lineno}"
        for name, module in modules("local", "stacks", "cli")
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
    ] == []


def test_state_of_the_process_is_reset_before_each_test() -> None:
    kept = {name for name, why in {**CACHED, **STATEFUL}.items() if why not in (PURE, FILES, "a lock")}

    assert kept == set(RESETS)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("seen = []\ndef f(x):\n    seen.append(x)", ["seen"]),
        ("seen = {}\ndef f(x):\n    seen[x] = 1", ["seen"]),
        ("last = 0\ndef f(x):\n    global last\n    last = x", ["last"]),
        ("seen = []\ndef f(x):\n    seen = []\n    seen.append(x)", []),
        ("seen = []\ndef f(seen):\n    seen.append(1)", []),
        ("def d():\n    kept = []\n    def g(x):\n        kept.append(x)\n    return g", ["kept"]),
        ("def d():\n    def e():\n        kept = []\n        kept.append(1)\n    e()", []),
        ("def d():\n    kept = []\n    def g(x):\n        kept.append(x)\n    g(1)\n    return kept", []),
        ("names = []\nfor x in range(3):\n    names.append(x)", []),
    ],
)
def test_what_counts_as_changed_after_import(code: str, found: list[str]) -> None:
    assert list(changed_later(ast.parse(code))) == found


def test_the_closure_of_a_decorator_counts() -> None:
    code = """
def handles(cls):
    settings = []
    def decorate(step):
        def handler(event):
            if not settings:
                settings.append(read(cls))
            return step(event, settings[0])
        return handler
    return decorate
"""
    assert list(changed_later(ast.parse(code))) == ["settings"]

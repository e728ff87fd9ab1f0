"""Reads from the repository's text what leads from one place of a modality to the next."""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Tree:
    """The repository's files; ``changed`` are read instead, so that a test can take something away."""

    root: Path
    changed: Mapping[str, str] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """The file's text; nothing if it isn't there."""
        if path in self.changed:
            return self.changed[path]
        file = self.root / path
        return file.read_text("utf-8") if file.is_file() else ""

    def parsed(self, path: str) -> ast.Module:
        """The file's syntax tree."""
        return _parsed(self.text(path))

    def paths(self, pattern: str) -> list[str]:
        """Paths of the files that match."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.glob(pattern))


@functools.cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@dataclass(frozen=True)
class Branch:
    """What the state machine and the stack say about one modality's branch."""

    states: Mapping[str, Any]
    own_functions: tuple[str, ...]
    folders: Mapping[str, str]
    handlers: Mapping[str, str]
    services: frozenset[str]


def members_of(tree: Tree) -> dict[str, str]:
    """The enum: member's name to value."""
    (cls,) = [
        node
        for node in tree.parsed("braid/domain/asset/asset.py").body
        if isinstance(node, ast.ClassDef) and node.name == "Modality"
    ]
    return {
        target.id: str(node.value.value)
        for node in cls.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def member_of(modality: str, tree: Tree) -> str:
    return next((name for name, value in members_of(tree).items() if value == modality), modality.upper())


def named_modalities(nodes: Iterable[ast.expr | None]) -> set[str]:
    return {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Modality"
    }


def modality_keys(node: ast.AST) -> set[str]:
    """The modalities that a dict, or a tuple or list of pairs, has entries for."""
    if isinstance(node, ast.Dict):
        return named_modalities(node.keys)
    if isinstance(node, ast.Tuple | ast.List):
        return named_modalities(
            pair.elts[0] for pair in node.elts if isinstance(pair, ast.Tuple) and pair.elts
        )
    return set()


def compared_modalities(function: ast.FunctionDef) -> set[str]:
    compares = [node for node in ast.walk(function) if isinstance(node, ast.Compare)]
    return named_modalities(
        side
        for node in compares
        for operator, side in zip(node.ops, node.comparators, strict=True)
        if isinstance(operator, ast.Is | ast.Eq)
    )


def analyze_modalities(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tree.text("statemachines/analyze_asset.asl.json"))["States"][
        "Analyze Modalities"
    ]
    return found


def branch_of(modality: str, tree: Tree) -> Branch:
    machine = json.loads(tree.text("statemachines/analyze_asset.asl.json"))
    parts = [part["States"] for part in machine["States"]["Analyze Modalities"]["Branches"]]
    variable = f'"$.admission.modalities.{modality}"'
    states: dict[str, Any] = next((part for part in parts if variable in json.dumps(part)), {})
    called = [re.findall(r"\$\{(\w+)FunctionArn\}", json.dumps(part)) for part in parts]
    everywhere = [name for names in called for name in set(names)]
    here = re.findall(r"\$\{(\w+)FunctionArn\}", json.dumps(states))
    own = tuple(dict.fromkeys(name for name in here if everywhere.count(name) == 1))
    folders = {name: argument_of(call, "folder") for name, call in step_calls(tree).items()}
    handlers = {
        name: f"lambdas/{folders[name]}/handler_{argument_of(call, 'verb')}.py"
        for name, call in step_calls(tree).items()
    }
    modules = [handlers[name] for name in own if name in handlers]
    return Branch(states, own, folders, handlers, frozenset(metered_services(modules, tree)))


def step_calls(tree: Tree) -> dict[str, ast.Call]:
    return {
        str(node.args[0].value): node
        for path in tree.paths("stacks/**/*.py")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and any(keyword.arg == "folder" for keyword in node.keywords)
    }


def argument_of(call: ast.Call, name: str) -> str:
    (value,) = [keyword.value for keyword in call.keywords if keyword.arg == name]
    return str(value.value) if isinstance(value, ast.Constant) else ""


def metered_services(paths: list[str], tree: Tree) -> set[str]:
    """The services whose use is counted by adapters that these modules import, directly or not."""
    services: set[str] = set()
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path in seen or not tree.text(path):
            continue
        seen.add(path)
        for node in ast.walk(tree.parsed(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("braid.", "lambdas.")):
                paths.append(f"{str(node.module).replace('.', '/')}.py")
            elif isinstance(node, ast.Call) and path.startswith("braid/aws/"):
                services |= _counted(node)
    return services


def _counted(call: ast.Call) -> set[str]:
    """The service of ``meter.count("service", operation, unit, quantity)``."""
    is_count = isinstance(call.func, ast.Attribute) and call.func.attr == "count" and len(call.args) == 4
    service = call.args[0] if is_count else None
    return {str(service.value)} if isinstance(service, ast.Constant) else set()


def granted_services(tree: Tree, function: str) -> set[str]:
    """The services whose actions the function's grants name, also where methods of the stacks spell them."""
    call = step_calls(tree).get(function)
    if call is None:
        return set()
    methods = {
        node.name: node
        for path in tree.paths("stacks/**/*.py")
        for node in ast.walk(tree.parsed(path))
        if isinstance(node, ast.FunctionDef)
    }
    nodes: list[ast.AST] = [call]
    seen: set[str] = set()
    for node in nodes:  # grows while it is walked: a method may call another
        used = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
        nodes.extend(methods[name] for name in sorted((used & methods.keys()) - seen))
        seen |= used
    words = [n.value for node in nodes for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return {
        word.split(":")[0] for word in words if isinstance(word, str) and re.fullmatch(r"[a-z]+:\w+", word)
    }


def hosted_services(module: ast.Module) -> set[str]:
    return {
        str(node.args[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Service"
        and isinstance(node.args[0], ast.Constant)
    }


def document_of(modality: str, tree: Tree) -> str | None:
    for node in ast.walk(tree.parsed("lambdas/fusion/observe/branch_documents.py")):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "found":
            first, cls = node.args
            if named_modalities([first]) == {member_of(modality, tree)} and isinstance(cls, ast.Name):
                return cls.id
    return None


def says(text: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) is not None

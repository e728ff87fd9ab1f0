"""Every place that a modality needs, found in the tree itself, and what it still lacks there.

Nothing here lists modalities, steps, services or tables by name: the enum, the state machine, the stack's
functions and imports lead from one place to the next, and a table is whatever in the code maps modalities to
something.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.architecture.tree_reading import (
    Branch,
    Tree,
    analyze_modalities,
    branch_of,
    compared_modalities,
    document_of,
    granted_services,
    hosted_services,
    member_of,
    members_of,
    modality_keys,
    says,
)

__all__ = ["Lack", "Tree", "lacking"]

_ANALYSIS = "stacks/functions/analysis.py"


@dataclass(frozen=True)
class Lack:
    """One place where a modality isn't known yet: which kind of place, where, and what to add."""

    place: str
    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path}: {self.what}"


def lacking(modality: str, tree: Tree) -> list[Lack]:
    """Everything that ``modality`` lacks in ``tree``, in the order of docs/adding-a-modality.md."""
    branch = branch_of(modality, tree)
    return [lack for check in _CHECKS for lack in check(modality, tree, branch)]


def _vocabulary(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    if modality not in members_of(tree).values():
        yield Lack("enum", "braid/domain/asset/asset.py", f'{modality.upper()} = "{modality}" in Modality')


def _tables(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    member, members = member_of(modality, tree), set(members_of(tree))
    for path in [
        path for room in ("braid", "lambdas", "cli", "stacks") for path in tree.paths(f"{room}/**/*.py")
    ]:
        if "Modality." not in tree.text(path):
            continue
        for node in ast.walk(tree.parsed(path)):
            named = modality_keys(node)
            if len(named) > 1 and member not in named:
                yield Lack("table", f"{path}:{node.lineno}", f"an entry for Modality.{member}")  # type: ignore[attr-defined]  # only expressions have keys
            if isinstance(node, ast.FunctionDef):
                compared = compared_modalities(node)
                # What isn't named falls to `else`, which can stand for one.
                others = (members | {member}) - compared
                if len(compared) > 1 and member in others and len(others) > 1:
                    yield Lack(
                        "table", f"{path}:{node.lineno}", f"a case for Modality.{member} in {node.name}"
                    )


def _admission(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    name = f"Modality.{member_of(modality, tree)}"
    roles = "braid/admission/roles.py"
    if not any(name in tree.text(path) for path in tree.paths("braid/admission/*.py") if path != roles):
        yield Lack("admission", "braid/admission/examination.py", f"say when a file has {name}")
    if name not in tree.text(roles):
        yield Lack("admission", roles, f"a role whose members speak {name}")


def _workflow(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    path = "statemachines/analyze_asset.asl.json"
    if not branch.states:
        yield Lack(
            "branch", path, f'a branch of Analyze Modalities behind "$.admission.modalities.{modality}"'
        )
    for outcome in ("absent", "missing", "unanalyzed", "analyzed"):
        if f'"outcome": "{outcome}"' not in json.dumps(branch.states):
            yield Lack("branch", path, f'an end of the branch with outcome "{outcome}"')
    if f"{modality}.$" not in analyze_modalities(tree).get("ResultSelector", {}):
        yield Lack("branch", path, f'"{modality}.$" in the ResultSelector of Analyze Modalities')


def _steps(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    if not branch.own_functions:
        yield Lack("step", _ANALYSIS, "a function of the branch's own in AnalysisFunctions")
        yield Lack("step", "lambdas/", "a folder with handler_<verb>.py and the step's logic")
    for name in branch.own_functions:
        folder = branch.folders.get(name)
        if folder is None:
            yield Lack(
                "step",
                _ANALYSIS,
                f'the function "{name}", which the state machine calls, in AnalysisFunctions',
            )
            continue
        if not tree.text(branch.handlers[name]):
            yield Lack("step", branch.handlers[name], "the step's entry")
        if not tree.paths(f"tests/unit/{folder}/**/test_*.py"):
            yield Lack("step", f"tests/unit/{folder}/", "tests of the step's logic")


def _services(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    if not branch.services:
        yield Lack(
            "adapter", "braid/aws/", "an adapter that counts what it asks of its service, used by the step"
        )
    granted = set().union(*(granted_services(tree, name) for name in branch.own_functions))
    for service in sorted(branch.services) or ["the service"]:
        if service not in granted:
            yield Lack("grant", _ANALYSIS, f"{service}'s actions among the step's grants")
        if f'"{service}:' not in tree.text("tests/infra/granted.py"):
            yield Lack("grant", "tests/infra/granted.py", f"{service}'s actions, a second time")
        for book in tree.paths("registry/prices/*.json"):
            if service not in {entry["service"] for entry in json.loads(tree.text(book))["prices"]}:
                yield Lack("price", book, f"what {service} costs, with its source")
        hosted = {
            name
            for path in tree.paths("local/services/**/*.py")
            for name in hosted_services(tree.parsed(path))
        }
        if not any(name == service or name.startswith(f"{service}-") for name in hosted):
            yield Lack(
                "local service",
                "local/services/",
                f"a Service({service!r}, …): an answer or its documented error",
            )


def _fusion(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    document = document_of(modality, tree)
    if document is None:
        yield Lack(
            "fusion",
            "lambdas/fusion/observe/branch_documents.py",
            f"found(Modality.{member_of(modality, tree)}, …): read what the branch left",
        )
    published = {
        value.id: str(key.value)
        for node in ast.walk(tree.parsed("schemas/regenerate.py"))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Name)
    }
    if document not in published:
        yield Lack("schema", "schemas/regenerate.py", f"the document of {modality} in DOCUMENTS")
    elif not tree.text(f"schemas/{published[document]}.schema.json"):
        yield Lack("schema", f"schemas/{published[document]}.schema.json", "run python -m schemas.regenerate")
    if f'"{modality}"' not in tree.text("schemas/timeline.schema.json"):
        yield Lack("schema", "schemas/timeline.schema.json", "run python -m schemas.regenerate")
    observe = "lambdas/fusion/observe/observations.py"
    made = [
        node.value.attr
        for node in ast.walk(tree.parsed(observe))
        if isinstance(node, ast.keyword) and node.arg == "modality" and isinstance(node.value, ast.Attribute)
    ]
    if member_of(modality, tree) not in made:
        yield Lack("fusion", observe, f"observations with modality=Modality.{member_of(modality, tree)}")


def _profile(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    path = "profiles/general/profile.toml"
    if modality not in tomllib.loads(tree.text(path))["modalities"]["wanted"]:
        yield Lack("profile", path, f'"{modality}" in wanted')
    if not says(tree.text("profiles/rules.md"), modality):
        yield Lack("profile", "profiles/rules.md", "what the model is told of evidence of this modality")


def _people(modality: str, tree: Tree, branch: Branch) -> Iterator[Lack]:
    style = "braid/report/page.css"
    if f"--{modality}:" not in tree.text(style):
        yield Lack("report", style, f"a colour --{modality} in both schemes, and where the others are used")
    for path in ("README.md", "docs/architecture.md", "statemachines/README.md"):
        if not says(tree.text(path), modality):
            yield Lack("docs", path, f"{modality} beside the others")


_CHECKS: tuple[Callable[[str, Tree, Branch], Iterable[Lack]], ...] = (
    *(_vocabulary, _admission, _steps, _services, _workflow, _fusion, _tables, _profile, _people),
)

"""What a version deploys, as goldens: `python -m tests.infra.templates.template_goldens 0.2.0` writes them.

A golden is the deployment for AWS with the knobs of cdk.json, a resource a line, so that a diff is readable,
and the code of its functions, with which `python -m tools.rehearse_upgrade 0.2.0` deploys it.
It is written once, when a version is released or before a large move, and never to make a test pass.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stacks.packaging.code import CODE_FOLDERS
from tests.infra.conftest import REPOSITORY, Synthesis, synthesize

__all__ = ["Difference", "differences", "read_golden", "shape_of", "write_code", "write_golden"]

_FOLDER = REPOSITORY / "tests" / "goldens" / "templates"
_CODE = REPOSITORY / "tests" / "goldens" / "code"
_ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b")
# CloudFormation and IAM read these as sets.
_SETS = frozenset(
    {"Statement", "Action", "NotAction", "Resource", "DependsOn", "Policies", "ManagedPolicyArns"}
)


@dataclass(frozen=True)
class Difference:
    """One place of two documents; ``None`` where it is absent."""

    path: tuple[str, ...]
    old: Any
    new: Any

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}: {json.dumps(self.old)} -> {json.dumps(self.new)}"


def differences(one: Any, other: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every place at which two documents differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key), other.get(key), (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, (*path, str(index)))
    elif one != other:
        yield Difference(path, one, other)


def shape_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template without asset hashes, sets in one order and state machines as JSON instead of text."""
    shape: dict[str, Any] = _shape(template)
    return shape


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _member(name, inner) for name, inner in value.items() if name != "Metadata"}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return _ASSET_HASH.sub("<asset>", value) if isinstance(value, str) else value


def _member(name: str, value: Any) -> Any:
    if name == "DefinitionString" and isinstance(value, str):
        return _shape(json.loads(value))
    shaped = _shape(value)
    if name in _SETS and isinstance(shaped, list):
        return sorted(shaped, key=lambda inner: json.dumps(inner, sort_keys=True))
    return shaped


def read_golden(version: str) -> dict[str, dict[str, Any]]:
    """The shapes of the templates that ``version`` deployed, by stack: ``storage``, ``pipeline``."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (_FOLDER / version).glob("*.json")}


def write_golden(version: str, synthesis: Synthesis) -> list[Path]:
    """Writes the shapes of both templates and returns where."""
    folder = _FOLDER / version
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for stack in ("storage", "pipeline"):
        path = folder / f"{stack}.json"
        path.write_text(_by_line(shape_of(getattr(synthesis, stack))), "utf-8")
        written.append(path)
    return written


def write_code(version: str) -> Path:
    """Writes what was committed last of the functions' code and returns where."""
    path = _CODE / f"{version}.tar.xz"
    archive = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD", *CODE_FOLDERS],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout
    path.write_bytes(lzma.compress(archive, preset=9 | lzma.PRESET_EXTREME))
    return path


def _by_line(shape: Mapping[str, Any]) -> str:
    """JSON with a line for each resource, output and so on."""
    sections = []
    for section, value in sorted(shape.items()):
        if isinstance(value, dict):
            lines = ",\n".join(
                f"  {json.dumps(name)}: {json.dumps(inner, sort_keys=True)}"
                for name, inner in sorted(value.items())
            )
            sections.append(f"{json.dumps(section)}: {{\n{lines}\n}}")
        else:
            sections.append(f"{json.dumps(section)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(sections) + "\n}\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m tests.infra.templates.template_goldens", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("version", help="as 0.2.0")
    wanted: str = parser.parse_args().version
    with tempfile.TemporaryDirectory() as synthesised:
        templates = write_golden(wanted, synthesize(Path(synthesised), {}))
        for golden in (*templates, write_code(wanted)):
            print(golden.relative_to(REPOSITORY))  # noqa: T201  # what it wrote

"""Modules arrive compiled: no cold start compiles them, and tracebacks name the file that Lambda unpacks."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stacks.packaging import code
from stacks.packaging.bytecode import compile_modules
from stacks.packaging.code import CODE_FOLDERS, staged_code
from stacks.packaging.layers import LayerRecipe
from tests.infra.conftest import REPOSITORY, compose
from tests.infra.test_layers import THIS_PYTHON, machine_name

_OTHER_PYTHON = "3.13" if THIS_PYTHON != "3.13" else "3.12"


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where code is staged, empty."""
    monkeypatch.setattr(code, "_STAGED", tmp_path / "code")
    return tmp_path / "code"


def uncompiled(folder: Path) -> list[str]:
    """The modules below a folder that this interpreter would have to compile when it imports them."""
    found = []
    for source in sorted(folder.rglob("*.py")):
        compiled = Path(importlib.util.cache_from_source(str(source)))
        # PEP 552: the flags are 0b01 where the source's hash is in the header and isn't compared.
        header = compiled.read_bytes()[:16] if compiled.is_file() else b""
        if header[4:8] != b"\x01\0\0\0" or header[8:] != importlib.util.source_hash(source.read_bytes()):
            found.append(source.relative_to(folder).as_posix())
    return found


def test_the_code_is_staged_whole_and_compiled(stages: Path) -> None:
    staged = staged_code()

    assert staged.parent == stages
    assert {path.name for path in staged.iterdir()} == set(CODE_FOLDERS)
    tracked = subprocess.run(
        ["git", "ls-files", *CODE_FOLDERS], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert {name for name in tracked.stdout.split() if not Path(name).name.startswith(".")} <= {
        path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()
    }
    assert uncompiled(staged) == []


def test_a_traceback_names_the_file_that_lambda_unpacks(tmp_path: Path) -> None:
    (tmp_path / "step.py").write_text("def fail():\n    raise ValueError\n")

    compile_modules(tmp_path, unpacked_at="/var/task")

    compiled = Path(importlib.util.cache_from_source(str(tmp_path / "step.py")))
    assert b"/var/task/step.py" in compiled.read_bytes()
    assert str(tmp_path).encode() not in compiled.read_bytes()


def test_what_cannot_be_compiled_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "template.py").write_text("class {{ name }}:\n")
    (tmp_path / "whole.py").write_text("NUMBER = 1\n")

    compile_modules(tmp_path, unpacked_at="/opt")

    assert uncompiled(tmp_path) == ["template.py"]


def test_the_same_modules_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kinds.py").write_text(
            "def is_kind(word):\n    return word in {'a', 'b', 'c', 'd'}\n"
        )
        compile_modules(tmp_path / name, unpacked_at="/opt")

    one, two = (
        Path(importlib.util.cache_from_source(str(tmp_path / n / "kinds.py"))) for n in ("one", "two")
    )
    assert one.read_bytes() == two.read_bytes()


def test_unchanged_code_is_staged_once_and_changed_code_anew(
    stages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in CODE_FOLDERS:
        (tmp_path / "repository" / folder).mkdir(parents=True)
        (tmp_path / "repository" / folder / "text.py").write_text("NUMBER = 1\n")
    monkeypatch.setattr(code, "REPOSITORY", tmp_path / "repository")
    first = staged_code()
    made = first.stat().st_ino

    (tmp_path / "repository" / "braid" / "__pycache__").mkdir()
    (tmp_path / "repository" / "braid" / "__pycache__" / "text.cpython-311.pyc").write_bytes(b"")
    (tmp_path / "repository" / "braid" / ".text.py.swp").write_bytes(b"")
    assert staged_code().stat().st_ino == made

    changed = []
    for number in range(6):
        (tmp_path / "repository" / "braid" / "text.py").write_text(f"NUMBER = {number + 2}\n")
        changed.append(staged_code())
        os.utime(changed[-1], (number, number))
    assert len({first, *changed}) == 7
    assert (changed[-1] / "braid" / "text.py").read_text() == "NUMBER = 7\n"
    assert len(list(stages.iterdir())) <= 4


@pytest.mark.parametrize(("version", "is_told"), [(THIS_PYTHON, False), (_OTHER_PYTHON, True)])
def test_it_is_said_where_functions_compile_for_themselves(
    tmp_path: Path, version: str, is_told: bool
) -> None:
    from aws_cdk.assertions import Annotations, Match

    _, deployment = compose(tmp_path, {"python_version": version})

    told = Annotations.from_stack(deployment.pipeline).find_info("*", Match.any_value())
    assert any(f"functions of {version} compile" in str(each.entry.data) for each in told) == is_told


@pytest.mark.slow
@pytest.mark.parametrize("name", ["core", "media", "documents"])
def test_a_layer_of_this_python_comes_compiled(tmp_path: Path, name: str) -> None:
    system = "macos" if sys.platform == "darwin" else "linux"
    with zipfile.ZipFile(LayerRecipe(name, machine_name(), THIS_PYTHON, system).built()) as packed:
        packed.extractall(tmp_path)

    assert uncompiled(tmp_path) == []

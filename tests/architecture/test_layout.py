"""What a newcomer is promised to find at the top of the tree, and the packages that it is built with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["app.py", "cdk.json", "stacks", "lambdas", "statemachines", "tests"])
def test_the_top_level_names_are_there(name: str) -> None:
    assert (REPOSITORY / name).exists()


@pytest.mark.parametrize("package", ["aws-cdk-lib", "constructs", "boto3", "aws-lambda-powertools", "pytest"])
def test_the_packages_are_required_and_pinned(package: str) -> None:
    required = "\n".join(path.read_text("utf-8") for path in (REPOSITORY / "requirements").glob("*.in"))
    locked = "\n".join(path.read_text("utf-8") for path in (REPOSITORY / "requirements").glob("*.txt"))

    assert re.search(rf"^{re.escape(package)}\b", required, re.MULTILINE)
    assert re.search(rf"^{re.escape(package)}==\d", locked, re.MULTILINE)


def test_lambdas_holds_steps_alone() -> None:
    folders = {path.parent for path in (REPOSITORY / "lambdas").glob("*/*.py")}

    assert folders
    for folder in folders:
        assert list(folder.glob("handler*.py")), f"{folder.name} is no step: it has no handler"

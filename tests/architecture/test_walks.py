"""The walks of docs/architecture.md: as many files as it counts, all there, each knowing what it hands on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")
WALKS = re.findall(r"^### (.+?): (\d+) files\n\n((?:\d+\. .+\n)+)", TEXT, re.MULTILINE)


# As far as each of them may grow.
MOST_FILES = {"An `asset_id`, ": 12, "An utterance, ": 15, "A label, ": 8}
UTTERANCE = TEXT[TEXT.index("### An utterance, ") : TEXT.index("### A label, ")]
FORMS = re.findall(
    r"`(\w+)`", UTTERANCE[UTTERANCE.index("it has ten forms:") : UTTERANCE.index("; it once had")]
)


def test_an_utterance_has_ten_forms_which_are_made_on_its_way() -> None:
    assert len(FORMS) == len(set(FORMS)) == 10
    steps = re.findall(r"^\d+\. `([^`]+)`", UTTERANCE, re.MULTILINE)
    made = {name for path in steps for name in classes_of(REPOSITORY / path)}
    assert set(FORMS) <= made


def test_no_module_of_fusion_that_knows_a_form_is_left_out() -> None:
    """Each is a step, or is named below them, itself or by its folder, with the reason why it isn't."""
    knowing = [
        path
        for path in sorted((REPOSITORY / "lambdas/fusion").rglob("[a-z]*.py"))
        if re.search(rf"\b({'|'.join(FORMS)}|Contradiction)\b", path.read_text("utf-8"))
    ]
    assert len(knowing) > 15
    left_out = [
        path.name for path in knowing if not {path.name, f"{path.parent.name}/"} & named_in(UTTERANCE)
    ]
    assert left_out == []


def classes_of(path: Path) -> list[str]:
    return re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE)


def named_in(text: str) -> set[str]:
    """The files and folders that a text names, without the folders they are in."""
    return {
        name if name.endswith("/") else name.rsplit("/", 1)[-1] for name in re.findall(r"`([\w./]+)`", text)
    }


def test_there_are_three_walks() -> None:
    assert len(WALKS) == 3


@pytest.mark.parametrize(("title", "count", "steps"), WALKS, ids=[title for title, *_ in WALKS])
def test_a_walk_passes_through_the_files_that_it_counts(title: str, count: str, steps: str) -> None:
    lines = steps.strip().split("\n")
    paths = [re.match(r"\d+\. `([^`]+)`", line) for line in lines]

    (most,) = [most for begins, most in MOST_FILES.items() if title.startswith(begins)]
    assert len(lines) == int(count) <= most
    for line, path in zip(lines, paths, strict=True):
        assert path, line
        text = (REPOSITORY / path[1]).read_text("utf-8")
        # The types that the line names in its second half are in that file.
        for name in re.findall(r"`([A-Z][A-Za-z]+)`", line):
            assert re.search(rf"\b{name}\b", text), f"{path[1]} doesn't know {name}"

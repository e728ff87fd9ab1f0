"""What a modality needs is there for each of them; for one that doesn't exist every place is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from braid.domain.asset.asset import Modality
from tests.architecture.modality_places import Lack, lacking
from tests.architecture.tree_reading import Tree

REPOSITORY = Path(__file__).resolve().parents[2]
TREE = Tree(REPOSITORY)
GUIDE = TREE.text("docs/adding-a-modality.md")


FUSION = "lambdas/fusion/observe"


@pytest.mark.parametrize("modality", Modality)
def test_every_modality_is_known_everywhere(modality: Modality) -> None:
    lacks = lacking(modality, TREE)
    assert not lacks, "\n".join(map(str, ["see docs/adding-a-modality.md", *lacks]))


def test_a_modality_that_does_not_exist_lacks_every_place() -> None:
    lacks = lacking("smell", TREE)
    found = {lack.place: [it.path for it in lacks if it.place == lack.place] for lack in lacks}
    assert list(found) == [
        *("enum", "admission", "step", "adapter", "grant", "price", "local service", "branch"),
        *("fusion", "schema", "table", "profile", "report", "docs"),
    ]
    assert {path.split(":")[0] for path in found["table"]} >= {
        *(
            "braid/domain/evidence/citation.py",
            "braid/domain/asset/outcome.py",
            "braid/store/asset_documents.py",
        ),
        *(f"{FUSION}/observations.py", "cli/showing/tracks.py"),
    }
    for lack in lacks:
        assert (REPOSITORY / lack.path.split(":")[0]).exists(), lack
        assert lack.what


@pytest.mark.parametrize("lack", lacking("smell", TREE), ids=str)
def test_the_guide_walks_through_every_place(lack: Lack) -> None:
    assert lack.place in GUIDE.lower()
    if lack.place != "table":  # the guide says that the test finds them
        assert f"`{lack.path}`" in GUIDE


def test_what_the_guide_names_is_there() -> None:
    rooms = "braid|lambdas|stacks|tests|local|registry|profiles|docs|tools|schemas|statemachines"
    named = re.findall(rf"`((?:{rooms})/[^`*\s]*)`", GUIDE)
    example = {"lambdas/listening/", "tests/unit/listening/"}
    assert len(named) > 15
    assert [path for path in named if path not in example and not (REPOSITORY / path).exists()] == []


ASL = "statemachines/analyze_asset.asl.json"


@pytest.mark.parametrize(
    ("path", "there", "instead", "place"),
    [
        ("braid/domain/asset/asset.py", 'TEXT = "text"', "", "enum"),
        ("braid/admission/roles.py", "Modality.TEXT", "Modality.VISION", "admission"),
        (ASL, "$.admission.modalities.text", "$.admission.modalities.tetx", "branch"),
        (ASL, '"text.$"', '"tetx.$"', "branch"),
        ("stacks/functions/analysis.py", '"Reading",', '"Raeding",', "step"),
        ("lambdas/reading/handler_read.py", "", "", "step"),
        ("braid/aws/textract.py", '.count("textract"', '.weigh("textract"', "adapter"),
        ("stacks/functions/analysis.py", '"textract:DetectDocumentText"', '"s3:GetObject"', "grant"),
        ("tests/infra/granted.py", '"textract:', '"texttract:', "grant"),
        ("registry/prices/us-east-1.json", '"textract"', '"texttract"', "price"),
        ("local/services/pictures/textract.py", 'Service("textract"', 'Service("texttract"', "local service"),
        (f"{FUSION}/branch_documents.py", "found(Modality.TEXT", "found(Modality.SPEECH", "fusion"),
        (f"{FUSION}/observations.py", "modality=Modality.TEXT", "modality=Modality.SPEECH", "fusion"),
        ("schemas/regenerate.py", '"passages": Passages,', "", "schema"),
        ("schemas/passages.schema.json", "", "", "schema"),
        ("schemas/timeline.schema.json", '"text"', '"tetx"', "schema"),
        ("cli/showing/tracks.py", "Modality.TEXT", "Modality.SPEECH", "table"),
        ("braid/store/asset_documents.py", "(Modality.TEXT,", "(Modality.SPEECH,", "table"),
        ("profiles/general/profile.toml", ', "text"]', "]", "profile"),
        ("profiles/rules.md", "text", "tetx", "profile"),
        ("braid/report/page.css", "--text:", "--tetx:", "report"),
        ("README.md", "text", "tetx", "docs"),
    ],
)
def test_whatever_is_taken_away_is_named(path: str, there: str, instead: str, place: str) -> None:
    """``there`` empty takes the whole file away."""
    text = TREE.text(path)
    assert there in text
    assert text
    changed = re.sub(re.escape(there), instead, text, flags=re.IGNORECASE) if there else ""
    lacks = lacking("text", Tree(REPOSITORY, {path: changed}))
    named = [lack for lack in lacks if lack.place == place]
    assert any(lack.path.split(":")[0].rstrip("/") in path for lack in named), lacks


def test_a_case_that_nobody_wrote_is_named() -> None:
    """Two modalities are told apart, and `else` would have to be two others."""
    path = "braid/domain/asset/outcome.py"
    source = TREE.text(path) + (
        "\n\ndef _sorted(modality: Modality) -> int:\n    if modality is Modality.SPEECH:\n        return 0\n"
        "    return 1 if modality is Modality.VISION else 2\n"
    )
    tree = Tree(REPOSITORY, {path: source})
    assert lacking("text", tree) == []
    assert any("a case for Modality.SMELL in _sorted" in lack.what for lack in lacking("smell", tree))

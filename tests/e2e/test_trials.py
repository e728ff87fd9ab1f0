"""`braid try` and `braid ask`: other answers from stored evidence, with nothing analysed or stored again."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from braid.domain.asset.asset import AssetStatus
from local import lifecycle
from tests.e2e.conftest import ROOT, Deployed

pytestmark = pytest.mark.e2e
MODELS = "bedrock-runtime"
TEXT = (
    "The harbour ferry leaves at 7:40 from pier four.\n\nA ticket costs nine dollars.\n\n"
    "Dogs travel free of charge.\n\nThe last ferry returns at midnight.\n"
)


@pytest.fixture(scope="module")
def ferry(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ferry") / "ferry.txt"
    path.write_text(TEXT, "utf-8")
    (outcome,) = deployed.drop([path])
    assert outcome.status is AssetStatus.SUCCEEDED
    return outcome.asset_id


def services_called(deployed: Deployed) -> Counter[str]:
    """Every call of an AI service since the embedded AWS started, by service, but for indexing's.

    Assets are indexed behind everything else, at a time of their own.
    """
    calls = lifecycle.control(deployed.aws, "calls")["calls"]
    return Counter(call["service"] for call in calls if "indexing" not in call["principal"].lower())


def test_a_question_is_answered_with_citations_from_what_is_stored(deployed: Deployed, ferry: str) -> None:
    before, stored = services_called(deployed), deployed.document(ferry, "answer")

    done = deployed.braid("ask", ferry, "What does a ticket cost?", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    said = [item["text"] for item in told["answer"]["answer"]["statements"]]
    assert any("nine dollars" in text for text in said), said
    assert told["answer"]["claims"][0]["evidence_ids"]
    called = services_called(deployed) - before
    assert set(called) == {MODELS}, "an analysis service was asked again"
    assert deployed.document(ferry, "answer") == stored


def test_a_question_reads_well_in_a_terminal(deployed: Deployed, ferry: str) -> None:
    done = deployed.braid("ask", ferry, "When does the last ferry return?")

    assert done.returncode == 0, done.stderr
    assert "midnight" in done.stdout
    assert "this cost $0.0000" in done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_an_edited_profile_is_tried_without_a_deploy(deployed: Deployed, ferry: str, tmp_path: Path) -> None:
    edited = shutil.copytree(ROOT / "profiles" / "general", tmp_path / "general")
    schema = json.loads((edited / "answer.schema.json").read_text("utf-8"))
    schema["properties"]["summary"]["maxItems"] = 1
    (edited / "answer.schema.json").write_text(json.dumps(schema), "utf-8")
    before = services_called(deployed)

    done = deployed.braid("try", str(edited), ferry, "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["answer"]["answer"]["summary"]) == 1
    assert len(told["before"]["answer"]["summary"]) > 1
    assert told["answer"]["profile_hash"] != told["before"]["profile_hash"]
    assert told["cost_usd"] > 0
    assert set(services_called(deployed) - before) == {MODELS}


def test_what_differs_is_shown(deployed: Deployed, ferry: str) -> None:
    same = deployed.braid("try", "general", ferry)

    assert same.returncode == 0, same.stderr
    assert "all statements and citations are the same" in same.stdout
    assert same.stdout.startswith("was  general ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("try", "genral", "{asset}"), "no profile 'genral'"),
        (("try", "general", "nothing-0"), "nothing-0"),
        (("ask", "{asset}", " "), "a question has 1 to 500 characters"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    deployed: Deployed, ferry: str, arguments: tuple[str, ...], complaint: str
) -> None:
    done = deployed.braid(*(part.format(asset=ferry) for part in arguments))

    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_profile_that_makes_no_sense_is_refused_before_anything_is_asked(
    deployed: Deployed, ferry: str, tmp_path: Path
) -> None:
    broken = shutil.copytree(ROOT / "profiles" / "general", tmp_path / "general")
    (broken / "answer.schema.json").write_text('{"type": "array"}', "utf-8")
    before = services_called(deployed)

    done = deployed.braid("try", str(broken), ferry)

    assert done.returncode == 2
    assert "answer.schema.json must describe an object" in done.stderr.replace("\n", " ")
    assert services_called(deployed) == before

"""`braid ask --all`: one question over what a search finds; what can't be had is named, the cost is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from braid.domain.answer.answer import Answer, AnswerClaim
from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.search.hit import Hit
from braid.domain.span import Span
from braid.domain.wire import encode
from cli.answers import asking_all, trial_commands, trials
from cli.errors import CommandError

QUESTION = "Which contract has the higher deposit?"
HIT = Hit(
    "north-1",
    1,
    "p0001",
    Modality.TEXT,
    "passage",
    Span(page=3),
    "deposit",
    1.0,
    "reading",
    "lease.pdf",
    "general",
)
MODEL = "us.amazon.nova-micro-v1:0"
USED = {"service": "bedrock", "operation": "Converse:amazon.nova-micro-v1:0", "unit": "input_token"}
SEARCHED = {
    "service": "bedrock",
    "operation": "InvokeModel:amazon.titan-embed-text-v2:0",
    "unit": "input_token",
}


def piece(number: int, member: str) -> Evidence:
    span = Span(page=number + 2)
    return Evidence(f"a{number}-p0001", Modality.TEXT, "passage", span, "deposit", 1.0, "reading", member)


@dataclass
class Rig:
    """A deployment that finds ``hits`` and answers; ``refusals`` are of assets, or of the trial function."""

    hits: tuple[Hit, ...] = (HIT, replace(HIT, asset_id="south-2", name="rent.pdf"))
    found: Mapping[str, Any] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def find(self, **_request: Any) -> dict[str, Any]:
        usage = [{**SEARCHED, "quantity": 1_000_000}]
        return {"hits": [encode(hit) for hit in self.hits], "usage": usage, **self.found}

    def read_result(self, _target: Any, asset_id: str) -> Any:
        if asset_id in self.refusals:
            raise CommandError(self.refusals[asset_id])
        return SimpleNamespace(asset_id=asset_id, attempt=1, profile="general")

    def call(self, _target: Any, _function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        if "trial" in self.refusals:
            raise CommandError(self.refusals["trial"])
        self.asked.append(event)
        evidence = tuple(piece(number, each["name"]) for number, each in enumerate(event["among"], 1))
        ids = tuple(each.evidence_id for each in evidence)
        claim = AnswerClaim("The second one's is higher.", ids, "/statements/0")
        answer = Answer(
            "question",
            "hash",
            "model",
            MODEL,
            (),
            {"statements": [{"text": claim.text, "evidence_ids": list(ids)}]},
            (claim,),
            0.9,
            claim.text,
        )
        return {
            "answer": encode(answer),
            "reason": None,
            "evidence": [encode(each) for each in evidence],
            "usage": [{**USED, "quantity": 1_000_000}],
            "left_out": list(self.left_out),
        }


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    made = Rig()
    target = SimpleNamespace(trial_function="trial", is_local=False)
    monkeypatch.setattr(asking_all, "chosen_target", lambda _stack: target)
    monkeypatch.setattr(asking_all, "find_search", lambda _target: made)
    monkeypatch.setattr(asking_all, "read_result", made.read_result)
    monkeypatch.setattr(trials, "call", made.call)
    return made


def ask(*arguments: str) -> Result:
    app = typer.Typer()
    app.command()(trial_commands.ask)
    return CliRunner().invoke(app, ["--all", QUESTION, *arguments])


def test_one_question_is_asked_of_all_and_each_citation_names_its_asset(rig: Rig) -> None:
    done = ask()

    assert done.exit_code == 0, done.stderr
    (event,) = rig.asked
    assert [each["name"] for each in event["among"]] == ["lease.pdf", "rent.pdf"]
    shown = " ".join(done.stdout.split())
    assert "The second one's is higher. lease.pdf page 3 · rent.pdf page 4" in shown
    assert "lease.pdf north-1" in shown
    assert "rent.pdf south-2" in shown
    assert "this cost $0.055" in done.stderr  # a million tokens of Titan's and one of Micro's


def test_as_json_the_evidence_says_of_which_asset_it_is(rig: Rig) -> None:
    told = json.loads(ask("--json").stdout)

    cited = told["answer"]["claims"][0]["evidence_ids"]
    assert {each["evidence_id"]: each["asset_id"] for each in told["evidence"]} == dict(
        zip(cited, ("north-1", "south-2"), strict=True)
    )
    assert told["assets"] == [
        {"asset_id": "north-1", "name": "lease.pdf"},
        {"asset_id": "south-2", "name": "rent.pdf"},
    ]
    assert told["cost_usd"] == pytest.approx(0.055)


def test_assets_of_one_name_are_told_apart(rig: Rig) -> None:
    rig.hits = (HIT, replace(HIT, asset_id="south-2"))

    ask()

    assert [each["name"] for each in rig.asked[0]["among"]] == ["lease.pdf (north-1)", "lease.pdf (south-2)"]


def test_what_can_not_be_asked_is_named_and_the_rest_is_asked(rig: Rig) -> None:
    rig.refusals["north-1"] = "asset 'north-1' was deleted"
    rig.found = {"missing": ["pictures: toy.joint can't be asked: throttled"]}
    rig.left_out = ("south-2",)

    done = ask("--json")

    told = " ".join(done.stderr.split())
    assert "not searched: pictures: toy.joint can't be asked" in told
    assert "not asked: lease.pdf: asset 'north-1' was deleted" in told
    assert "not asked: rent.pdf was deleted meanwhile" in told
    assert [each["asset_id"] for each in rig.asked[0]["among"]] == ["south-2"]
    assert len(json.loads(done.stdout)["missing"]) == 3


def test_a_model_that_can_not_be_asked_does_not_hide_what_searching_cost(rig: Rig) -> None:
    rig.refusals["trial"] = "bedrock:Converse: throttled"

    done = ask()

    assert isinstance(done.exception, CommandError)
    assert done.exception.message == "bedrock:Converse: throttled"
    assert "this cost $0.020" in done.stderr


def test_where_nothing_is_found_nothing_is_asked(rig: Rig) -> None:
    rig.hits = (replace(HIT, asset_id=""),)  # a knowledge base's

    done = ask()

    assert (done.exit_code, rig.asked, done.stdout) == (3, [], "")
    assert "nothing like it was found" in done.stderr
    assert "this cost" in done.stderr

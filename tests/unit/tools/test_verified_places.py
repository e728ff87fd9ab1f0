"""Where an account is verified: what its commands leave there, and what becomes of those that fail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tools.verify_account import __main__ as tool
from tools.verify_account import places
from tools.verify_account.places import Account, Laptop, StageError
from tools.verify_account.stages import STAGES, Stage

STAGE = {stage.name: stage for stage in STAGES}
DEPLOY, CHANGE, DESTROY = STAGE["deploy"], STAGE["change"], STAGE["destroy"]


class Cloud:
    """An account as far as stacks go: the CDK deploys and destroys what its knobs make, and nothing else."""

    def __init__(self) -> None:
        self.stacks = {"braid-dev-pipeline", "verify"}
        self.kept: list[str] = []

    def run(self, command: Sequence[str], _environment: Mapping[str, str], _allowed: Sequence[int]) -> str:
        name, *words = command
        if name == "braid":
            return self._braid(*words)
        assert Path(name).parts[-3:] == ("node_modules", ".bin", "cdk")
        given = [words[at + 1] for at, word in enumerate(words) if word == "-c"]
        knobs = dict(each.split("=", 1) for each in given)
        kinds = ["storage", "pipeline", *(["search"] if knobs.get("search") == "true" else [])]
        assembly = {f"braid-{knobs['environment_name']}-{kind}" for kind in kinds}
        if words[:2] == ["deploy", "--all"]:
            self.stacks |= assembly
        elif words[:2] == ["destroy", "--all"]:
            self.kept += sorted(f"files of {stack}" for stack in assembly & self.stacks)
            self.stacks -= assembly
        return ""

    def _braid(self, command: str, *words: str) -> str:
        if command == "status":
            assert words == ("--json", "--stack", "braid-verify-pipeline")
            return "a-1"
        assert (command, words[0]) == ("leftovers", "braid-verify")
        if "--delete" in words:
            self.kept.clear()
        return json.dumps([{"name": each} for each in self.kept]) if "--json" in words else ""

    @property
    def account(self) -> Account:
        return Account(self.run, lambda: sorted(self.stacks))


def test_all_that_was_deployed_is_gone_at_the_end() -> None:
    cloud = Cloud()
    DEPLOY.run(cloud.account)
    CHANGE.run(cloud.account)
    assert "braid-verify-search" in cloud.stacks

    DESTROY.run(cloud.account)

    assert cloud.stacks == {"braid-dev-pipeline", "verify"}
    assert cloud.kept == []


def test_what_stands_or_was_left_is_no_success() -> None:
    cloud = Cloud()
    cloud.stacks.add("braid-verify-tuning")
    with pytest.raises(StageError, match=r"not everything is gone.*the stack braid-verify-tuning"):
        DESTROY.run(cloud.account)

    cloud = Cloud()
    cloud.kept.append("a bucket")
    assert cloud.account.left() == ["a bucket"]


def test_a_laptop_on_which_nothing_runs_has_nothing_left(tmp_path: Path) -> None:
    assert Laptop(tmp_path, 1).left() == []


def test_a_command_that_is_missing_or_never_ends_fails_its_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StageError, match="`no-such-command -v` can't be started: `make setup`"):
        places._said(["no-such-command", "-v"], {}, (0,))
    monkeypatch.setattr(places, "_SECONDS", 0.2)
    with pytest.raises(StageError, match="`sleep 30` hadn't ended"):
        places._said(["sleep", "30"], {}, (0,))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where reports are written."""
    monkeypatch.setattr(tool, "_REPORT", tmp_path / "build" / "visit.md")
    monkeypatch.setattr(tool, "_KEPT", tmp_path / "build" / "visit.json")
    return tmp_path / "build"


def test_a_visit_that_goes_on_has_what_was_seen_and_spent_before(
    kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    states = {"b": "no"}

    def run(name: str) -> Sequence[str]:
        if states.get(name) == "no":
            raise StageError("not yet")
        return [f"{name} of 111122223333"]

    def stage(name: str, price_usd: float) -> Stage:
        return Stage(name, "does", lambda _place: price_usd, lambda _place: run(name))

    monkeypatch.setattr(tool, "STAGES", (stage("a", 0.6), stage("b", 0.3), stage("destroy", 0.0)))
    monkeypatch.setattr(tool, "Account", lambda: Cloud().account)

    assert tool.main(["--yes", "--most-usd", "1"]) == 1
    assert "--begin-with b;" in capsys.readouterr().err
    assert tool.main(["--yes", "--most-usd", "1", "--begin-with", "b"]) == 1
    assert "it may cost $0.30, and $0.10 of" in capsys.readouterr().err
    states.clear()
    assert tool.main(["--yes", "--most-usd", "2", "--begin-with", "b"]) == 0

    text = (kept / "visit.md").read_text("utf-8")
    assert [line.split(" | ")[:2] for line in text.splitlines() if line.startswith("| ")][1:] == [
        ["| a", "well"],
        ["| b", "failed"],
        ["| b", "failed"],
        ["| b", "well"],
        ["| destroy", "well"],
    ]
    assert "111122223333" not in text + (kept / "visit.json").read_text("utf-8")


def test_a_report_is_written_whatever_goes_wrong(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(_place: object) -> Sequence[str]:
        raise MemoryError

    fine = Stage("a", "does", lambda _place: 0.0, lambda _place: ["seen"])
    monkeypatch.setattr(tool, "STAGES", (fine, Stage("b", "bursts", lambda _place: 0.0, burst)))
    monkeypatch.setattr(tool, "Account", lambda: Cloud().account)

    with pytest.raises(MemoryError):
        tool.main(["--yes"])

    assert "| a | well |" in (kept / "visit.md").read_text("utf-8")


def test_a_rehearsal_is_nothing_to_go_on_from(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    destroyed: list[object] = []
    monkeypatch.setattr(tool, "STAGES", (Stage("a", "does", lambda _place: 0.9, lambda _place: ["seen"]),))
    monkeypatch.setattr(Laptop, "destroy", lambda _self, knobs: destroyed.append(knobs))

    assert tool.main(["--against-laptop"]) == 0

    assert destroyed == [{}]
    assert [path.name for path in kept.iterdir()] == ["visit.md"]

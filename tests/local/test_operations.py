"""The table of engines: every operation of the embedded services is in it, and what it names exists."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.engines import operations as module
from local.engines.operations import Engine, Operation, operations

THERE = Engine("there", "ours", "MIT", "good")
GONE = Engine("gone", "theirs", "MIT", "better", module="a_package_that_is_not_installed")


def test_engines_of_the_table_exist() -> None:
    for operation in operations():
        for engine in operation.engines:
            assert engine.weights is None or engine.weight_set is not None
            assert engine.quality, f"nobody measured {engine.key}"


def test_the_first_engine_that_is_there_answers() -> None:
    operation = Operation("Service", "Operation", (GONE, THERE))

    assert operation.in_use() == THERE
    assert operation.fallback() is None
    assert GONE.remedy() == "make setup"


def test_what_has_to_be_asked_for_is_not_missed() -> None:
    own = Engine("own", "ours", "MIT", "best", setting="NOBODY_SETS_THIS")
    operation = Operation("Service", "Operation", (own, THERE))

    assert operation.in_use() == operation.expected() == THERE
    assert Operation("Service", "Other", (own,)).expected() is None


def test_weights_that_are_not_fetched_are_what_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_fetched", lambda name: False)
    speech = Engine("speech", "ours", "MIT", "good", module="json", weights="whisper-base")

    assert not speech.is_there()
    assert speech.remedy() == "braid engines fetch whisper-base"


def test_the_command_shows_every_operation() -> None:
    shown = CliRunner().invoke(app, ["engines", "--json"])

    rows = json.loads(shown.stdout)
    assert [(row["service"], row["operation"]) for row in rows] == [
        (operation.service, operation.name) for operation in operations()
    ]
    refused = [row for row in rows if row["engine"] is None]
    assert all(row["licence"] is None for row in refused)


def test_no_name_and_no_command_is_broken_apart_in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    for operation in operations():
        for engine in operation.engines:
            if engine.setting:
                monkeypatch.delenv(engine.setting, raising=False)
    shown = CliRunner().invoke(app, ["engines"], env={"COLUMNS": "80"}).stdout

    lines = [line.rstrip() for line in shown.splitlines()]
    assert max(map(len, lines)) <= 80
    for operation in operations():
        in_use = operation.in_use()
        better = operation.engines[: operation.engines.index(in_use)] if in_use else operation.engines
        assert any(line.startswith(operation.name) for line in lines), operation.name
        for engine in better:
            assert any(line.endswith(f" {engine.remedy()}") for line in lines), engine.remedy()


def test_the_remedy_says_what_a_setting_takes() -> None:
    remedies = {engine.setting: engine.remedy() for one in operations() for engine in one.engines}

    assert remedies["BRAID_WHISPER_MODEL"] == "export BRAID_WHISPER_MODEL=FOLDER"
    assert remedies["BRAID_LLM_URL"] == "export BRAID_LLM_URL=URL"
    assert remedies["BRAID_IMAGE_URL"] == "export BRAID_IMAGE_URL=URL"


def test_weights_that_do_not_exist_are_refused_in_words() -> None:
    refused = CliRunner().invoke(app, ["engines", "fetch", "nonsense"])

    assert getattr(refused.exception, "exit_code", None) == 2
    assert "whisper-base" in str(getattr(refused.exception, "message", ""))

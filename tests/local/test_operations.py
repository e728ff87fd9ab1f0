"""The table of engines: every operation of the embedded services is in it, and what it names exists."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from local.engines import operations as module
from local.engines.operations import Engine, Operation, operations
from tests.local.needed_weights import needs_weights

REPOSITORY = Path(__file__).resolve().parents[2]
THERE = Engine("there", "ours", "MIT", "good")
GONE = Engine("gone", "theirs", "MIT", "better", module="a_package_that_is_not_installed")


def test_engines_of_the_table_exist() -> None:
    for operation in operations():
        for engine in operation.engines:
            assert len(engine.weight_sets) == len(engine.weights)
            assert engine.quality, f"nobody measured {engine.key}"


def test_figures_are_those_of_the_section_that_they_name() -> None:
    """A figure of a quality is one of the section's, rounded, or a share of it in a hundred."""
    for engine in {engine for operation in operations() for engine in operation.engines}:
        figures = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e-\d+)?", engine.quality)
        if engine.measured is None:
            assert figures == [], f"nobody measured {engine.key}"
            continue
        page, _, heading = engine.measured.partition(", ")
        text = (REPOSITORY / page).read_text("utf-8")
        _, found, rest = text.partition(f"\n## {heading}\n")
        assert found, engine.measured
        section = rest.partition("\n## ")[0]
        measured = [
            float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-\d+)?", section.replace(",", ""))
        ]
        for figure in (each.replace(",", "") for each in figures):
            half = 0.5 * 10.0 ** -len(figure.partition(".")[2]) if "e" not in figure else float(figure) / 10
            assert any(
                abs(float(figure) - scale * number) <= half * 1.001
                for number in measured
                for scale in (1, 100)
            ), f"{engine.key}: {figure} stands nowhere below {engine.measured}"


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
    speech = Engine("speech", "ours", "MIT", "good", module="json", weights=("whisper-base",))

    assert not speech.is_there()
    assert speech.remedy() == "braid engines fetch whisper-base"


def test_who_speaks_is_an_operation_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_fetched", lambda name: name != "voices")

    lacking = [row for row in operations() if row.expected() and row.in_use() is None]

    assert [row.service for row in lacking] == ["Transcribe"]
    expected = lacking[0].expected()
    assert expected is not None
    assert expected.remedy() == "braid engines fetch voices"


def test_only_the_sets_that_are_lacking_are_to_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    bridge = Engine("bridge", "ours", "MIT", "good", weights=("labels", "sentences"))
    monkeypatch.setattr(module, "is_fetched", lambda name: name == "labels")

    assert not bridge.is_there()
    assert bridge.remedy() == "braid engines fetch sentences"


def whisper_folder(folder: Path, *files: str) -> Path:
    folder.mkdir()
    for file in files:
        (folder / file).touch()
    return folder


@pytest.mark.parametrize("named", ["/nonexistent", "large-v3", "models/whisper-large", "~/no-such-model"])
def test_a_model_of_ones_own_is_a_folder_or_a_fault(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    """A name of a model that a publisher has would be asked for over the network."""
    monkeypatch.setenv("BRAID_WHISPER_MODEL", named)
    (row, *_) = operations()

    fault = row.fault()

    assert fault is not None
    assert fault.startswith(f"BRAID_WHISPER_MODEL names {Path(named).expanduser().absolute()}, which isn't")
    assert not row.engines[0].is_there()
    assert row.in_use() is None, "another engine would hear than the one that was named"
    shown = CliRunner().invoke(app, ["engines"], env={"COLUMNS": "80"}).stdout
    assert "BRAID_WHISPER_MODEL names" in shown


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json"])
def test_the_file_that_a_model_of_ones_own_lacks_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    files = {"model.bin", "config.json", "tokenizer.json"}
    whole = whisper_folder(tmp_path / "whole", *files)
    broken = whisper_folder(tmp_path / "broken", *files - {missing})
    (row, *_) = operations()
    monkeypatch.setenv("BRAID_WHISPER_MODEL", str(whole))
    assert row.in_use() == row.engines[0]

    monkeypatch.setenv("BRAID_WHISPER_MODEL", str(broken))

    assert row.fault() == f"BRAID_WHISPER_MODEL names {broken}, where {missing} is missing"


def test_a_server_of_ones_own_has_an_address_or_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAID_IMAGE_URL", "localhost:8080")

    faults = [fault for row in operations() if (fault := row.fault())]

    assert faults == ["BRAID_IMAGE_URL is 'localhost:8080'; it must look like http://127.0.0.1:11434/v1"]


def test_the_command_shows_every_operation() -> None:
    shown = CliRunner().invoke(app, ["engines", "--json"])

    rows = json.loads(shown.stdout)
    assert [(row["service"], row["operation"]) for row in rows] == [
        (operation.service, operation.name) for operation in operations()
    ]
    refused = [row for row in rows if row["engine"] is None]
    assert all(row["licence"] is None for row in refused)


@needs_weights("sentences")
def test_weights_are_shown_with_their_size_and_hash() -> None:
    rows = json.loads(CliRunner().invoke(app, ["engines", "--json"]).stdout)

    (embeddings,) = [row for row in rows if row["operation"] == "InvokeModel (text embeddings)"]
    assert [(each["name"], each["sha256"][:10]) for each in embeddings["weights"]] == [
        ("sentences", "53aa51172d")
    ]
    shown = CliRunner().invoke(app, ["engines"], env={"COLUMNS": "80"}).stdout
    assert "sentences: 91.1 MB, sha256 53aa51172d" in shown


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

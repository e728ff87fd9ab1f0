"""What `braid doctor` says of engines on this machine, and of who judges posts."""

from __future__ import annotations

import pytest

from cli.machine.doctor import Finding, examine, judge_of_posts
from local.engines import operations as table
from local.engines.operations import Engine
from local.engines.writing import writer


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BRAID_LLM_URL", "BRAID_LLM_MODEL", "BRAID_WRITER", "BRAID_WHISPER_MODEL"):
        monkeypatch.delenv(name, raising=False)


def test_a_model_server_judges_where_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAID_LLM_URL", "http://127.0.0.1:11434/v1")
    monkeypatch.setenv("BRAID_LLM_MODEL", "tiny")

    found = judge_of_posts()

    assert (found.ok, found.detail) == (True, "tiny at http://127.0.0.1:11434/v1")


def test_a_server_without_a_model_is_a_fault_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAID_LLM_URL", "http://127.0.0.1:11434/v1")

    found = judge_of_posts()

    assert not found.ok
    assert "BRAID_LLM_MODEL is missing" in found.detail
    assert found.remedy


@pytest.mark.parametrize(
    ("is_there", "setting", "said"),
    [(True, "on", writer.NAME), (True, "off", "none:"), (False, "on", "none:")],
)
def test_else_the_writer_does_or_nobody(
    monkeypatch: pytest.MonkeyPatch, is_there: bool, setting: str, said: str
) -> None:
    monkeypatch.setattr(writer, "is_there", lambda: is_there)
    monkeypatch.setenv("BRAID_WRITER", setting)

    found = judge_of_posts()

    assert found.ok
    assert found.detail.startswith(said)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("BRAID_LLM_URL", "localhost:11434", "BRAID_LLM_URL is 'localhost:11434'"),
        ("BRAID_WRITER", "maybe", "BRAID_WRITER is 'maybe'; it must be on or off"),
    ],
)
def test_a_setting_that_stops_the_launcher_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv("BRAID_LLM_MODEL", "tiny")
    monkeypatch.setenv(variable, value)

    found = judge_of_posts()

    assert not found.ok
    assert said in found.detail


def findings() -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(None)}


def test_who_speaks_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "is_fetched", lambda name: name != "voices")

    found = findings()["Transcribe StartTranscriptionJob (speakers)"]

    assert (found.ok, found.remedy) == (False, "braid engines fetch voices")


def test_settings_that_name_nothing_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAID_WHISPER_MODEL", "/nonexistent")
    monkeypatch.setenv("BRAID_EMBED_URL", "localhost")

    found = findings()

    speech, search = found["Transcribe StartTranscriptionJob"], found["Embedding server"]
    assert not speech.ok
    assert speech.detail.startswith("BRAID_WHISPER_MODEL names /nonexistent, which isn't a folder")
    assert speech.remedy == "name another, or unset BRAID_WHISPER_MODEL"
    assert not search.ok
    assert "BRAID_EMBED_MODEL is missing" in search.detail


def test_weights_with_other_bytes_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "is_there", lambda engine: True)
    monkeypatch.setenv("BRAID_WEIGHTS", "/nonexistent")

    found = findings()["Transcribe StartTranscriptionJob (speakers)"]

    assert not found.ok
    assert "the weights voices aren't fetched" in found.detail
    assert found.remedy == "braid engines fetch voices"

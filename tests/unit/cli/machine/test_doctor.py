"""What `braid doctor` says of who judges posts on this machine."""

from __future__ import annotations

import pytest

from cli.machine.doctor import judge_of_posts
from local.engines.writing import writer


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BRAID_LLM_URL", "BRAID_LLM_MODEL", "BRAID_WRITER"):
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

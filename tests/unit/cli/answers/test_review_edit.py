"""`braid review edit`: what a person wrote isn't lost, whatever becomes of it."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from braid.domain.answer.review import ReviewRequest
from braid.domain.asset.asset import AssetStatus
from cli.answers import review_commands
from cli.answers.reviews import Waiting
from cli.errors import CommandError
from cli.showing.records import Record

WROTE = '{"summary": "mine"}'


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """The answers that were handed in by somebody whose editor writes ``WROTE``."""
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\nprintf '%s' '{WROTE}' > \"$1\"\n")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    request = ReviewRequest(("why",), "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z", "reject")
    waiting = Waiting(Record("shoe-1", 1, AssetStatus.AWAITING_REVIEW), request)
    handed_in: list[Any] = []
    monkeypatch.setattr(review_commands, "chosen_target", lambda _stack: None)
    monkeypatch.setattr(review_commands, "read_waiting", lambda _target, _asset_id: waiting)
    monkeypatch.setattr(review_commands, "decide", lambda *_, answer, **__: handed_in.append(answer))
    return handed_in


def edit() -> Any:
    return CliRunner().invoke(review_commands.review_app, ["edit", "shoe-1", "--by", "ann"])


def test_what_the_editor_leaves_is_handed_in_and_nothing_stays(decided: list[Any], tmp_path: Path) -> None:
    result = edit()

    assert result.exit_code == 0, result.output
    assert decided == [{"summary": "mine"}]
    assert list(tmp_path.glob("braid-review-*")) == []


def test_what_is_refused_is_kept(decided: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CommandError("the corrected answer cites evidence that isn't there: u9999")

    monkeypatch.setattr(review_commands, "decide", refuse)

    result = edit()

    assert isinstance(result.exception, CommandError)
    (kept,) = re.findall(r"use it with --answer (\S+)", result.output)
    assert Path(kept).read_text() == WROTE


def test_what_is_wrong_with_an_answer_or_editor_is_said_in_words(
    tmp_path: Path, decided: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner, answer = CliRunner(), tmp_path / "answer.json"
    said = []
    for content in (b'{"summary": ', b"\xff\xfe", b"[" * 100_000):
        answer.write_bytes(content)
        given = ["edit", "shoe-1", "--by", "ann", "--answer", str(answer)]
        said.append(str(runner.invoke(review_commands.review_app, given).exception))
    for editor in ("false", str(tmp_path / "gone")):
        monkeypatch.setenv("VISUAL", editor)
        said.append(str(edit().exception))
    where = str(answer)
    assert said == [
        f"{where}: no JSON from line 1, character 13 on",
        f"{where}: the answer isn't UTF-8; save it as UTF-8",
        f"{where}: no JSON that can be read",
        "the editor 'false' ended with exit status 1; nothing was decided",
        f"the editor '{tmp_path}/gone' can't be started: No such file or directory; nothing was decided",
    ]
    assert decided == []

"""What the user's own variables name is the same for the command, the launcher and the engines' workers."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest

from local import lifecycle, own_settings
from local.engines.errors import EngineMissingError
from local.engines.pool import EnginePool
from local.home import Home, LocalAws
from local.weights import cache
from tests.local.speech.hearing import wav


def test_a_folder_may_begin_at_home_or_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.chdir(tmp_path)

    assert own_settings.folder("~/models") == Path("/home/someone/models")
    assert own_settings.folder(" models ") == tmp_path / "models"
    assert own_settings.absolute_folders({"BRAID_WEIGHTS": "mine", "BRAID_WHISPER_MODEL": " "}) == {
        "BRAID_WEIGHTS": str(tmp_path / "mine")
    }
    monkeypatch.setenv("BRAID_WEIGHTS", "~/weights")
    assert cache.folder() == Path("/home/someone/weights")


@pytest.mark.parametrize("text", ["localhost", "ftp://localhost", "http://", "http://[::1", "large-v3"])
def test_what_is_no_servers_address_is_said(text: str) -> None:
    fault = own_settings.address_fault("BRAID_LLM_URL", text)

    assert fault is not None
    assert fault.startswith(f"BRAID_LLM_URL is {text!r}; it must look like http://")
    assert own_settings.address_fault("BRAID_LLM_URL", "http://127.0.0.1:11434/v1") is None


@pytest.mark.parametrize("named", ["large-v3", "models/whisper-large"])
def test_a_worker_takes_a_name_for_a_folder_of_the_users_shell(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    """A worker works in the project's folder, and faster-whisper asks the network for what is no folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRAID_WHISPER_MODEL", named)
    recording = tmp_path / "silence.wav"
    recording.write_bytes(wav(np.zeros(16_000, np.int16)))

    with EnginePool() as pool, pytest.raises(EngineMissingError) as refused:
        pool.run("speech.recognition:transcribe", recording)

    assert f"BRAID_WHISPER_MODEL names {tmp_path / named}, which isn't a folder" in str(refused.value)


def test_the_launcher_reads_folders_as_the_command_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shell = tmp_path / "python"
    shell.write_text('#!/bin/sh\necho "$BRAID_WEIGHTS at $(pwd)"\n', "utf-8")
    shell.chmod(shell.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(lifecycle.sys, "executable", str(shell))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRAID_WEIGHTS", "mine")
    home = Home(tmp_path / "home")
    aws = LocalAws("http://127.0.0.1:1", 1, 0, "us-east-1", "000000000000", "key", "secret", "now")

    lifecycle._start(home, aws, [], None).wait(10)

    assert home.log.read_text("utf-8") == f"{tmp_path / 'mine'} at {lifecycle.REPOSITORY}\n"

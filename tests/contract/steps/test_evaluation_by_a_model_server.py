"""`make eval` asks the server that BRAID_LLM_URL names, through the local Converse."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from evaluation.labelled import SOURCES
from evaluation.moderation import main
from tests.contract.model_server import running_model_server


def test_the_server_s_decisions_are_scored_and_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / SOURCES["moderation-api-release"].path
    path.parent.mkdir(parents=True)
    rows = [{"prompt": f"You will be sorry, number {number}.", "V": int(number < 3)} for number in range(4)]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    quoted = {"text": "You will be sorry", "evidence_ids": ["p0001"]}
    answer = {
        "decision": "block",
        "reasons": [quoted],
        "categories": [{"name": "Threats", "severity": 3, **quoted}],
        "votes": [{"modality": "text", "vote": "block", **quoted}],
    }
    call = {"id": "c1", "type": "function", "function": {"name": "answer", "arguments": json.dumps(answer)}}
    monkeypatch.setenv("BRAID_TEST_DATA", str(tmp_path))

    with running_model_server() as server:
        server.answers({"content": None, "tool_calls": [call]}, finish="tool_calls")
        monkeypatch.setenv("BRAID_LLM_URL", server.url)
        monkeypatch.setenv("BRAID_LLM_MODEL", "tiny-test-model")
        status = main(["--json"])

    told = json.loads(capsys.readouterr().out)
    assert status == 0
    assert told["engine"] == f"model server {server.url} (tiny-test-model)"
    assert told["methods"] == {"model": 4}
    assert told["scores"]["counts"] == {"false_positive": 1, "true_positive": 3}
    assert told["scores"]["precision"]["value"] == 0.75
    assert len(server.requests) == 4


def test_a_server_that_makes_no_sense_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / SOURCES["moderation-api-release"].path
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(b'{"prompt": "Hello."}'))
    monkeypatch.setenv("BRAID_TEST_DATA", str(tmp_path))
    monkeypatch.setenv("BRAID_LLM_URL", "localhost:11434")
    monkeypatch.delenv("BRAID_LLM_MODEL", raising=False)

    assert main([]) == 1
    assert "BRAID_LLM_MODEL is missing" in capsys.readouterr().err

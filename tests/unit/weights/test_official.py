"""Weights from their publishers' own address: what comes, what doesn't, and what is said then."""

from __future__ import annotations

import hashlib
import http.server
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.machine import engines as command
from cli.main import app
from local.weights import cache, fetch, path
from local.weights.catalogue import SourceFile, WeightSet

WHOLE = b"all of the weights" * 1000


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    """An address on this machine where ``model.bin`` lies; ``/cut`` ends in its middle."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path.startswith("/gone/") else 200)
            self.send_header("Content-Length", str(len(WHOLE)))
            self.end_headers()
            self.wfile.write(WHOLE[: 10 if self.path.startswith("/cut/") else None])

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(autouse=True)
def sets(publisher: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, WeightSet]:
    file = SourceFile("model.bin", hashlib.sha256(WHOLE).hexdigest(), len(WHOLE), ())
    addresses = {
        "homeless": "",
        "gone": f"{publisher}/gone",
        "cut": f"{publisher}/cut",
        "silent": "http://127.0.0.1:9/weights",
        "whole": f"{publisher}/weights",
    }
    known = {
        name: WeightSet(name, "tests", "MIT", "us", address, True, None, (file,), ())
        for name, address in addresses.items()
    }
    for module in (cache, fetch, command):
        monkeypatch.setattr(module, "weight_set", known.__getitem__)
    monkeypatch.setattr(command, "weight_sets", lambda: known)
    monkeypatch.setattr(command, "default_sets", lambda: (known["homeless"], known["gone"], known["whole"]))
    monkeypatch.setenv("BRAID_WEIGHTS", str(tmp_path / "weights"))
    return known


def test_the_publishers_own_address_gives_the_same_file() -> None:
    assert fetch.fetch("whole", is_official=True)
    assert path("whole", "model.bin").read_bytes() == WHOLE


@pytest.mark.parametrize(
    ("name", "said", "is_silent"),
    [
        ("homeless", "no official address of the weights homeless is known here; without --official", False),
        ("gone", "/gone/model.bin answers with HTTP 404; try again later, or without --official", False),
        ("cut", "of the weights has the SHA-256", False),
        ("silent", "http://127.0.0.1:9/weights/model.bin doesn't answer; try again later", True),
    ],
)
def test_what_fails_is_said(name: str, said: str, is_silent: bool) -> None:
    with pytest.raises(fetch.FetchError) as failed:
        fetch.fetch(name, is_official=True)

    assert said in str(failed.value)
    assert failed.value.is_silent is is_silent
    assert list((cache.folder() / name).iterdir()) == []


def test_a_file_that_cannot_be_kept_is_no_silent_host() -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(WHOLE) // 2, before[1]))
    try:
        with pytest.raises(fetch.FetchError) as failed:
            fetch.fetch("whole", is_official=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert f"can't be kept in {cache.folder() / 'whole'}" in str(failed.value)
    assert not failed.value.is_silent


def test_a_cache_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BRAID_WEIGHTS", str(tmp_path / "file"))

    with pytest.raises(fetch.FetchError, match=r"can't be kept in .*file/whole"):
        fetch.fetch("whole", is_official=True)


def test_one_that_fails_leaves_the_others_their_turn() -> None:
    shown = CliRunner().invoke(app, ["engines", "fetch", "--official"])

    assert path("whole", "model.bin").read_bytes() == WHOLE
    assert "answers with HTTP 404" in str(getattr(shown.exception, "message", ""))


def test_who_names_no_sets_gets_all_that_have_an_address(
    sets: dict[str, WeightSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "default_sets", lambda: (sets["homeless"], sets["whole"]))

    shown = CliRunner().invoke(app, ["engines", "fetch", "--official"])

    assert shown.exit_code == 0
    assert path("whole", "model.bin").read_bytes() == WHOLE
    assert "no official address of the weights homeless is known here" in " ".join(shown.output.split())
    named = CliRunner().invoke(app, ["engines", "fetch", "--official", "homeless"])
    assert named.exit_code != 0

"""Engines that are loaded before anybody asks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from local.engines.ahead import OF_PICTURES, OF_TEXTS, load, load_ahead
from local.engines.pool import EnginePool
from tests.local.needed_weights import needs_weights

_SECONDS = 120.0
# Libraries that are mapped into a worker once an engine of it is loaded.
_SHORT_LIBRARIES = ("onnxruntime", "cv2", "spacy")
_SPEECH_LIBRARIES = ("ctranslate2",)


needs_maps = pytest.mark.skipif(
    not Path("/proc/self/maps").exists(), reason="no /proc: what a worker has loaded can't be seen"
)


@needs_maps
@needs_weights("entities")
@needs_weights("whisper-base")
def test_both_workers_load_what_most_files_need() -> None:
    with EnginePool() as pool:
        load_ahead(pool)

        assert _comes_to_hold(pool, "short", _SHORT_LIBRARIES)
        assert _comes_to_hold(pool, "speech", _SPEECH_LIBRARIES)


@needs_maps
def test_a_call_of_somebody_passes_between_two_engines() -> None:
    with EnginePool() as pool:
        load_ahead(pool)
        pool.run("text.language:dominant_languages", "Who asks waits for one engine at most.")

        assert not _holds(pool, "short", ("cv2",)), "what looks for faces comes later"


@pytest.mark.parametrize("task", [*OF_TEXTS, *OF_PICTURES])
def test_every_engine_takes_its_tiny_input(task: str) -> None:
    load(task)


def _comes_to_hold(pool: EnginePool, lane: str, libraries: tuple[str, ...]) -> bool:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if lane in pool.process_ids() and _holds(pool, lane, libraries):
            return True
        time.sleep(0.1)
    return False


def _holds(pool: EnginePool, lane: str, libraries: tuple[str, ...]) -> bool:
    maps = Path(f"/proc/{pool.process_ids()[lane]}/maps").read_text("utf-8")
    return all(library in maps for library in libraries)

"""Loads the engines before anybody asks, so that the first file waits for none of them.

Each is given something tiny to do, a call at a time: who asks meanwhile waits for one engine at most. What
only some files need stays for them: the writer, and fall-backs. A worker that nobody asks ends as always.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Sequence

from local.engines.errors import EngineError
from local.engines.pool import EnginePool
from local.engines.worker import function_named

__all__ = ["OF_PICTURES", "OF_TEXTS", "load", "load_ahead"]

OF_TEXTS = (
    "text.language:dominant_languages",
    "text.entities:entities",
    "text.key_phrases:key_phrases",
    "text.sentiment:sentiment",
    "text.pii:personal_data",
)
OF_PICTURES = (
    "pictures.labels:find_labels",
    "pictures.explicit:explicit_probability",
    "pictures.faces:find_faces",
    "pictures.ocr:read_text",
    "pictures.image_properties:measure",
)
_TEXT = "Ada Lovelace is pleased."
_SIDE_PX = 64

_Calls = Sequence[tuple[str, tuple[str, ...]]]


def load_ahead(pool: EnginePool) -> None:
    """Begins to load what most files need, a thread a worker; what fails is told to whoever asks for it."""
    short: _Calls = [("ahead:load", (task,)) for task in (*OF_TEXTS, *OF_PICTURES)]
    speech: _Calls = [("speech.recognition:load", ())]
    for calls in (short, speech):
        threading.Thread(target=_run, args=(pool, calls), daemon=True, name="loading engines").start()


def load(task: str) -> None:
    """In a worker: lets an engine of the lists do something tiny. Raises what the engine raises."""
    function_named(task)(_picture() if task in OF_PICTURES else _TEXT)


def _run(pool: EnginePool, calls: _Calls) -> None:
    for task, given in calls:
        with contextlib.suppress(EngineError):
            pool.run(task, *given)


def _picture() -> bytes:
    from PIL import Image  # only workers need it

    target = io.BytesIO()
    Image.new("RGB", (_SIDE_PX, _SIDE_PX), "grey").save(target, "JPEG")
    return target.getvalue()

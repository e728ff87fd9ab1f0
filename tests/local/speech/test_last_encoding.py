"""Language and words are found from one encoding of a recording's only window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from local import weights
from local.engines.speech import sound, whisper
from local.engines.speech.spans import with_margins
from local.engines.speech.voice_activity import spoken_spans
from tests.local.needed_weights import needs_weights
from tests.local.spoken import SENTENCES, spoken

pytestmark = needs_weights("whisper-base")


def test_a_short_recording_is_encoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = whisper.load(weights.path("whisper-base", "model.bin").parent)
    samples = sound.decode(spoken(tmp_path, SENTENCES)).samples
    spans = with_margins(spoken_spans(samples), samples)
    encoder, encoded = model._model.encode, []
    encode = encoder._encode

    def counted(features: np.ndarray[Any, Any]) -> Any:
        encoded.append(features.shape)
        return encode(features)

    monkeypatch.setattr(encoder, "_encode", counted)
    monkeypatch.setattr(encoder, "_last", None)
    assert next(iter(model.languages(samples, spans))) == "en"
    first = model.hear(samples, spans, "en")
    assert len(encoded) == 1
    monkeypatch.setattr(encoder, "_last", None)
    assert model.hear(samples, spans, "en") == first, "remembered or not, the words are the same"
    shorter = samples[: len(samples) // 2]
    assert model.hear(shorter, spans[:1], "en")
    assert len(encoded) == 3, "another recording is another encoding"

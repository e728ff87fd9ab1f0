"""Recognises English speech with pocketsphinx and the models of its wheel: the last fall-back.

It gives lower-case words with times and posterior probabilities; it knows no punctuation and one language.
"""

from __future__ import annotations

import importlib
import platform
import re
from functools import cache
from typing import Any

from local.engines.errors import EngineMissingError
from local.engines.findings import SpokenWord
from local.engines.speech import sound
from local.engines.speech.samples import Samples, blocks
from local.engines.speech.spans import Span, in_pieces, with_margins

# Voice activity: so much of a window must be speech (or none) for a change, in the least picky mode.
_WINDOW_SECONDS = 0.3
_WINDOW_RATIO = 0.9
_LOOSE = 0
# The recogniser's memory and time grow with the span; speech without pauses is cut where it is quietest.
_MAX_SPAN_SECONDS = 30.0

# One pass over a lattice instead of two, and a fifth of the default number of active states: half the time of
# the defaults at the same word error rate (0.165 against 0.175 over 15 recordings); narrower beams double it.
_DECODER_OPTIONS = {"maxhmmpf": 6000, "fwdflat": False}

_PRONUNCIATION = re.compile(r"\(\d+\)$")
_FILLERS = ("<", "[", "+")


def hear(samples: Samples) -> list[SpokenWord]:
    """The English words in 16 kHz mono samples, in order; none where nobody speaks.

    Raises ``EngineMissingError``.
    """
    library = _library()
    words: list[SpokenWord] = []
    # What was heard before must not bear on what is heard now: the decoder adapts to channel and noise.
    _decoder().reinit_feat()
    for span in in_pieces(samples, with_margins(_voiced(library, samples), samples), _MAX_SPAN_SECONDS):
        words += _recognise(samples, span)
    return words


def _library() -> Any:
    try:
        return importlib.import_module("pocketsphinx")
    except ImportError as error:
        raise EngineMissingError(
            f"no speech engine: pocketsphinx isn't installed for Python {platform.python_version()}"
            " (it has wheels for 3.11 and 3.13)"
        ) from error


@cache
def _decoder() -> Any:
    return _library().Decoder(samprate=sound.SAMPLE_RATE_HZ, loglevel="FATAL", **_DECODER_OPTIONS)


def _voiced(pocketsphinx: Any, samples: Samples) -> list[Span]:
    endpointer = pocketsphinx.Endpointer(
        window=_WINDOW_SECONDS, ratio=_WINDOW_RATIO, vad_mode=_LOOSE, sample_rate=sound.SAMPLE_RATE_HZ
    )
    step = endpointer.frame_bytes
    spans: list[Span] = []
    start: float | None = None
    for block in blocks(samples, step // 2):
        frame = block.tobytes()
        speech = endpointer.process(frame) if len(frame) == step else endpointer.end_stream(frame)
        if speech is None:
            continue
        if start is None:
            start = endpointer.speech_start
        if not endpointer.in_speech:
            spans.append((start, endpointer.speech_end))
            start = None
    if start is not None:
        spans.append((start, len(samples) / sound.SAMPLE_RATE_HZ))
    return spans


def _recognise(samples: Samples, span: Span) -> list[SpokenWord]:
    decoder = _decoder()
    first, last = (int(moment * sound.SAMPLE_RATE_HZ) for moment in span)
    decoder.start_utt()
    # The whole span at once: loudness and channel are estimated over all of it.
    decoder.process_raw(samples[first:last].tobytes(), full_utt=True)
    decoder.end_utt()
    frames_per_second = decoder.config["frate"]
    words: list[SpokenWord] = []
    for segment in decoder.seg() or ():
        if segment.word.startswith(_FILLERS):
            continue
        words.append(
            SpokenWord(
                _PRONUNCIATION.sub("", segment.word),
                span[0] + segment.start_frame / frames_per_second,
                span[0] + (segment.end_frame + 1) / frames_per_second,
                min(1.0, max(0.0, float(segment.prob))),
            )
        )
    return words

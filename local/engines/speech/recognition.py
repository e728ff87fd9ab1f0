"""Recognises speech with the first engine of Transcribe's chain that can: Whisper, at last pocketsphinx.

The chain is the row of ``operations.toml``; ``engine_in_use`` names its present link without loading it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from local import own_settings, weights
from local.engines.errors import EngineMissingError, OtherLanguageError
from local.engines.findings import Hearing, Speech, SpeechSegment, SpokenWord
from local.engines.operations import Engine, Operation, operations
from local.engines.speech import sound, speakers, voice_activity
from local.engines.speech import sphinx as speech_sphinx
from local.engines.speech import whisper as speech_whisper
from local.engines.speech.sound import Sound
from local.engines.speech.spans import Span, with_margins
from local.engines.speech.voice_activity import spoken_spans
from local.engines.speech.whisper import Whisper

__all__ = ["engine_in_use", "listen", "load", "loaded_engine", "transcribe"]

logger = logging.getLogger("braid.engines")

# A new segment begins after such a pause between words.
_SEGMENT_PAUSE_SECONDS = 0.5
# Another language is spoken where it is likelier than not, and the wanted ones together are no likelier.
_LIKELY_OTHER = 0.5
_UNLIKELY_WANTED = 0.1
# Where the language is to be found out: English gave 0.35 and more in 51 recordings, some drowned in noise;
# what is likeliest below that is mostly another one than the spoken, and its words are made up.
_LEAST_IDENTIFIED = 0.3
# pocketsphinx finds English words in everything. Below this mean posterior they are guesses: English in the
# recordings we measured gave 0.38 to 0.86, English played backwards 0.20 to 0.57.
_LEAST_SPHINX_CONFIDENCE = 0.35
_ENGLISH = "en"


def engine_in_use() -> Engine | None:
    """The engine that should hear the next recording; ``None`` where there is none. Loads nothing."""
    return _transcription().in_use()


def transcribe(
    file: Path,
    *,
    languages: Sequence[str] = (),
    identify: bool = True,
    by_channel: bool = False,
    max_speakers: int = 0,
) -> Hearing:
    """What is said in a media file's first sound track: its channels mixed or, ``by_channel``, each alone.

    It is read while it is decoded: handed over as bytes, it would stay in a worker's memory until the end.
    ``languages`` are the ISO 639 codes that are wanted (none: any); the likeliest of them is heard. Without
    ``identify`` an engine that can't tell languages apart takes English for granted where it is wanted. With
    ``max_speakers`` words have their speaker, unless the engine that tells voices apart isn't here.

    Raises ``UnreadableMediaError``, ``UnsupportedMediaError``, ``EngineMissingError``; ``OtherLanguageError``
    where none of the wanted languages is spoken.
    """
    with file.open("rb") as media:
        channels = sound.decode_channels(media) if by_channel else (sound.decode(media),)
    return listen(channels, languages, identify=identify, max_speakers=max_speakers)


def listen(
    channels: Sequence[Sound], languages: Sequence[str] = (), *, identify: bool = True, max_speakers: int = 0
) -> Hearing:
    """``transcribe`` for what is decoded already."""
    identify = identify and len(languages) != 1  # of one there is nothing to find out
    _, whisper = loaded_engine()
    if whisper is not None and not whisper.knows_languages:
        _require_english(languages)
        if identify:
            # It writes English of its own whatever is spoken: the other engine says whether it is English.
            _heard_by_sphinx(channels, languages, identify=True)
    if whisper is None:
        heard = _heard_by_sphinx(channels, languages, identify=identify)
    else:
        heard = _heard_by_whisper(whisper, channels, languages, identify=identify)
    return _with_speakers(heard, channels, max_speakers) if max_speakers else heard


def _with_speakers(heard: Hearing, channels: Sequence[Sound], most: int) -> Hearing:
    try:
        told_apart = tuple(
            _speech(channel, speakers.tell_apart(channel.samples, speech.words(), most))
            for channel, speech in zip(channels, heard.channels, strict=True)
        )
    except EngineMissingError:
        return heard  # the words are worth having without
    return replace(heard, channels=told_apart)


def load() -> None:
    """Loads what the first recording would wait for. Raises ``EngineMissingError``."""
    loaded_engine()


def loaded_engine() -> tuple[Engine, Whisper | None]:
    """The first engine of the chain that hears, and its model; pocketsphinx, the last one, has none.

    One that can't be loaded leaves the work to the next, and the log says so; not one of the user's own, who
    would wonder at the words. Raises ``EngineMissingError``.
    """
    if fault := _transcription().fault():
        raise EngineMissingError(fault)
    failed: tuple[Engine, Exception] | None = None
    for engine in _transcription().engines:
        if not engine.is_there():
            continue
        try:
            whisper = _model(engine)
        except (EngineMissingError, weights.WeightsMissingError) as error:
            if engine.setting is not None:
                raise
            failed = failed or (engine, error)
            continue
        if failed is not None:
            logger.warning("speech: %s stands in for %s: %s", engine.name, failed[0].name, failed[1])
        return engine, whisper
    why = str(failed[1]) if failed is not None else "no speech engine is installed here; run `make setup`"
    raise EngineMissingError(why)


def _transcription() -> Operation:
    return next(row for row in operations() if row.service == "Transcribe")


def _model(engine: Engine) -> Whisper | None:
    """Raises ``EngineMissingError`` and ``WeightsMissingError``."""
    if engine.setting is not None:
        folder = own_settings.folder(os.environ[engine.setting])
    elif engine.weight_sets:
        (found,) = engine.weight_sets
        checked = [weights.path(found.name, file.name) for file in found.files]
        folder = checked[0].parent
    else:
        return None
    voice_activity.require()
    return speech_whisper.load(folder)


def _heard_by_whisper(
    whisper: Whisper, channels: Sequence[Sound], wanted: Sequence[str], *, identify: bool
) -> Hearing:
    spans = [with_margins(spoken_spans(channel.samples), channel.samples) for channel in channels]
    if not any(spans):
        return Hearing(tuple(_speech(channel, []) for channel in channels))
    fullest = max(range(len(channels)), key=lambda place: _seconds(spans[place]))
    likely = whisper.languages(channels[fullest].samples, spans[fullest])
    language = _chosen(likely, wanted)
    if identify and likely[language] < _LEAST_IDENTIFIED:
        raise OtherLanguageError(
            f"no language is clear in the speech (the likeliest has a probability of {likely[language]:.2f})"
        )
    heard = tuple(
        _speech(channel, whisper.hear(channel.samples, spoken, language))
        for channel, spoken in zip(channels, spans, strict=True)
    )
    if not any(speech.segments for speech in heard):
        return Hearing(heard)
    return Hearing(heard, language, tuple(likely.items()))


def _chosen(likely: Mapping[str, float], wanted: Sequence[str]) -> str:
    """The likeliest of the wanted languages. Raises ``OtherLanguageError``."""
    candidates = {language: share for language, share in likely.items() if not wanted or language in wanted}
    if not candidates:
        raise OtherLanguageError(f"the speech engine in use doesn't know {', '.join(wanted)}")
    heard, share = next(iter(likely.items()))
    if heard not in candidates and share >= _LIKELY_OTHER and sum(candidates.values()) <= _UNLIKELY_WANTED:
        raise OtherLanguageError(f"the speech is {heard} with a probability of {share:.2f}", (heard, share))
    return next(iter(candidates))


def _heard_by_sphinx(channels: Sequence[Sound], wanted: Sequence[str], *, identify: bool) -> Hearing:
    _require_english(wanted)
    heard = tuple(_speech(channel, speech_sphinx.hear(channel.samples)) for channel in channels)
    words = [word for speech in heard for word in speech.words()]
    if not words:
        return Hearing(heard)
    confidence = sum(word.confidence for word in words) / len(words)
    if identify and confidence < _LEAST_SPHINX_CONFIDENCE:
        raise OtherLanguageError(
            "the local engine knows English only, and the speech doesn't sound like it"
            f" (mean confidence {confidence:.2f}, {_LEAST_SPHINX_CONFIDENCE} is needed)"
        )
    return Hearing(heard, _ENGLISH, ((_ENGLISH, confidence),))


def _require_english(wanted: Sequence[str]) -> None:
    if wanted and _ENGLISH not in wanted:
        raise OtherLanguageError(f"the local engine understands English only, not {', '.join(wanted)}")


def _seconds(spans: Sequence[Span]) -> float:
    return sum(end - start for start, end in spans)


def _speech(channel: Sound, words: Sequence[SpokenWord]) -> Speech:
    """The words in segments: a pause or another speaker begins a new one."""
    starts = [0] if words else []
    for position, (before, after) in enumerate(pairwise(words), start=1):
        pause = after.start_seconds - before.end_seconds
        if pause >= _SEGMENT_PAUSE_SECONDS or after.speaker != before.speaker:
            starts.append(position)
    segments = tuple(
        SpeechSegment(tuple(words[start:end]))
        for start, end in zip(starts, [*starts[1:], None], strict=False)
    )
    return Speech(channel.duration_seconds, channel.sample_rate_hz, channel.media_format, segments)

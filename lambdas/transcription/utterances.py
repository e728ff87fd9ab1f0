"""Utterances: consecutive tokens of one speaker in one language, cut where people pause. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from braid.aws.transcribe.output import OPENING_MARKS, HeardItem
from braid.domain.evidence.transcript import TranscriptItem, Utterance

__all__ = ["utterances"]

# A pause this long ends an utterance: shorter ones happen inside sentences.
_PAUSE_MS = 600
# Who goes on without pausing is cut after the first at a sentence's end or a breath, after the second at any
# word's end: an utterance is cited as a whole, so it must stay short enough to be listened to.
_LONG_MS = 10_000
_TOO_LONG_MS = 30_000
_BREATH_MS = 250

_SENTENCE_ENDS = frozenset(".!?…。！？｡।؟")
# Written without blanks between words.
_UNSPACED_LANGUAGES = ("zh", "ja", "th", "km", "lo", "my")


def utterances(
    items: Sequence[HeardItem],
    language_code: str,
    *,
    main_language: str | None = None,
    member: str = "",
    start_ms: int = 0,
    first_number: int = 1,
) -> tuple[Utterance, ...]:
    """The utterances of all speakers of one recording by their start, named ``u0001`` onward.

    Items come in speaking order (of one channel after another). No word is lost: joined, the items of all
    utterances are the words that came in. Punctuation without any word beside it is left out. What isn't in
    ``main_language``, the transcript's (else the recording's own), names its language. The recording begins
    at ``start_ms`` of the asset's clock; ``first_number`` goes on where the one before it ended.
    """
    main_language = main_language or language_code
    groups = sorted(
        (
            group
            for group in _groups([_moved(item, start_ms) for item in items])
            if any(heard.item.kind == "word" for heard in group)
        ),
        key=lambda group: (group[0].item.start_ms, group[-1].item.end_ms),
    )
    return tuple(
        _utterance(f"u{number:04d}", group, language_code, main_language, member)
        for number, group in enumerate(groups, start=first_number)
    )


def _moved(heard: HeardItem, by_ms: int) -> HeardItem:
    """The item on the asset's clock, whose beginning is the earliest time there is."""
    item = heard.item
    start_ms, end_ms = (max(0, at_ms + by_ms) for at_ms in (item.start_ms, item.end_ms))
    return replace(heard, item=replace(item, start_ms=start_ms, end_ms=end_ms))


def _groups(items: Sequence[HeardItem]) -> Iterator[list[HeardItem]]:
    group: list[HeardItem] = []
    for token in _tokens(items):
        if group and _starts_anew(group, token):
            yield group
            group = []
        group += token
    if group:
        yield group


def _tokens(items: Iterable[HeardItem]) -> Iterator[list[HeardItem]]:
    """Words with the punctuation that belongs to them: what must not be torn apart."""
    token: list[HeardItem] = []
    for heard in items:
        is_leading = heard.item.kind == "punctuation" and heard.item.text in OPENING_MARKS
        has_word = any(part.item.kind == "word" for part in token)
        if has_word and (heard.item.kind == "word" or is_leading):
            yield token
            token = []
        token.append(heard)
    if token:
        yield token


def _starts_anew(group: Sequence[HeardItem], token: Sequence[HeardItem]) -> bool:
    last, following = group[-1], token[0]
    pause_ms = following.item.start_ms - last.item.end_ms
    length_ms = last.item.end_ms - group[0].item.start_ms
    return (
        _speaker(token) != _speaker(group)
        or following.language_code != last.language_code
        or pause_ms >= _PAUSE_MS
        or pause_ms < -_PAUSE_MS  # back in time: another channel begins
        or (length_ms >= _LONG_MS and (pause_ms >= _BREATH_MS or last.item.text in _SENTENCE_ENDS))
        or length_ms >= _TOO_LONG_MS
    )


def _speaker(heard: Sequence[HeardItem]) -> str | None:
    """Who says it: whoever says its first word, whatever a mark in front of that is labelled."""
    return next((part for part in heard if part.item.kind == "word"), heard[0]).speaker


def _utterance(
    utterance_id: str, group: Sequence[HeardItem], own_language: str, main_language: str, member: str
) -> Utterance:
    language_code = group[-1].language_code or own_language
    blank = "" if language_code.split("-")[0].lower() in _UNSPACED_LANGUAGES else " "
    confidences = [
        heard.item.confidence
        for heard in group
        if heard.item.kind == "word" and heard.item.confidence is not None
    ]
    return Utterance(
        utterance_id=utterance_id,
        speaker=_speaker(group),
        start_ms=group[0].item.start_ms,
        end_ms=max(heard.item.end_ms for heard in group),
        text=_text([heard.item for heard in group], blank),
        confidence=round(sum(confidences) / len(confidences), 4) if confidences else None,
        items=tuple(heard.item for heard in group),
        language_code=None if language_code == main_language else language_code,
        flagged=tuple(place for place, heard in enumerate(group) if heard.is_flagged),
        member=member,
    )


def _text(items: Sequence[TranscriptItem], blank: str) -> str:
    """Words joined by blanks, punctuation attached to the word that it belongs to."""
    text = ""
    is_glued = True
    for item in items:
        is_mark = item.kind == "punctuation"
        is_leading = is_mark and item.text in OPENING_MARKS
        text += item.text if is_glued or (is_mark and not is_leading) else blank + item.text
        is_glued = is_leading
    return text

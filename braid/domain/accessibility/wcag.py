"""The criteria of WCAG 2.2 for media, each judged by what is known of an asset. Pure; no model judges.

https://www.w3.org/TR/WCAG22/ has the criteria in full, https://www.w3.org/WAI/WCAG22/quickref/ what to do.
"""

from __future__ import annotations

from collections.abc import Callable

from braid.domain.accessibility.accessibility import (
    Accessibility,
    Criterion,
    CriterionStatus,
    Level,
    MediaFacts,
)

__all__ = ["checklist"]

_MET, _NOT_MET = CriterionStatus.MET, CriterionStatus.NOT_MET
_PERSON, _NONE = CriterionStatus.NEEDS_A_PERSON, CriterionStatus.NOT_APPLICABLE
_NOT_CHECKED = CriterionStatus.NOT_CHECKED
# Status, reason, and what is to be done.
_Standing = tuple[CriterionStatus, str, str]

_FILMS = ("video", "silent video")
_TIMED = ("video", "silent video", "audio")
# Further off than this, captions and speech fall apart for whoever reads lips or hears a little.
_CAPTIONS_OFF_MS = 500
# A speech recogniser misses some words of what was said; of another text it hears hardly any.
_MOSTLY_HEARD = 0.6
_RECORDED = "The asset is a recording, nothing live."
_NOT_TIMED = "The asset doesn't play."


def checklist(facts: MediaFacts) -> Accessibility:
    """Every criterion for media with where the asset stands, in order of their numbers."""
    return Accessibility(
        facts.kind,
        tuple(Criterion(number, name, level, *judge(facts)) for number, name, level, judge in _CRITERIA),
    )


def _non_text_content(facts: MediaFacts) -> _Standing:
    if facts.kind in _TIMED:
        if facts.has_summary:
            return _by_person(facts, "The summary says what the recording is.", "Put it beside the player.")
        return _NOT_MET, "Nothing says in words what the recording is.", "Write what it is beside the player."
    if not facts.pictures:
        return _NONE, "It has no pictures.", ""
    if facts.described < facts.pictures:
        lacking = facts.pictures - facts.described
        return (
            _NOT_MET,
            f"{lacking} of {facts.pictures} pictures have no text.",
            "Write one for each, or mark what only decorates.",
        )
    return _by_person(
        facts,
        f"Each of {facts.pictures} pictures has a text.",
        "Read the texts beside the pictures, then use them as alt texts.",
    )


def _audio_or_video_only(facts: MediaFacts) -> _Standing:
    if facts.kind == "audio":
        return _transcript(facts)
    if facts.kind == "silent video":
        if facts.filled_gaps or facts.described:
            return _by_person(
                facts, "The film without sound is described in words.", "Read the description over."
            )
        return _NOT_MET, "Nothing says in words what the film shows.", "Write a text that says what happens."
    return _NONE, "It is neither sound alone nor a film without sound.", ""


def _transcript(facts: MediaFacts) -> _Standing:
    if (share := facts.given_transcript_share) is not None:
        if share >= _MOSTLY_HEARD:
            return _MET, f"A transcript came with it; {share:.0%} of it and of the speech agree.", ""
        told = f"A transcript came with it; {share:.0%} of it and of the speech agree."
        return _PERSON, told, "Check that it belongs to this recording and covers all of it."
    if facts.utterances:
        sure = "" if facts.word_confidence is None else f", its words {facts.word_confidence:.0%} sure"
        return (
            _PERSON,
            f"transcript.txt was made by a machine{sure}.",
            "Read it against the sound, and add sounds that matter.",
        )
    return _nothing_heard(facts, "a transcript")


def _nothing_heard(facts: MediaFacts, what: str) -> _Standing:
    if facts.speech_missing:
        return _NOT_MET, f"There is no transcript: {facts.speech_missing}", f"Write {what}."
    return _PERSON, "Nobody was heard speaking.", "Say in words which sounds matter, such as music or alarms."


def _captions(facts: MediaFacts) -> _Standing:
    if facts.kind != "video":
        return _NONE, "It isn't a film with sound.", ""
    if facts.given_captions:
        off_ms = facts.captions_off_ms
        if off_ms is not None and abs(off_ms) > _CAPTIONS_OFF_MS:
            told = f"The captions that came with it are {abs(off_ms) / 1000:.1f} seconds off the speech."
            return _NOT_MET, told, "Shift them; timeline.json says by how much."
        if off_ms is None:
            told = (
                f"{facts.given_captions} captions came with it, which couldn't be compared with the speech."
            )
            return _PERSON, told, "Check that they belong to this recording and cover all of it."
        return _MET, f"{facts.given_captions} captions came with it, in step with the speech.", ""
    if not facts.cues:
        return _nothing_heard(facts, "captions")
    limits = " ".join(warning.removeprefix("captions: ") + "." for warning in facts.caption_warnings)
    told = f"captions.vtt has {facts.cues} captions made by a machine. {limits}".strip()
    return _PERSON, told, "Read them against the sound: words, who speaks, sounds that matter."


def _description_or_alternative(facts: MediaFacts) -> _Standing:
    if facts.kind == "video" and not facts.filled_gaps and not facts.gaps:
        return (
            _PERSON,
            "The speech leaves no gap to describe what is seen.",
            "If the pictures show what isn't said, write a text that covers both.",
        )
    return _audio_description(facts)


def _audio_description(facts: MediaFacts) -> _Standing:
    if facts.kind != "video":
        return _NONE, "It isn't a film with sound.", ""
    if facts.filled_gaps:
        return (
            _PERSON,
            f"A script describes what is seen in {facts.filled_gaps} of {facts.gaps} gaps of the speech.",
            "Hear descriptions.mp3 beside the film, then have it mixed in."
            if facts.is_description_spoken
            else "Read it beside the film, then have it spoken and mixed in.",
        )
    if not facts.gaps:
        return (
            _PERSON,
            "The speech leaves no gap for a description.",
            "If pictures tell what isn't said, describe them in a version that pauses.",
        )
    return (
        _NOT_MET,
        f"Nothing describes what is seen, and the speech leaves {facts.gaps} gaps.",
        "Write a description, unless all that matters is said.",
    )


def _live(facts: MediaFacts) -> _Standing:
    return _NONE, _RECORDED if facts.kind in _TIMED else _NOT_TIMED, ""


def _sign_language(facts: MediaFacts) -> _Standing:
    if facts.kind != "video":
        return _NONE, "It isn't a film with sound.", ""
    return (
        _NOT_CHECKED,
        "Whether somebody signs what is said isn't looked for.",
        "Add an interpretation into sign language unless it has one.",
    )


def _extended_description(facts: MediaFacts) -> _Standing:
    if facts.kind != "video":
        return _NONE, "It isn't a film with sound.", ""
    return (
        _PERSON,
        "Whether the gaps in the speech hold all that has to be described isn't known.",
        "Where they don't, describe the rest in a version that pauses.",
    )


def _media_alternative(facts: MediaFacts) -> _Standing:
    if facts.kind not in _FILMS:
        return _NONE, "It isn't a film.", ""
    has_words = facts.utterances or facts.kind == "silent video"
    if has_words and facts.filled_gaps:
        return (
            _PERSON,
            "Transcript and description are there, apart from each other.",
            "Combine them into one text that covers everything said and shown.",
        )
    return _NOT_MET, "No text covers everything said and shown.", "Write one from transcript and keyframes."


def _contrast(facts: MediaFacts) -> _Standing:
    if not facts.worded:
        return _no_words_seen(facts)
    return (
        _PERSON,
        f"Text was read in {_pictures(facts.worded)}; its contrast isn't measured.",
        "Check that it stands out 4.5 to 1 (large text 3 to 1); logos are exempt.",
    )


def _images_of_text(facts: MediaFacts) -> _Standing:
    if facts.kind in _FILMS:
        return _NONE, "Text in a film is part of its picture.", ""
    if facts.scanned_pages:
        pages = (
            "1 page is a picture" if facts.scanned_pages == 1 else f"{facts.scanned_pages} pages are pictures"
        )
        return _NOT_MET, f"{pages} of text.", "Publish the text itself; passages.json has what was read."
    if not facts.worded:
        return _no_words_seen(facts)
    return (
        _PERSON,
        f"Text was read in {_pictures(facts.worded)}.",
        "Write it as text beside the picture, unless it is a logo or its look matters.",
    )


def _no_words_seen(facts: MediaFacts) -> _Standing:
    if facts.kind in ("audio", "text"):
        return _NONE, "It shows no pictures.", ""
    if facts.worded is None:
        return _NOT_CHECKED, "Its pictures weren't searched for text.", "Look whether they show any."
    return _NONE, "No text was found in its pictures.", ""


def _flashes(facts: MediaFacts) -> _Standing:
    if facts.kind not in _FILMS:
        return _NONE, "Nothing in it moves.", ""
    return (
        _NOT_CHECKED,
        "Flashes aren't measured: keyframes are too far apart.",
        "Have it checked by a tool for flashes (such as PEAT) if anything in it flickers.",
    )


def _language(facts: MediaFacts) -> _Standing:
    if not facts.languages:
        return _PERSON, "Its language isn't known.", "Name it where the asset and its texts are published."
    named = ", ".join(facts.languages)
    return (
        _PERSON,
        f"Its language is known: {named}. Whether its page says so isn't.",
        f'Say so on the page, such as lang="{facts.languages[0]}".',
    )


def _reading_level(facts: MediaFacts) -> _Standing:
    if not facts.has_summary:
        return _NOT_MET, "There is no plain summary.", "Write one that nine years of school are enough for."
    if facts.summary_grade is None:
        return (
            _NOT_CHECKED,
            "The summary's reading level is measured in English alone.",
            "Judge it by reading.",
        )
    told = f"The summary takes {facts.summary_grade:g} years of school to read (Flesch-Kincaid)"
    if facts.summary_grade <= facts.max_grade:
        return _MET, f"{told}, at most {facts.max_grade:g}.", ""
    return (
        _NOT_MET,
        f"{told}, more than {facts.max_grade:g}.",
        "Shorten its sentences, and use plainer words.",
    )


def _by_person(facts: MediaFacts, reason: str, todo: str) -> _Standing:
    """What a machine wrote is for a person to read over; what one has read over stands."""
    if facts.is_reviewed:
        return _MET, f"{reason} A person has reviewed it.", ""
    return _PERSON, f"{reason} A machine wrote it.", todo


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


_CRITERIA: tuple[tuple[str, str, Level, Callable[[MediaFacts], _Standing]], ...] = (
    ("1.1.1", "Non-text Content", "A", _non_text_content),
    ("1.2.1", "Audio-only and Video-only (Prerecorded)", "A", _audio_or_video_only),
    ("1.2.2", "Captions (Prerecorded)", "A", _captions),
    ("1.2.3", "Audio Description or Media Alternative (Prerecorded)", "A", _description_or_alternative),
    ("1.2.4", "Captions (Live)", "AA", _live),
    ("1.2.5", "Audio Description (Prerecorded)", "AA", _audio_description),
    ("1.2.6", "Sign Language (Prerecorded)", "AAA", _sign_language),
    ("1.2.7", "Extended Audio Description (Prerecorded)", "AAA", _extended_description),
    ("1.2.8", "Media Alternative (Prerecorded)", "AAA", _media_alternative),
    ("1.2.9", "Audio-only (Live)", "AAA", _live),
    ("1.4.3", "Contrast (Minimum)", "AA", _contrast),
    ("1.4.5", "Images of Text", "AA", _images_of_text),
    ("2.3.1", "Three Flashes or Below Threshold", "A", _flashes),
    ("3.1.1", "Language of Page", "A", _language),
    ("3.1.5", "Reading Level", "AAA", _reading_level),
)

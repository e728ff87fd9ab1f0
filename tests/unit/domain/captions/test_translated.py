"""Translated captions: the same cues at the same times, every translated word, lines as that language has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.captions.captions import (
    CaptionCue,
    VoicedLine,
    read_vtt,
    voiced_lines,
    write_srt,
    write_vtt,
)
from braid.domain.captions.languages import (
    TRANSLATED_LANGUAGES,
    is_right_to_left,
    is_unspaced,
    translation_language,
)
from braid.domain.captions.layout import lay_out
from braid.domain.captions.line_breaks import shared_out, wrapped
from braid.domain.captions.timing import width
from braid.domain.captions.translated import sentences_of, translated_cues, translated_transcript
from braid.domain.evidence.transcript_text import transcript_text
from braid.domain.profile.sections.captions import CaptionPlan
from tests.unit.domain.captions.test_layout import transcripts

PLAN = CaptionPlan()
texts = st.one_of(
    st.lists(st.text("abcdefghijklmnopé,.", min_size=1, max_size=12), min_size=1, max_size=30).map(" ".join),
    st.text("日本語の字幕、。ーっ", min_size=1, max_size=80),
)


def english(_at_ms: int) -> str:
    return "en-US"


def cue(start_ms: int, end_ms: int, *lines: str, voice: str = "") -> CaptionCue:
    return CaptionCue.of_lines(start_ms, end_ms, [VoicedLine(voice, line) for line in lines])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "Speaker 1", "Anna & <Bo>"]), st.text("ab <&>'é", min_size=1).map(str.strip)
        ).filter(lambda line: bool(line[1])),
        min_size=1,
        max_size=4,
    )
)
def test_a_cues_voices_are_read_back(lines: list[tuple[str, str]]) -> None:
    given_lines = tuple(VoicedLine(*line) for line in lines)
    assert voiced_lines(CaptionCue.of_lines(0, 1000, given_lines)) == given_lines


@given(texts, st.lists(st.floats(0.1, 50), min_size=1, max_size=6), st.sampled_from(["de", "ja", "th"]))
def test_shares_lose_nothing(text: str, shares: list[float], language: str) -> None:
    parts = shared_out(text, shares, language)
    assert len(parts) == len(shares)
    assert "".join("".join(parts).split()) == "".join(text.split())
    filled = [bool(part) for part in parts]
    assert filled == sorted(filled, reverse=True), "only the last may be empty"


def test_shares_follow_the_widths() -> None:
    assert shared_out("eins zwei drei vier fünf sechs", [10, 10, 10], "de") == (
        "eins zwei",
        "drei vier",
        "fünf sechs",
    )
    assert shared_out("ja", [10, 10], "de") == ("ja", "")


@given(texts, st.integers(20, 42), st.sampled_from(["de", "ja"]))
def test_lines_keep_the_width_and_every_word(text: str, columns: int, language: str) -> None:
    lines = wrapped(text, columns, language)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(lines)
    if language == "de":  # a word that is wider than a line has one of its own
        assert all(width(line) <= columns or " " not in line for line in lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Die Nachbarn bringen mir jedes Jahr ihre Samen",
            ("Die Nachbarn bringen mir", "jedes Jahr ihre Samen"),
        ),
        ("Kurz", ("Kurz",)),
    ],
)
def test_lines_are_even(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 42, "de") == lines


def test_no_line_of_japanese_begins_with_a_full_stop_or_a_small_letter() -> None:
    text = "毎年三月に種をまきます。" * 3 + "ちょっと待って、ラジオをつけて。"
    for columns in range(8, 43):
        for line in wrapped(text, columns, "ja"):
            assert line[0] not in "、。っょー"


def test_words_of_other_scripts_stay_whole_among_characters_without_blanks() -> None:
    assert all("HTTP2" in line or "H" not in line for line in wrapped("これはHTTP2の設定です", 12, "ja"))


def test_a_sentence_runs_over_its_cues() -> None:
    cues = [
        cue(0, 2000, "Every spring my neighbours", "bring their seeds"),
        cue(2100, 4000, "to the old greenhouse."),
        cue(4100, 6000, "It stands by the river."),
        cue(11_000, 11_900, "And then"),
    ]
    sentences = sentences_of(cues, english)
    assert [(item.text, item.start_ms, item.end_ms) for item in sentences] == [
        ("Every spring my neighbours bring their seeds to the old greenhouse.", 0, 4000),
        ("It stands by the river.", 4100, 6000),
        ("And then", 11_000, 11_900),
    ]
    translations = [
        "Jedes Frühjahr bringen meine Nachbarn ihre Samen in das alte Gewächshaus.",
        "Es steht am Fluss.",
        "Und dann",
    ]
    found = translated_cues(cues, sentences, translations, language="de", plan=PLAN)
    assert [(item.start_ms, item.end_ms, item.text) for item in found] == [
        (0, 2000, "Jedes Frühjahr bringen\nmeine Nachbarn ihre Samen"),
        (2100, 4000, "in das alte Gewächshaus."),
        (4100, 6000, "Es steht am Fluss."),
        (11_000, 11_900, "Und dann"),
    ]
    told = transcript_text(translated_transcript(sentences, translations, "de"))
    assert told.startswith("[0:00.0] Jedes Frühjahr")
    assert "\n\n[0:11.0] Und dann\n" in told


def test_voices_and_turns_stay_marked() -> None:
    cues = [
        CaptionCue.of_lines(0, 1000, [VoicedLine("Speaker 1", "- Yes."), VoicedLine("Speaker 2", "- No.")]),
        CaptionCue.of_lines(1100, 2000, [VoicedLine("Speaker 2", "Never.")]),
    ]
    sentences = sentences_of(cues, english)
    assert [(item.voice, item.text) for item in sentences] == [
        ("Speaker 1", "Yes."),
        ("Speaker 2", "No."),
        ("Speaker 2", "Never."),
    ]
    found = translated_cues(cues, sentences, ["Ja.", "Nein.", "Nie."], language="de", plan=PLAN)
    assert [item.markup for item in found] == [
        "<v Speaker 1>- Ja.</v>\n<v Speaker 2>- Nein.</v>",
        "<v Speaker 2>Nie.</v>",
    ]
    assert "[0:00.0] Speaker 1: Ja." in transcript_text(
        translated_transcript(sentences, ["Ja.", "Nein.", "Nie."], "de")
    )


def test_lines_that_run_from_right_to_left_say_so() -> None:
    cues = [cue(0, 2000, "The HTTP server.")]
    (found,) = translated_cues(cues, sentences_of(cues, english), ["خادم HTTP."], language="ar", plan=PLAN)
    assert found.text == "\u200fخادم HTTP.\u200f"
    assert width(found.text) == width("خادم HTTP.")


def test_another_language_begins_another_sentence() -> None:
    cues = [cue(0, 1000, "One of them said"), cue(1100, 2000, "guten Tag")]
    found = sentences_of(cues, lambda at_ms: "en-US" if at_ms < 1000 else "de-DE")
    assert [(item.text, item.language) for item in found] == [
        ("One of them said", "en-US"),
        ("guten Tag", "de-DE"),
    ]


def test_a_cue_without_a_word_left_is_left_out() -> None:
    cues = [cue(0, 1000, "To be"), cue(1100, 2000, "honest.")]
    found = translated_cues(cues, sentences_of(cues, english), ["Ehrlich."], language="de", plan=PLAN)
    assert [(item.start_ms, item.text) for item in found] == [(0, "Ehrlich.")]


@given(transcripts(), st.sampled_from(["de", "ja", "ar"]))
def test_any_captions_keep_their_times_and_stay_readable_files(transcript: object, language: str) -> None:
    cues = lay_out(transcript).cues  # type: ignore[arg-type]  # what the strategy makes
    sentences = sentences_of(cues, english)
    assert "".join(item.text.replace(" ", "") for item in sentences) == "".join(
        line.text.removeprefix("- ").replace(" ", "") for each in cues for line in voiced_lines(each)
    )
    found = translated_cues(cues, sentences, [item.text for item in sentences], language=language, plan=PLAN)
    times = [(item.start_ms, item.end_ms) for item in cues]
    assert [(item.start_ms, item.end_ms) for item in found] == [
        time for time in times if time in {(item.start_ms, item.end_ms) for item in found}
    ]
    assert read_vtt(write_vtt(found)).problems == ()
    assert write_srt(found).count("-->") == len(found)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-US", "en"),
        ("zh-CN", "zh"),
        ("zh-TW", "zh-TW"),
        ("pt-BR", "pt"),
        ("pt-PT", "pt-PT"),
        ("fr-CA", "fr-CA"),
        ("nb-NO", "no"),
        ("he", "he"),
        ("tlh", None),
        ("", None),
    ],
)
def test_language_tags_become_translates_codes(tag: str, code: str | None) -> None:
    assert translation_language(tag) == code


def test_every_code_stands_for_itself() -> None:
    assert [translation_language(code) for code in TRANSLATED_LANGUAGES] == list(TRANSLATED_LANGUAGES)
    assert [code for code in TRANSLATED_LANGUAGES if is_right_to_left(code)] == [
        "ar",
        "fa",
        "fa-AF",
        "he",
        "ps",
        "ur",
    ]
    assert [code for code in TRANSLATED_LANGUAGES if is_unspaced(code)] == ["ja", "th", "zh", "zh-TW"]

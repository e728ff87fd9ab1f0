"""The transcript for people: nothing lost, paragraphs by speaker and time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.evidence.transcript import Transcript, Utterance, speaker_name
from braid.domain.evidence.transcript_text import transcript_text


def _said(text: str, start_ms: int, speaker: str | None = None, member: str = "") -> Utterance:
    return Utterance(f"u{start_ms}", speaker, start_ms, start_ms + 1000, text, 0.9, (), member=member)


def test_speakers_take_turns() -> None:
    transcript = Transcript(
        "en",
        (
            _said("Shall we start?", 400, "spk_0"),
            _said("The coffee is hot.", 2000, "spk_0"),
            _said("Yes.", 3500, "spk_1"),
        ),
    )
    assert transcript_text(transcript) == (
        "[0:00.4] Speaker 1: Shall we start? The coffee is hot.\n\n[0:03.5] Speaker 2: Yes.\n"
    )


def test_one_speaker_needs_no_name_and_a_pause_begins_a_paragraph() -> None:
    transcript = Transcript("en", (_said("One.", 0, "spk_0"), _said("Two.", 5000, "spk_0")))
    assert transcript_text(transcript) == "[0:00.0] One.\n\n[0:05.0] Two.\n"


def test_recordings_of_a_bundle_are_apart() -> None:
    transcript = Transcript("en", (_said("One.", 0, member="a.wav"), _said("Two.", 0, member="b.wav")))
    assert transcript_text(transcript) == "## a.wav\n\n[0:00.0] One.\n\n## b.wav\n\n[0:00.0] Two.\n"


def test_nobody_spoke() -> None:
    assert transcript_text(Transcript("en", ())) == ""


@given(st.lists(st.text("ab \n\r\u2028", min_size=1), max_size=6))
def test_no_word_is_lost_and_no_paragraph_is_broken(texts: list[str]) -> None:
    text = transcript_text(Transcript("en", tuple(_said(words, at * 9000) for at, words in enumerate(texts))))
    blocks = text.removesuffix("\n").split("\n\n") if texts else []
    assert [block.split("] ", 1)[-1].split() for block in blocks] == [words.split() for words in texts]


def test_labels_of_the_service_become_names() -> None:
    assert [speaker_name(label) for label in ("spk_0", "ch_1", "Ann", "spk_x")] == [
        "Speaker 1",
        "Channel 2",
        "Ann",
        "spk_x",
    ]

"""A given transcript lands on the clock of the speech, and what differs in it is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import Modality
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.evidence.transcript import Utterance
from braid.domain.profile.sections.fusion import Thresholds
from evaluation.fusion_truth.materials import admission, member, passage, passages, transcript, utterance
from lambdas.fusion.alignment.given_differences import GivenTranscript
from lambdas.fusion.alignment.given_transcript import time_given_transcripts
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.fusion.observe.observations import Observed, observe

_SAID = (
    "welcome to the harbour tour of the old town",
    "the lighthouse was built in eighteen forty two by local fishermen",
    "fifteen boats leave for the islands every morning",
    "our captain today is martin and he knows all",
    "please keep your tickets until we return to the quay",
)


def _utterances(said: tuple[str, ...] = _SAID, *, member_name: str = "") -> list[Utterance]:
    return [
        replace(utterance(number, text, number * 5000, number * 5000 + 4000), member=member_name)
        for number, text in enumerate(said)
    ]


def _bundle(*audio: str) -> Admission:
    recordings = [member(name, "audio", Modality.SPEECH, media_type="audio/flac") for name in audio]
    script = member("script.txt", "transcript", Modality.TEXT, media_type="text/plain")
    return admission(
        *(recordings or [member("tour.flac", "audio", Modality.SPEECH)]), script, duration_ms=25_000
    )


def _observed(*texts: str, said: list[Utterance] | None = None) -> list[Observed]:
    written = passages(*(passage(number, text, member="script.txt") for number, text in enumerate(texts, 1)))
    found, _ = observe(
        transcript=transcript(*(said if said is not None else _utterances())),
        vision=None,
        passages=written,
        speech_member="tour.flac",
        is_bundle=True,
    )
    return found


def _timed(*texts: str, said: list[Utterance] | None = None) -> tuple[list[Observed], GivenTranscript]:
    observed, (compared,) = time_given_transcripts(_observed(*texts, said=said), _bundle())
    return [item for item in observed if item.observation.kind == "passage"], compared


_SCRIPT = (
    "Welcome to the harbour tour of the old town. The lighthouse was built in 1842 by local fishermen.\n\n",
    "Fifteen boats leave for the islands every morning. Our captain today is Martin and he knows all.",
    "Please keep your tickets until we return to the quay.",
)


def test_each_sentence_gets_the_time_at_which_it_is_said() -> None:
    sentences, compared = _timed(*_SCRIPT)
    assert [(item.observation.observation_id, item.observation.span.start_ms) for item in sentences] == [
        ("p0001", 0),
        ("p0001-2", 5000),
        ("p0002", 10_000),
        ("p0002-2", 15_000),
        ("p0003", 20_000),
    ]
    assert [item.observation.span.end_ms for item in sentences] == [4000, 9000, 14_000, 19_000, 24_000]
    assert " ".join(item.observation.text for item in sentences) == " ".join(
        "".join(_SCRIPT).split()
    ).replace("all.Please", "all. Please")
    assert (compared.heard_share, compared.word_error_rate, compared.differences) == (1.0, 0.0, ())
    assert list(compared.warnings()) == []


def test_words_between_two_heard_ones_share_their_time() -> None:
    (sentence,), _ = _timed("Welcome to this very pretty tour of the old town.", said=_utterances(_SAID[:1]))
    assert [piece for piece, *_ in sentence.pieces] == sentence.observation.text.split()
    # Nine words were heard in four seconds: "to" is the second of them, "tour" the fifth.
    times = [at_ms for _, at_ms, _ in sentence.pieces]
    assert times == [0, 444, 778, 1111, 1444, 1778, 2222, 2667, 3111, 3556]


def test_a_text_without_full_stops_is_cut_into_pieces_to_listen_to() -> None:
    said = tuple(f"word{chr(97 + number)} follows another one now" for number in range(20))
    sentences, compared = _timed(" ".join(said), said=_utterances(said))
    assert [len(item.observation.text.split()) for item in sentences] == [40, 40, 20]
    assert [item.observation.span.start_ms for item in sentences] == [0, 40_000, 80_000]
    assert compared.word_error_rate == 0


def test_speakers_stage_directions_and_times_are_not_expected_to_be_heard() -> None:
    sentences, compared = _timed(
        "GUIDE: Welcome to the harbour tour of the old town.\n[00:05] ANNA BELL: The lighthouse was built in"
        " eighteen forty-two (applause) by local fishermen."
    )
    assert compared.word_error_rate == 0.0
    assert [item.observation.span.start_ms for item in sentences] == [0, 5000]
    assert sentences[1].observation.text.startswith("[00:05] ANNA BELL: The lighthouse")


def test_differing_numbers_and_names_are_listed_and_warned_of() -> None:
    script = " ".join(_SCRIPT).replace("Fifteen boats", "Fifty boats").replace("is Martin", "is Marlene")
    _, compared = _timed(script)
    assert [(one.kind, one.given, one.heard) for one in compared.differences] == [
        ("number", "Fifty", "15"),
        ("name", "Marlene", "martin"),
    ]
    assert [one.at_ms for one in compared.differences] == [10_000, pytest.approx(16_778, abs=10)]
    (warning,) = compared.warnings()
    assert warning == (
        "given transcript script.txt differs from what was heard in 4% of its words, such as at 00:00:10.000:"
        " 'Fifty' given, '15' heard"
    )


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        (
            "Wir haben die Maschine aus dem Regal genommen und danach in der Halle geprüft.",
            "wir haben maschine aus dem regal genommen danach in der halle geprüft",
        ),
        (
            "Hemos puesto la máquina en marcha y los técnicos la vigilan, porque el motor es muy nuevo.",
            "hemos puesto máquina en marcha los técnicos la vigilan porque el motor es muy nuevo",
        ),
    ],
)
def test_fillers_of_any_language_are_no_difference(given: str, heard: str) -> None:
    _, compared = _timed(given, said=_utterances((heard,)))

    assert compared.heard_share > 0.8
    assert compared.differences == ()


@pytest.mark.parametrize(("written", "spoken"), [("twelve percent", "12%"), ("12%", "twelve percent")])
def test_a_percent_sign_is_the_word(written: str, spoken: str) -> None:
    said = _utterances((f"Sales rose by {spoken} in all of Europe last year.",))

    _, same = _timed(f"Sales rose by {written} in all of Europe last year.", said=said)
    _, other = _timed("Sales rose by eleven percent in all of Europe last year.", said=said)

    assert same.differences == ()
    assert [(one.given, one.heard) for one in other.differences] == [("eleven", "12")]


def test_a_sentence_that_nobody_says_stays_off_the_clock() -> None:
    sentences, compared = _timed(
        *_SCRIPT, "Tips are appreciated and may be left at the counter near the exit."
    )
    assert not sentences[-1].observation.span.is_timed
    assert compared.is_timed
    assert compared.word_error_rate == pytest.approx(12 / 55, abs=0.03)


def test_a_text_about_something_else_is_left_as_it_is() -> None:
    text = "Quarterly revenue rose sharply because subscriptions in Asia doubled over the last two years."
    before = _observed(text)
    observed, (compared,) = time_given_transcripts(before, _bundle())
    assert observed == before
    assert not compared.is_timed
    assert "seems to belong to another recording" in next(iter(compared.warnings()))


def test_of_several_recordings_the_text_belongs_to_the_one_that_says_it() -> None:
    said = [
        *_utterances(("nothing of the kind is said in here", "only other words"), member_name="aside.flac"),
        *(
            replace(
                utterance(20 + number, text, 60_000 + number * 5000, 64_000 + number * 5000),
                member="tour.flac",
            )
            for number, text in enumerate(_SAID)
        ),
    ]
    found = _observed(*_SCRIPT, said=said)
    observed, (compared,) = time_given_transcripts(found, _bundle("aside.flac", "tour.flac"))
    assert compared.heard_share == 1.0
    begins = [item.observation.span.start_ms or 0 for item in observed if item.observation.kind == "passage"]
    assert min(begins) >= 60_000


def test_without_speech_or_without_a_given_transcript_nothing_changes() -> None:
    silent = _observed(*_SCRIPT, said=[])
    assert time_given_transcripts(silent, _bundle()) == (silent, [])
    found = _observed(*_SCRIPT)
    text = member("script.txt", "text", Modality.TEXT)
    assert time_given_transcripts(found, admission(member("tour.flac", "audio", Modality.SPEECH), text)) == (
        found,
        [],
    )


def _fused(*texts: str) -> Timeline:
    written = passages(*(passage(number, text, member="script.txt") for number, text in enumerate(texts, 1)))
    said = transcript(*_utterances())
    return fuse(FusionInput(_bundle(), transcript=said, passages=written), Thresholds(), 8000)


def test_what_a_given_transcript_says_is_compared_where_it_is_said() -> None:
    agreed = [found for segment in _fused(*_SCRIPT).segments for found in segment.agreements]
    assert {found.kind for found in agreed} == {AgreementKind.REDUNDANT}
    timeline = _fused(*(text.replace("Fifteen", "Eleven") for text in _SCRIPT))
    (point,) = (
        found
        for segment in timeline.segments
        for found in segment.agreements
        if found.kind is AgreementKind.CONTRADICTORY
    )
    assert set(point.observation_ids) == {"p0002", "u0002"}
    (summary,) = timeline.quality["given_transcripts"]
    assert summary["differences"] == [{"at_ms": 10_000, "kind": "number", "given": "Eleven", "heard": "15"}]
    assert [warning for warning in timeline.warnings if "'Eleven' given, '15' heard" in warning]


_WORDS = "the boat 15 fifty Anna, [sic] left: ok. 港を出た。 ! ( ) 1:30"
_WORD = st.sampled_from(_WORDS.split())


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(_WORD, max_size=12).map(" ".join), max_size=4), st.lists(_WORD, max_size=30))
def test_any_text_keeps_its_words_and_gets_rising_times(texts: list[str], said: list[str]) -> None:
    spoken = [utterance(1, " ".join(said), 0, 9000)] if said else []
    before = _observed(*texts, said=spoken)
    observed, compared = time_given_transcripts(before, _bundle())
    written = [item for item in observed if item.observation.kind == "passage"]
    assert "".join("".join(item.observation.text.split()) for item in written) == "".join(
        "".join(text.split()) for text in texts
    )
    names = [item.observation.observation_id for item in observed]
    assert len(set(names)) == len(names)
    for item in written:
        times = [at_ms for _, at_ms, _ in item.pieces if at_ms is not None]
        assert all(one <= other for one, other in pairwise(times))
    for one in compared:
        assert 0 <= one.heard_share <= 1
        assert one.word_error_rate >= 0
        assert one.summary()["differences_count"] == len(one.differences)

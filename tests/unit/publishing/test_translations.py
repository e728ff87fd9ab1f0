"""Captions in other languages: what Translate is asked, what a retry asks again, what fails alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from braid.aws.translate import MAX_TEXT_BYTES
from braid.domain.captions.captions import read_vtt
from braid.domain.captions.layout import lay_out
from braid.domain.captions.subrip import read_srt
from braid.domain.errors import ThrottledError
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.profile.sections.captions import CaptionPlan
from braid.runtime.retries import Retries
from braid.store.documents import DocumentStore
from lambdas.publishing.addition import Addition
from lambdas.publishing.translations import translate_captions
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY, LAST_TRY

PLAN = CaptionPlan()


def said(*sentences: str, language_code: str | None = None, start_ms: int = 0) -> tuple[Utterance, ...]:
    """An utterance for each sentence, half a second for each word, a second between."""
    found = []
    clock = start_ms
    for number, sentence in enumerate(sentences, start=1):
        items = []
        for word in sentence.split():
            items.append(TranscriptItem(word, clock, clock + 450, 0.9, "word"))
            clock += 500
        found.append(
            Utterance(
                f"u{start_ms}-{number}",
                None,
                items[0].start_ms,
                clock,
                sentence,
                0.9,
                tuple(items),
                language_code=language_code,
            )
        )
        clock += 1000
    return tuple(found)


TALK = Transcript("en-US", said("Plant the seeds in March.", "Water them <daily>.", "Wait."))


class Translator:
    """Puts each line into capitals behind the target's code; ``spoils`` changes what it answers."""

    def __init__(self, spoils: Callable[[str, str], str] | None = None) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self._spoils = spoils or (lambda _source, text: text)

    def __call__(self, members: dict[str, Any]) -> dict[str, Any]:
        text, source, target = (
            members[name] for name in ("Text", "SourceLanguageCode", "TargetLanguageCode")
        )
        assert len(text.encode()) <= MAX_TEXT_BYTES
        assert set(members) == {"Text", "SourceLanguageCode", "TargetLanguageCode"}, "nothing else is set"
        self.asked.append((source, target, text))
        lines = "\n".join(f"{target} {line.upper()}" for line in text.split("\n"))
        return {
            "TranslatedText": self._spoils(text, lines),
            "SourceLanguageCode": source,
            "TargetLanguageCode": target,
        }


@pytest.fixture
def store() -> DocumentStore:
    return DocumentStore("results", "talk-1", 1, s3=MemoryS3())


def translated(
    store: DocumentStore,
    translator: Callable[[dict[str, Any]], dict[str, Any]],
    *languages: str,
    transcript: Transcript = TALK,
    retries: Retries = FIRST_TRY,
    deadline_passed: Callable[[], bool] = lambda: False,
) -> Addition:
    return translate_captions(
        lay_out(transcript, PLAN),
        transcript,
        languages,
        plan=PLAN,
        store=store,
        retries=retries,
        deadline_passed=deadline_passed,
        translate=answered_by("translate", {"TranslateText": translator}),
    )


def file(store: DocumentStore, name: str) -> str:
    return store.get_bytes(store.result_key(name)).decode()


def test_each_language_gets_captions_and_a_transcript_at_the_same_times(store: DocumentStore) -> None:
    translator = Translator()
    added = translated(store, translator, "de", "fr")

    assert sorted(added.results) == [
        *("captions_de_srt", "captions_de_vtt", "captions_fr_srt", "captions_fr_vtt"),
        *("transcript_de_text", "transcript_fr_text"),
    ]
    times = [(cue.start_ms, cue.end_ms) for cue in lay_out(TALK, PLAN).cues]
    for language in ("de", "fr"):
        vtt = read_vtt(file(store, f"captions.{language}.vtt"))
        assert vtt.problems == ()
        assert [(cue.start_ms, cue.end_ms) for cue in vtt.cues] == times
        assert vtt.cues == tuple(read_vtt(file(store, f"captions.{language}.vtt")).cues)
        assert [cue.text for cue in read_srt(file(store, f"captions.{language}.srt")).cues] == [
            cue.text for cue in vtt.cues
        ]
        assert " ".join(" ".join(cue.text.split()) for cue in vtt.cues) == (
            f"{language} PLANT THE SEEDS IN MARCH. {language} WATER THEM <DAILY>. {language} WAIT."
        )
        assert f"{language} WATER THEM <DAILY>." in file(store, f"transcript.{language}.txt")
    text = "Plant the seeds in March.\nWater them <daily>.\nWait."
    assert sorted(translator.asked) == [("en", "de", text), ("en", "fr", text)]
    assert added.usage == 2 * (Usage("translate", "TranslateText", "character", len(text)),)
    assert added.missing == ()
    assert list(added.captions) == ["de", "fr"]


def test_nothing_is_translated_without_speech_or_in_its_own_language(store: DocumentStore) -> None:
    translator = Translator()
    assert translated(store, translator, "de", transcript=Transcript("", ())) == Addition()
    assert translated(store, translator, "en") == Addition()
    assert translated(store, translator) == Addition()
    assert translator.asked == []


def test_requests_keep_the_limit_and_sentences_stay_whole(store: DocumentStore) -> None:
    long = Transcript("en-US", said(*(f"Sentence {number} über the gärden." for number in range(700))))
    translator = Translator()
    translated(store, translator, "de", transcript=long)

    assert len(translator.asked) > 1
    assert all(text.endswith("gärden.") for _, _, text in translator.asked)
    assert sum(text.count("\n") + 1 for _, _, text in translator.asked) == 700


@pytest.mark.parametrize(
    "spoils",
    [
        lambda _text, lines: lines.replace("\n", " "),
        lambda _text, lines: lines.replace("de WAIT.", "").strip(),
    ],
    ids=["joined", "one lost"],
)
def test_where_lines_run_together_sentences_are_asked_one_by_one(
    store: DocumentStore, spoils: Callable[[str, str], str]
) -> None:
    translator = Translator(lambda text, lines: spoils(text, lines) if "\n" in text else lines)
    added = translated(store, translator, "de")

    assert [text for _, _, text in translator.asked[1:]] == [
        "Plant the seeds in March.",
        "Water them <daily>.",
        "Wait.",
    ]
    assert [cue.text for cue in added.captions["de"]][-1].endswith("WAIT.")
    assert added.usage[0].quantity == sum(len(text) for _, _, text in translator.asked), "all of it is billed"


def test_a_language_that_cannot_be_had_leaves_the_others(store: DocumentStore) -> None:
    def refusing(members: dict[str, Any]) -> dict[str, Any]:
        if members["TargetLanguageCode"] == "tl":
            raise ServiceError("UnsupportedLanguagePairException", "Unsupported language pair: en to tl.")
        return Translator()(members)

    added = translated(store, refusing, "tl", "de")
    assert added.missing == (
        MissingOperation(
            "translate:TranslateText:tl",
            "captions and transcript weren't translated into tl: Unsupported language pair: en to tl",
        ),
    )
    assert "captions_de_vtt" in added.results


def test_a_language_that_translate_does_not_know_is_missing(store: DocumentStore) -> None:
    klingon = Transcript("tlh", TALK.utterances)
    (missing,) = translated(store, Translator(), "de", transcript=klingon).missing
    assert missing.reason.endswith("it doesn't translate from tlh")


def test_each_utterance_is_translated_from_its_own_language(store: DocumentStore) -> None:
    german = said("Guten Tag.", language_code="de-DE", start_ms=20_000)
    translator = Translator()
    added = translated(store, translator, "de", transcript=Transcript("en-US", TALK.utterances + german))

    assert [source for source, _, _ in translator.asked] == ["en"]
    assert [cue.text for cue in added.captions["de"]][-1] == "Guten Tag."


def test_a_second_recordings_language_is_not_the_firsts(store: DocumentStore) -> None:
    other = tuple(
        replace(utterance, member="b.wav", language_code="de-DE")
        for utterance in said("Guten Tag.", start_ms=0)
    )
    translator = Translator()
    translated(store, translator, "fr", transcript=Transcript("en-US", TALK.utterances + other))
    assert {source for source, _, _ in translator.asked} == {"en"}


def test_a_throttle_is_raised_until_the_last_try_and_paid_work_is_kept(store: DocumentStore) -> None:
    long = Transcript("en-US", said(*(f"Sentence {number} in the garden." for number in range(700))))
    first = Translator()

    def throttled_later(members: dict[str, Any]) -> dict[str, Any]:
        if first.asked:
            raise ServiceError("ThrottlingException", "Rate exceeded")
        return first(members)

    with pytest.raises(ThrottledError):
        translated(store, throttled_later, "de", transcript=long)
    second = Translator()
    added = translated(store, second, "de", transcript=long, retries=LAST_TRY)

    asked = [text for _, _, text in first.asked + second.asked]
    assert "\n".join(asked).count("Sentence 0 ") == 1, "nothing is paid for twice"
    assert added.usage == (Usage("translate", "TranslateText", "character", sum(map(len, asked))),)


def test_time_that_runs_out_is_told_on_the_last_try(store: DocumentStore) -> None:
    with pytest.raises(ThrottledError, match="0 of 3 sentences"):
        translated(store, Translator(), "de", deadline_passed=lambda: True)
    (missing,) = translated(store, Translator(), "de", deadline_passed=lambda: True, retries=LAST_TRY).missing
    assert missing.operation == "translate:TranslateText:de"


def test_translations_that_people_cannot_read_in_time_are_told(store: DocumentStore) -> None:
    added = translated(
        store, Translator(lambda _text, lines: "\n".join(f"{x} " * 20 for x in lines.split("\n"))), "de"
    )
    assert any(warning.startswith("captions (de): ") for warning in added.warnings)

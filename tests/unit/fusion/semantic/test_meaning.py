"""By meaning: paraphrases repeat each other, and nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.language import Entity, LanguageAnalysis, LanguageSource
from braid.domain.evidence.timeline import Agreement, AgreementKind, Timeline
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.materials import (
    admission,
    keyframe,
    picture_and_text,
    transcript,
    utterance,
    vision,
)
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.fusion.prepare import prepare
from lambdas.fusion.semantic.compare import YARDSTICK, can_tell_meaning
from lambdas.fusion.semantic.plan import texts_to_embed
from tests.unit.fusion.semantic.meanings import vectors_of

SAID = "whoever changes their mind sends it back without a charge"
SHOWN = "Free returns"
KITTEN, CAT = "My kitten naps by the window.", "A tabby sleeps on a sill"


def talk(said: Sequence[str], shown: Sequence[str], *, names: Sequence[str] = ()) -> FusionInput:
    """Sentences of five seconds each over one slide."""
    length_ms = 5_000 * len(said)
    utterances = [
        utterance(number, text, 5_000 * number, 5_000 * number + 4_500) for number, text in enumerate(said)
    ]
    language = LanguageAnalysis(
        (
            LanguageSource(
                "transcript",
                "en",
                "",
                {},
                entities=tuple(Entity(name, "PERSON", 0.99, 0, 1) for name in names),
            ),
        )
    )
    return FusionInput(
        admission(duration_ms=length_ms),
        transcript(*utterances),
        vision(keyframe(1, Span(0, length_ms), lines=shown)),
        language=language,
    )


def relations(timeline: Timeline) -> list[Agreement]:
    return [agreement for segment in timeline.segments for agreement in segment.agreements]


def kinds(timeline: Timeline) -> list[str]:
    return [str(agreement.kind) for agreement in relations(timeline)]


def by_meaning(material: FusionInput, *groups: Sequence[str], cosine: float = 1.0) -> Timeline:
    return fuse(material, Thresholds(), 4000, vectors_of(*groups, cosine=cosine))


def test_a_paraphrase_repeats_what_is_said_and_quotes_both() -> None:
    material = picture_and_text([CAT], KITTEN)
    assert kinds(fuse(material, Thresholds(), 4000)) == ["complementary"]
    (found,) = relations(by_meaning(material, [KITTEN, CAT]))
    assert found.kind is AgreementKind.REDUNDANT
    assert found.strength > 0.5
    assert KITTEN in found.reason
    assert CAT in found.reason
    assert set(found.observation_ids) == {"k0001-text1", "p0001"}


def test_what_means_something_else_stays_complementary() -> None:
    assert kinds(by_meaning(picture_and_text([CAT], KITTEN), [KITTEN], [CAT])) == ["complementary"]


def test_the_more_alike_the_surer() -> None:
    found = [
        relations(by_meaning(picture_and_text([CAT], KITTEN), [KITTEN, CAT], cosine=cosine))[0]
        for cosine in (0.0, 0.2, 0.4, 0.8, 1.0)
    ]
    likely = [it.strength if it.kind is AgreementKind.REDUNDANT else 1 - it.strength for it in found]
    assert likely == sorted(likely)


def test_without_vectors_or_without_all_of_a_pair_words_alone_decide() -> None:
    material = picture_and_text([CAT], KITTEN)
    plain = fuse(material, Thresholds(), 4000)
    assert fuse(material, Thresholds(), 4000, {}) == plain
    incomplete = {text: vector for text, vector in vectors_of([KITTEN, CAT]).items() if text != CAT}
    assert fuse(material, Thresholds(), 4000, incomplete) == plain


def test_a_model_that_tells_nothing_apart_decides_nothing() -> None:
    same = dict.fromkeys((*YARDSTICK, KITTEN, CAT), (1.0, 0.0))
    assert not can_tell_meaning(same)
    material = picture_and_text([CAT], KITTEN)
    assert fuse(material, Thresholds(), 4000, same) == fuse(material, Thresholds(), 4000)


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        ("Ticket price: $49", "The ticket price is 59 dollars for everybody."),
        ("The jacket is waterproof", "This jacket is not waterproof at all."),
    ],
)
def test_a_contradiction_stays_one_however_alike_the_sentences_are(shown: str, written: str) -> None:
    material = picture_and_text([shown], written)
    plain = fuse(material, Thresholds(), 4000)
    assert "contradictory" in kinds(plain)
    assert kinds(by_meaning(material, [shown, written])) == kinds(plain)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("Third stage takes 40 days", "whoever arrives waits for half a season, that is seventy hours"),
        ("Nobody was hurt, never", "several people suffered injuries"),
        ("Staff turnover fell to 12%", "far fewer colleagues quit their jobs"),
    ],
    ids=["other number", "denied", "number that nobody names"],
)
def test_what_names_another_number_or_denies_it_is_no_paraphrase(shown: str, said: str) -> None:
    assert kinds(by_meaning(talk([said], [shown]), [shown, said])) == ["complementary"]


def test_names_are_compared_exactly() -> None:
    shown, said = "Bridge designed by Meier", "Smith drew the plans of that crossing"
    assert kinds(by_meaning(talk([said], [shown]), [shown, said])) == ["redundant"]
    named = talk([said], [shown], names=["Meier", "Smith"])
    assert kinds(by_meaning(named, [shown, said])) == ["complementary"]


def test_an_utterance_over_two_slides_is_compared_sentence_by_sentence() -> None:
    first, second = "Whoever hesitates sends everything back.", "Parcels travel through the night."
    material = FusionInput(
        admission(duration_ms=20_000),
        transcript(utterance(1, f"{first} {second}", 0, 20_000)),
        vision(
            keyframe(1, Span(0, 10_000), lines=["Overnight delivery"]),
            keyframe(2, Span(10_000, 20_000), lines=["Shipped while you sleep"]),
        ),
    )
    timeline = by_meaning(material, [second, "Overnight delivery", "Shipped while you sleep"], [first])
    assert kinds(timeline) == ["complementary", "redundant"]


def test_only_words_that_meet_without_repeating_each_other_are_embedded() -> None:
    other = "Opening hours on Sunday mornings"
    material = talk([SAID, "Opening hours on Sunday mornings"], [SHOWN, other])
    with_label = replace(
        material, vision=vision(keyframe(1, Span(0, 10_000), lines=[SHOWN], labels=["Parcel"]))
    )
    wanted = texts_to_embed(prepare(with_label, Thresholds()), Thresholds())
    assert set(wanted.texts) - set(YARDSTICK) == {SAID, other, SHOWN}
    assert (wanted.pair_count, wanted.of_pairs) == (1, 1)
    repeating = talk([other], [other])
    assert texts_to_embed(prepare(repeating, Thresholds()), Thresholds()).texts == ()
    alone = FusionInput(admission(duration_ms=5_000), transcript(utterance(1, SAID, 0, 5_000)))
    assert texts_to_embed(prepare(alone, Thresholds()), Thresholds()).texts == ()


def test_of_too_many_texts_whole_pairs_are_taken_spread_over_the_asset() -> None:
    count = 64
    material = FusionInput(
        admission(duration_ms=10_000 * count),
        transcript(
            *(
                utterance(at, f"quick brown w{at}x foxes", 10_000 * at, 10_000 * at + 5_000)
                for at in range(count)
            )
        ),
        vision(
            *(
                keyframe(at, Span(10_000 * at, 10_000 * (at + 1)), lines=[f"lazy old v{at}y dogs"])
                for at in range(count)
            )
        ),
    )
    limits = Thresholds(max_embedded_texts=16)
    wanted = texts_to_embed(prepare(material, limits), limits)
    own = [text for text in wanted.texts if text not in YARDSTICK]
    assert len(own) == 16
    assert (wanted.pair_count, wanted.of_pairs) == (8, count)
    begins = sorted(at for at in range(count) if f"quick brown w{at}x foxes" in own)
    assert begins == list(range(0, count, count // 8))
    assert wanted == texts_to_embed(prepare(material, limits), limits)


def test_a_paraphrase_that_denies_is_passed_over() -> None:
    """ "Without a charge" is what "free" means, but "not free" would be as like it to a model."""
    (found,) = relations(by_meaning(talk([SAID], [SHOWN]), [SAID, SHOWN]))
    assert found.kind is AgreementKind.COMPLEMENTARY
    assert found.modalities == (Modality.SPEECH, Modality.VISION)

"""What a small model answered: refused for what is wrong with it, mended where it goes round in circles."""

from __future__ import annotations

from pathlib import Path

from braid.domain.answer.answer import Answer
from braid.domain.profile.example import read_example
from braid.runtime.library import model_registry, profile
from lambdas.inference.infer import NoAnswer, infer
from tests.unit.inference.timelines import MODEL_IDS, ScriptedModel

CASSETTES = Path(__file__).parent / "cassettes"


def test_categories_listed_only_to_say_that_they_are_absent_are_refused() -> None:
    example = read_example((CASSETTES / "every-category-as-not-there.json").read_text("utf-8"))
    model = ScriptedModel(*[dict(example.response)] * 4)

    answer = infer(profile("moderation"), example.found, model, MODEL_IDS, model_registry())

    assert isinstance(answer, NoAnswer)
    assert "/votes/0 shares no word with the evidence that it cites" in answer.reason
    assert "Qwen2.5" in example.recorded_by


def test_a_quotation_of_which_the_last_words_are_cited_alone_is_refused() -> None:
    example = read_example((CASSETTES / "a-quote-cited-by-its-last-words.json").read_text("utf-8"))
    model = ScriptedModel(*[dict(example.response)] * 3)

    answer = infer(profile("general"), example.found, model, MODEL_IDS, model_registry())

    assert isinstance(answer, NoAnswer)
    assert "/summary/0 names 'americans'" in answer.reason


def test_a_denial_that_a_pause_parts_from_what_it_denies_is_read_with_it() -> None:
    example = read_example((CASSETTES / "a-quote-in-three-breaths.json").read_text("utf-8"))
    model = ScriptedModel(dict(example.response))

    answer = infer(profile("general"), example.found, model, MODEL_IDS, model_registry(), language_code="en")

    assert isinstance(answer, Answer)
    assert answer.first_sentence.startswith("And so my fellow Americans, ask not what your country can do")


def test_a_topic_that_it_names_three_times_stands_once() -> None:
    example = read_example((CASSETTES / "a-topic-three-times.json").read_text("utf-8"))
    model = ScriptedModel(dict(example.response))

    answer = infer(profile("general"), example.found, model, MODEL_IDS, model_registry(), language_code="en")

    assert isinstance(answer, Answer)
    assert [topic["name"] for topic in answer.answer["topics"]] == ["Quist Garden Works", "Account 55-1209"]
    assert "mended: /topics/2 was left out: it says what /topics/0 says" in answer.warnings


def test_pictures_that_the_asset_does_not_have_are_taken_out() -> None:
    example = read_example((CASSETTES / "pictures-of-a-document-without-any.json").read_text("utf-8"))
    model = ScriptedModel(*[dict(example.response)] * 4)

    answer = infer(profile("accessibility"), example.found, model, MODEL_IDS, model_registry())

    assert isinstance(answer, Answer)
    assert answer.answer["alt_texts"] == []
    assert any("/alt_texts/0 describes 'lease_agreement'" in warning for warning in answer.warnings)


def test_an_entry_in_a_category_that_nothing_bears_is_refused() -> None:
    example = read_example((CASSETTES / "a-mug-taken-for-a-bag.json").read_text("utf-8"))
    model = ScriptedModel(*[dict(example.response)] * 4)

    answer = infer(profile("catalog"), example.found, model, MODEL_IDS, model_registry())

    assert isinstance(answer, NoAnswer)
    assert "/attributes/2 calls '19 euros' the 'capacity'" in answer.reason


def test_a_denial_that_reading_glued_together_is_no_reason_to_refuse() -> None:
    example = read_example((CASSETTES / "a-denial-glued-together.json").read_text("utf-8"))
    model = ScriptedModel(dict(example.response))

    answer = infer(profile("general"), example.found, model, MODEL_IDS, model_registry(), language_code="en")

    assert isinstance(answer, Answer)
    assert answer.first_sentence.endswith("dismissing Count Two without prejudice.")


def test_the_policys_words_in_place_of_the_assets_are_refused() -> None:
    example = read_example((CASSETTES / "the-policy-copied-as-found.json").read_text("utf-8"))
    model = ScriptedModel(*[dict(example.response)] * 4)

    answer = infer(profile("moderation"), example.found, model, MODEL_IDS, model_registry())

    assert isinstance(answer, NoAnswer)
    assert "/categories/0 is copied from policy.md: quote the asset's own words" in answer.reason

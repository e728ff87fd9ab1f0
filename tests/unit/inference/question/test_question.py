"""Which evidence a question gets, and what is asked of the model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.errors import ConfigError, InvalidInputError
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.span import Span
from lambdas.inference.question import about_question, question_profile
from lambdas.inference.trial import TrialRequest, trial_case

TEXTS = [
    "The ferry leaves at seven.",
    "A ticket costs nine dollars.",
    "The ferry is blue.",
    "Dogs travel free.",
]


def _observation(number: int, text: str) -> Observation:
    span = Span(number * 1000, number * 1000 + 900)
    return Observation(f"u{number:04d}", Modality.SPEECH, "utterance", span, text, 0.9, "transcribe:u")


def _timeline(texts: list[str] = TEXTS, chosen: int = 1) -> Timeline:
    observations = tuple(_observation(number, text) for number, text in enumerate(texts))
    evidence = tuple(
        Evidence(
            item.observation_id,
            item.modality,
            item.kind,
            item.span,
            item.text,
            0.9,
            item.source,
            reason="first",
        )
        for item in observations[:chosen]
    )
    return Timeline(len(texts) * 1000, (), observations, (), evidence, {})


def test_evidence_that_shares_telling_words_with_the_question_is_added() -> None:
    budgeted = about_question(_timeline(), "What does a ticket cost?", 6000)

    found = {piece.evidence_id: piece.reason for piece in budgeted.evidence}
    assert found == {"u0000": "first", "u0001": "bears on the question"}


def test_the_budget_goes_to_what_bears_on_the_question_first() -> None:
    budgeted = about_question(_timeline(chosen=4), "What does a ticket cost?", 60)

    assert [piece.evidence_id for piece in budgeted.evidence] == ["u0001"]


def test_evidence_stays_in_the_order_of_the_asset() -> None:
    budgeted = about_question(_timeline(chosen=0), "Is the ferry blue, and what is the ticket?", 6000)

    assert [piece.evidence_id for piece in budgeted.evidence] == ["u0000", "u0001", "u0002"]


def test_rare_words_tell_more_than_common_ones() -> None:
    texts = ["The ferry left."] * 20 + ["The ferry has a bar."]

    budgeted = about_question(_timeline(texts, chosen=0), "Does the ferry have a bar?", 50)

    assert [piece.text for piece in budgeted.evidence] == ["The ferry has a bar."]


ASKED = [
    ("Welche Häuser werden verkauft?", "Der Garten ist groß.", "Das Haus am See ist neu."),
    (
        "Wie viele Bäume gibt es im Garten?",
        "Es gibt viele Regeln, wie man spielt.",
        "Im Garten steht ein Baum.",
    ),
    ("¿Cuántas habitaciones tiene?", "El coche tiene un motor.", "Está en venta con una habitación."),
    ("Quels sont les chevaux ?", "Quels sont les prix dans la ville ?", "Le cheval est dans le pré."),
    ("Quante stanze ci sono?", "Ci sono le regole per la casa.", "La stanza è al primo piano."),
    ("Quantos quartos tem?", "O carro tem um motor que não é novo.", "O quarto não é muito claro."),
    ("How do I pour it?", "Open the lid.", "Pour the milk slowly."),
    ("Is the con of the plan named?", "The pro is speed.", "The con is its price."),
    ("How many trees are there?", "There are many rules.", "A tree is in the garden."),
    ("What is the name of the ship?", "It sails at ten.", "The name is Aurora."),
    ("Who is on the list?", "It is a long way.", "I have the list of them here."),
    ("Quelle est la montre de la dame ?", "Le prix est dans la ville.", "La montre est dans la boîte."),
    ("Do you know it?", "It is a long way.", "We know."),
]


@pytest.mark.parametrize(("question", "other", "wanted"), ASKED)
def test_words_are_compared_in_the_language_of_the_text(question: str, other: str, wanted: str) -> None:
    budgeted = about_question(_timeline([other, wanted], chosen=0), question, 50)

    assert [piece.text for piece in budgeted.evidence] == [wanted]


def test_each_source_of_a_bundle_is_read_in_its_own_language() -> None:
    texts = ["Das Haus von Anna ist am See.", "The houses of Anna are by the lake."]
    timeline = _timeline(texts, chosen=0)
    members = ("de.txt", "en.txt")
    observations = tuple(
        replace(item, member=name) for item, name in zip(timeline.observations, members, strict=True)
    )
    timeline = replace(timeline, observations=observations)

    for question in ("Welche Häuser gehören Anna und wo ist es?", "Which house is of Anna?"):
        assert len(about_question(timeline, question, 6000).evidence) == 2


def test_the_question_is_asked_in_our_instructions_and_in_the_schema() -> None:
    profile = question_profile("  What does a\nticket cost? ", "rules")

    assert profile.prompt.endswith("The question: What does a ticket cost?")
    assert profile.answer_schema["properties"]["statements"]["description"] == "What does a ticket cost?"
    other = question_profile("And a dog?", "rules")
    assert other.content_hash != profile.content_hash
    assert other.answer_schema != profile.answer_schema


@pytest.mark.parametrize("question", ["", "  ", "x" * 501])
def test_an_empty_or_endless_question_is_refused(question: str) -> None:
    with pytest.raises(InvalidInputError, match="1 to 500 characters"):
        question_profile(question, "rules")


def test_a_trial_has_a_profile_or_a_question_and_a_sound_profile() -> None:
    with pytest.raises(InvalidInputError, match="either a profile or a question"):
        trial_case(TrialRequest("a", 1, "rules"), _timeline())
    with pytest.raises(ConfigError, match=r"profile\.toml is missing"):
        trial_case(TrialRequest("a", 1, "rules", profile="mine"), _timeline())

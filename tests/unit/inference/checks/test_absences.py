"""Statements that something isn't said, held against all of the evidence."""

from __future__ import annotations

import pytest

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.span import WHOLE
from lambdas.inference.checks.absences import said_after_all, unsaid
from lambdas.inference.checks.answer_checks import Findings, check
from lambdas.inference.checks.claim_check import judge


def lines(*texts: str) -> dict[str, Evidence]:
    return {
        f"p{number}": Evidence(f"p{number}", Modality.TEXT, "passage", WHOLE, text, 1.0, f"reading:p{number}")
        for number, text in enumerate(texts, 1)
    }


def said_at(claim: str, *texts: str, language: str = "en") -> str | None:
    evidence = lines(*texts)
    found = [said_after_all(each, evidence, language) for each in unsaid(claim, [], language)]
    return next((name for name in found if name), None)


@pytest.mark.parametrize(
    "claim",
    [
        "Garden inclusion is not mentioned.",
        "A garden isn't explicitly mentioned in the lease.",
        "There is no mention of a garden.",
        "The lease doesn't mention any garden.",
        "No garden is mentioned.",
        "Neither a pool nor a garden is discussed.",
        "The document contains no information about a garden or a pool.",
        "The rent is $700, but the garden is not mentioned.",
        "It mentions no garden.",
    ],
)
def test_what_a_line_says_is_found_whatever_is_cited(claim: str) -> None:
    assert said_at(claim, "The rent is $700 a month.", "The garden is included in the rent.") == "p2"


@pytest.mark.parametrize(
    "claim",
    [
        "A garage is not mentioned.",
        "No deposit is specified.",
        "There is no mention of a garden shed.",
        "The garden is not included.",
        "The garden is not for the tenant's use.",
        "The garden is mentioned.",
        "Nothing else is mentioned.",
        "Is a garden not mentioned?",
        "There is no doubt that the garden is mentioned.",
    ],
)
def test_what_no_line_says_or_is_no_such_statement_is_left_alone(claim: str) -> None:
    assert said_at(claim, "The rent is $700 a month.", "The garden is included in the rent.") is None


@pytest.mark.parametrize(
    ("claim", "line", "is_said"),
    [
        ("The tenant's name is not given.", "Name of the tenant: Ada Lovelace", True),
        ("The tenant's name is not given.", "Name of the tenant: ________", False),
        ("The tenant's name is not given.", "Name of the tenant:", False),
        ("No payment is specified.", "A payment of $200 is due in advance.", True),
        ("No payment is specified.", "A deposit of $200 is due in advance.", False),
        ("The tenant's name isn't mentioned.", "Name of the tenant: ________", True),
        ("No date of signature is provided.", "Signature, date ....... at London", False),
    ],
)
def test_a_label_before_a_blank_gives_no_value(claim: str, line: str, is_said: bool) -> None:
    assert bool(said_at(claim, line)) is is_said


@pytest.mark.parametrize(
    ("language", "claim", "line"),
    [
        ("de", "Der Preis wird nicht genannt.", "Der Preis beträgt 19 Euro."),
        ("de", "Der Text nennt keinen Preis.", "Der Preis beträgt 19 Euro."),
        ("de", "Es gibt keine Angaben zum Preis.", "Der Preis beträgt 19 Euro."),
        ("fr", "Le prix n'est pas mentionné.", "Le prix est de 19 euros."),
        ("fr", "Le texte ne mentionne pas le prix.", "Le prix est de 19 euros."),
        ("es", "El precio no se menciona.", "El precio es de 19 euros."),
        ("it", "Il prezzo non è menzionato.", "Il prezzo è di 19 euro."),
        ("pt", "O preço não é mencionado.", "O preço é de 19 euros."),
    ],
)
def test_other_languages_say_so_too(language: str, claim: str, line: str) -> None:
    assert said_at(claim, line, language=language) == "p1"
    assert said_at(claim, "19", language=language) is None


def test_what_a_cited_line_itself_says_is_supported() -> None:
    evidence = lines("The place of delivery is not mentioned in the offer.", "The delivery takes three days.")

    assert not unsaid("The place of delivery isn't mentioned.", list(evidence.values()), "en")
    judgement = judge("The place of delivery isn't mentioned.", list(evidence.values()), "en")
    assert not judgement.problems
    assert not judgement.doubt


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("Breakfast is not provided.", "Breakfast is excluded."),
        ("The hotel gives no refunds after 30 days.", "Refunds are not possible after 30 days."),
        ("No abnormalities were noted.", "No abnormalities noted in the left lung."),
        ("The budget was not discussed.", "The budget was postponed to May."),
    ],
)
def test_what_the_asset_itself_denies_is_no_statement_about_its_words(claim: str, line: str) -> None:
    assert not unsaid(claim, list(lines(line).values()), "en")


def found(claim: str, evidence: dict[str, Evidence], *cited: str) -> Findings:
    schema = {"type": "object", "properties": {"text": {}, "evidence_ids": {}}}
    return check({"text": claim, "evidence_ids": list(cited)}, schema, evidence, "en")


def test_an_answer_that_denies_what_a_line_says_that_it_does_not_cite_is_refused() -> None:
    evidence = lines("The lease begins in May.", "The garden is included in the rent of the lease.")

    findings = found("The lease begins in May, and the garden is not mentioned.", evidence, "p1")

    assert any("and p2 says it" in problem for problem in findings.problems)
    assert findings.unsupported == {""}
    assert not findings.warnings


def test_what_no_line_can_bear_is_marked_and_counts_for_half() -> None:
    evidence = lines("The lease begins in May, and the rent is due then.")

    findings = found("The lease begins in May, and a garage is not mentioned.", evidence, "p1")

    assert not findings.problems
    assert "which no line can support" in findings.warnings[0]
    assert (
        judge("The lease begins in May, and no garage is mentioned.", list(evidence.values())).support == 0.5
    )


def test_what_shares_no_word_with_its_evidence_is_refused_as_before() -> None:
    findings = found("No garage is mentioned.", lines("The lease begins in May."), "p1")

    assert "shares no word" in findings.problems[0]

"""Who gives and who gets: a claim that turns it round is told from one that says it otherwise."""

from __future__ import annotations

import pytest

from lambdas.inference.checks.parties import party_problems

LEASE = "The tenant pays the landlord 700 dollars on the first day of the month."


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The landlord pays the tenant 700 dollars.", LEASE),
        ("The tenant is paid 700 dollars by the landlord.", LEASE),
        ("The lease says that the landlord pays 700 dollars to the tenant.", LEASE),
        ("It is a payment from the landlord to the tenant.", LEASE),
        ("Ada sold the boat to Bob.", "Ada bought the boat from Bob."),
        ("Bob owes Ada 40 euros.", "Ada owes Bob 40 euros."),
        ("Quist Garden Works is billed by Mara Lind.", "Quist Garden Works billed Mara Lind."),
        ("The man bit the dog.", "The dog bit the man."),
        ("An invoice from Lind to Quist", "This is an invoice from Quist to Lind."),
        ("Rovers have beaten United.", "In the end United beat Rovers."),
    ],
)
def test_a_deed_whose_parties_are_turned_round_is_told(claim: str, evidence: str) -> None:
    assert "turns round who does what to whom" in party_problems(claim, [evidence], "en")[0]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The landlord is paid by the tenant.", LEASE),
        ("On the first day of the month 700 dollars are paid by the tenant to the landlord.", LEASE),
        ("There is a payment from the tenant to the landlord.", LEASE),
        ("The landlord asks that the tenant pay 700 dollars.", LEASE),
        ("The landlord gets 700 dollars.", LEASE),
        ("Ada bought the boat from Bob.", "Bob sold the boat to Ada."),
        ("Bob sold Ada the boat.", "Ada bought the boat from Bob."),
        ("The man was bitten by the dog.", "The dog bit the man."),
        ("Ada hit Bob, and Bob hit Ada.", "Ada hit Bob. Then Bob hit Ada."),
        ("Bob hit Ada.", "Ada hit Bob. Then Bob hit Ada."),
        ("An invoice by Quist", "This is an invoice from Quist to Lind."),
        ("The landlord pays the gardener.", LEASE),
        ("The tenant is paying the landlord.", LEASE),
    ],
)
def test_what_says_it_otherwise_passes(claim: str, evidence: str) -> None:
    assert party_problems(claim, [evidence], "en") == []


def test_where_words_may_stand_in_any_order_nothing_is_told() -> None:
    assert party_problems("Den Mann biss der Hund.", ["Der Hund biss den Mann."], "de") == []

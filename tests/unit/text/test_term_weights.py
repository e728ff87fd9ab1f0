"""Rare terms weigh more; sums don't depend on the order in which terms come."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from braid.text.term_weights import TermWeights

TEXTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=8)


def test_the_weight_is_the_inverse_document_frequency() -> None:
    weights = TermWeights([["ferry", "ferry", "ticket"], ["ferry"], ["dog"]])

    assert weights.of("ferry") == math.log(1 + 3 / 2)
    assert weights.of("ticket") == weights.of("dog") == math.log(1 + 3)
    assert weights.of("unheard") == math.log(1 + 3)


@given(TEXTS)
def test_a_rarer_term_never_weighs_less(texts: list[list[str]]) -> None:
    weights = TermWeights(texts)
    counts = {term: sum(term in text for text in texts) for text in texts for term in text}

    ranked = sorted(counts, key=lambda term: counts[term])
    found = [weights.of(term) for term in ranked]
    assert found == sorted(found, reverse=True)


@given(TEXTS)
def test_the_order_of_terms_does_not_matter(texts: list[list[str]]) -> None:
    weights = TermWeights(texts)
    terms = sorted({term for text in texts for term in text})

    assert weights.total(terms) == weights.total(reversed(terms))

"""Lists fused by rank, and whether a list says anything at all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.search.rank_fusion import fuse_by_rank
from braid.retrieval.background import BACKGROUND_QUERIES, background_language
from braid.retrieval.presence import Presence, is_stale
from braid.text.languages import guess_language

KEYS = st.lists(st.sampled_from("abcdefgh"), max_size=8)


@dataclass(frozen=True)
class Near:
    cosine: float
    coverage: float = 0.0


def test_what_is_high_in_both_lists_comes_first() -> None:
    fused = fuse_by_rank([["a", "b", "c"], ["b", "d"]])

    assert [key for key, _ in fused] == ["b", "a", "d", "c"]
    assert dict(fused)["b"] == pytest.approx((61 / 62 + 61 / 61) / 2)


@given(st.lists(KEYS, min_size=1, max_size=4))
def test_every_key_is_there_once_with_a_score_up_to_one(lists: list[list[str]]) -> None:
    fused = fuse_by_rank(lists)

    assert {key for key, _ in fused} == {key for ranked in lists for key in ranked}
    assert len({key for key, _ in fused}) == len(fused)
    assert all(0 < score <= 1 + 1e-9 for _, score in fused)
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)


@given(KEYS)
def test_one_list_alone_keeps_its_order(ranked: list[str]) -> None:
    assert [key for key, _ in fuse_by_rank([ranked])] == list(dict.fromkeys(ranked))


def test_a_list_says_something_where_its_best_is_far_above_chance_or_has_the_words() -> None:
    presence = Presence((0.1, 0.2, 0.3) * 12, (0.0, 0.0, 0.3) * 12)

    assert not presence.says_something([])
    assert not presence.says_something([Near(0.3), Near(0.2)])
    assert presence.says_something([Near(0.2), Near(0.65)])
    assert presence.says_something([Near(0.25, coverage=1.0)])
    assert presence.stands_out(Near(0.45))
    assert not presence.stands_out(Near(0.15))


@given(
    st.lists(st.floats(-1, 1), min_size=36, max_size=36),
    st.floats(-1, 1),
    st.floats(0, 1),
    st.floats(0.01, 0.5),
)
def test_nearer_and_more_words_never_say_less(
    cosines: list[float], cosine: float, coverage: float, more: float
) -> None:
    presence = Presence(tuple(cosines), (0.0,) * 36)
    one = Near(cosine, coverage)

    assert presence.of(Near(cosine + more, coverage)) > presence.of(one)
    assert presence.of(Near(cosine, coverage + more)) > presence.of(one)


def test_a_background_is_renewed_the_less_often_the_older_its_index_is() -> None:
    assert not is_stale(0, 0, 30)
    assert is_stale(0, 0, 31)
    assert not is_stale(0, 10_000, 10_900)
    assert is_stale(0, 10_000, 11_100)
    made, times = 0.0, 0
    while made < 365 * 86_400:
        made += 31 + 0.1 * made
        times += 1
    assert times < 150, "a year of searches makes few of them"


@pytest.mark.parametrize("language", BACKGROUND_QUERIES)
def test_the_background_asks_long_and_short_in_its_language(language: str) -> None:
    queries = BACKGROUND_QUERIES[language]
    assert len(set(queries)) == len(queries) == 36
    assert sum(" " not in query for query in queries) >= 6
    assert {guess_language([query]) for query in queries} <= {language, None}
    assert guess_language(queries) == language


@pytest.mark.parametrize(
    ("query", "nearest", "expected"),
    [
        ("Wie oft muss die Heizung geprüft werden?", ["The boiler is inspected in the spring."], "de"),
        ("Pinguine", ["Der Mond zieht das Wasser an.", "Die Brücke ist für Lastwagen gesperrt."], "de"),
        ("penguins", ["The moon pulls at the water."], "en"),
        ("penguins", [], "en"),
        ("クジラの歌", ["The moon pulls at the water."], None),
    ],
)
def test_the_background_is_in_the_querys_language_or_in_that_of_what_is_near(
    query: str, nearest: list[str], expected: str | None
) -> None:
    assert background_language(query, nearest) == expected

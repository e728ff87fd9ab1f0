"""Decisions reorder the library; the better of two templates is taken until one of them is edited."""

from __future__ import annotations

import random

from braid.domain.generation.library import PromptLibrary, Winner, picks_of, refreshed_library
from braid.domain.generation.quality import Ending

VERSIONS = {"plain": "p1", "bright": "b1", "other": "o1"}
EXPERIMENT = "plain|bright"


def decided(
    template: str, share: float, count: int, *, version: str = "", experiment: str = EXPERIMENT
) -> list[Ending]:
    chance = random.Random(f"{template}{share}")
    return [
        Ending(
            f"{template}-{number}",
            f"2026-11-01T{number:06}",
            "approved" if chance.random() < share else "refused",
            {},
            template,
            version or VERSIONS[template],
            experiment,
        )
        for number in range(count)
    ]


def clearly() -> list[Ending]:
    return [*decided("plain", 0.2, 400), *decided("bright", 0.7, 400)]


def test_the_better_one_is_found_and_the_order_says_so() -> None:
    library = refreshed_library(None, clearly(), VERSIONS, at="now")
    assert (library.version, library.at) == (1, "now")
    assert [standing.template for standing in library.standings] == ["bright", "plain"]
    assert library.winner_of(EXPERIMENT, {"plain": "p1", "bright": "b1"}) == "bright"
    assert library.winner_of("bright|plain", {"plain": "p1", "bright": "b1"}) is None


def test_what_changes_nothing_is_no_version() -> None:
    first = refreshed_library(None, clearly(), VERSIONS, at="now")
    assert refreshed_library(first, clearly(), VERSIONS, at="later") is first
    more = refreshed_library(first, [*clearly(), *decided("other", 0.5, 3)], VERSIONS, at="later")
    assert (more.version, more.at) == (2, "later")


def test_a_winner_outlives_the_decisions_behind_it() -> None:
    first = refreshed_library(None, clearly(), VERSIONS, at="now")
    later = refreshed_library(first, [], VERSIONS, at="later")
    assert later.winners == first.winners


def test_an_edit_of_either_begins_anew() -> None:
    first = refreshed_library(None, clearly(), VERSIONS, at="now")
    edited = {**VERSIONS, "plain": "p2"}
    assert first.winner_of(EXPERIMENT, {"plain": "p2", "bright": "b1"}) is None
    assert refreshed_library(first, clearly(), edited, at="later").winners == ()


def test_two_alike_and_three_have_no_winner() -> None:
    alike = [*decided("plain", 0.5, 60), *decided("bright", 0.5, 60)]
    assert refreshed_library(None, alike, VERSIONS, at="now").winners == ()
    three = "plain|bright|other"
    of_three = [
        *decided("plain", 0.1, 200, experiment=three),
        *decided("bright", 0.9, 200, experiment=three),
    ]
    assert refreshed_library(None, of_three, VERSIONS, at="now").winners == ()


def test_decisions_outside_the_experiment_say_nothing_about_it() -> None:
    mixed = [*decided("plain", 0.2, 400, experiment=""), *decided("bright", 0.7, 400, experiment="")]
    library = refreshed_library(None, mixed, VERSIONS, at="now")
    assert library.winners == ()
    assert len(library.standings) == 2


def test_what_nobody_decided_is_no_pick() -> None:
    endings = [
        Ending("a", "2", "undecided", {}, "plain", "p1"),
        Ending("b", "3", "blocked", {}, "plain", "p1"),
        Ending("c", "1", "approved", {}, "plain", "p1"),
        Ending("d", "0", "refused", {}, "plain", "p1"),
        Ending("e", "4", "approved", {}),
    ]
    assert [(pick.request_id, pick.is_picked) for pick in picks_of(endings)] == [("d", False), ("c", True)]


def test_a_library_knows_its_winners_only() -> None:
    winner = Winner(EXPERIMENT, "bright", {"plain": "p1", "bright": "b1"}, 0.2, 50, "t")
    library = PromptLibrary(1, "t", winners=(winner,))
    assert library.winner_of(EXPERIMENT, {"bright": "b1", "plain": "p1"}) == "bright"
    assert library.winner_of("other", {}) is None

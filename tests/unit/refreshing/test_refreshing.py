"""A refresh over what the steps left: how generations ended, what drifted, what is asked for again."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from braid.domain.asset.asset import AssetRef
from braid.domain.clock import iso, parse_iso
from braid.domain.evidence.vision import ModerationCategory
from braid.domain.generation.library import LIBRARY_KEY, PromptLibrary
from braid.domain.generation.quality import Baseline, Ending
from braid.domain.generation.request import read_request
from braid.store.documents import DocumentStore
from lambdas.refreshing.due import ask_again, refresh_key
from lambdas.refreshing.endings import ending_of
from lambdas.refreshing.refreshing import measure, refresh_library
from tests.doubles.generation_rig import Moderation, Studio, picture
from tests.unit.domain.generation.test_quality import endings

START = "2026-11-01T00:00:00.000Z"
TEXT = 'task = "text_to_image"\nprompt = "A photograph of a bowl, realistic"\n'
# A small picture is made from a small one, in a tenth of the time.
EDIT = 'task = "remove_background"\nreferences = ["inbox/a.png"]\n'
BASELINE = "generation/quality/baseline.json"


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    made = Studio(monkeypatch)
    made.files = {"inbox/a.png": picture()}
    return made


def days_later(days: float) -> str:
    return iso(parse_iso(START) + timedelta(days=days))


def ended(studio: Studio, asset: AssetRef) -> Ending | None:
    return ending_of(studio.store(asset), asset.asset_id, START)


def test_what_a_person_decided_is_read_with_what_the_picture_is(studio: Studio) -> None:
    asset, draft = studio.reviewable(EDIT)
    undecided = ended(studio, asset)
    studio.decide(asset, "approve")
    approved = ended(studio, asset)
    assert undecided is not None
    assert approved is not None
    assert (undecided.outcome, approved.outcome) == ("undecided", "approved")
    assert approved.statistics == draft.statistics
    assert draft.statistics.keys() == {"brightness", "contrast", "colourfulness"}
    other, _ = studio.reviewable(EDIT, name="other")
    studio.decide(other, "reject")
    refused = ended(studio, other)
    assert refused is not None
    assert refused.outcome == "refused"


def test_what_was_blocked_and_what_was_filtered(studio: Studio) -> None:
    studio.moderation = Moderation((ModerationCategory("Violence", 0.99),))
    asset = studio.drop(EDIT)
    plan = studio.plan(asset, EDIT)
    store = studio.store(asset)
    filtered = ended(studio, asset)
    draft = studio.draft(asset, plan, studio.make(asset, plan))
    store.put_document(store.result_key("draft.json"), draft)
    blocked = ended(studio, asset)
    assert filtered is not None
    assert blocked is not None
    assert (filtered.outcome, blocked.outcome) == ("filtered", "blocked")


def test_a_request_that_was_refused_says_nothing(studio: Studio) -> None:
    asset = studio.drop(TEXT)
    assert ended(studio, asset) is None
    store = studio.store(asset)
    unpriced = replace(studio.plan(asset, TEXT), usage=())
    store.put_document(store.result_key("plan.json"), unpriced)
    assert ended(studio, asset) is None


def library_store(studio: Studio) -> DocumentStore:
    return DocumentStore(studio.storage.results, "", 0)


def test_the_baseline_is_taken_once_and_kept_when_replaced(studio: Studio) -> None:
    store = library_store(studio)
    before = [replace(each, at=days_later(1)) for each in endings("a", 120)]
    few = measure(before[:99], store=store, now=days_later(10), since=START, is_new=False)
    assert (few.baseline_at, few.drifts) == (None, ())
    assert few.note.startswith("99 of 100")
    taken = measure(before, store=store, now=days_later(10), since=START, is_new=False)
    assert taken.baseline_at == days_later(10)
    darker = [replace(each, at=days_later(20)) for each in endings("b", 80, brightness=40)]
    found = measure([*before, *darker], store=store, now=days_later(30), since=days_later(2), is_new=False)
    assert [drift.measure for drift in found.drifts if drift.ratio >= 1] == ["brightness"]
    gone = measure([*before, *darker], store=store, now=days_later(60), since=days_later(32), is_new=False)
    assert gone.drifts == ()
    again = measure([*before, *darker], store=store, now=days_later(31), since=START, is_new=True)
    assert again.baseline_at == days_later(31)
    kept = store.stored_document(Baseline, f"generation/quality/baseline-{days_later(10)}.json")
    now = store.stored_document(Baseline, BASELINE)
    assert (kept.at, now.at) == (days_later(10), days_later(31))


def test_every_version_of_the_library_is_kept(studio: Studio) -> None:
    store = library_store(studio)
    picked = Ending("a", START, "approved", {}, "plain", "p1")
    first = refresh_library([picked], {"plain": "p1"}, store=store, now=START)
    assert refresh_library([picked], {"plain": "p1"}, store=store, now=days_later(1)) == first
    second = refresh_library([picked, picked], {"plain": "p1"}, store=store, now=days_later(2))
    assert store.stored_document(PromptLibrary, LIBRARY_KEY) == second
    assert store.stored_document(PromptLibrary, "generation/library/000001.json") == first
    assert second.version == 2


@pytest.fixture
def inbox() -> dict[str, bytes]:
    return {}


@pytest.fixture
def put(inbox: dict[str, bytes]) -> Callable[[str, bytes], bool]:
    def put_request(key: str, body: bytes) -> bool:
        return inbox.setdefault(key, body) is body

    return put_request


@pytest.mark.parametrize(
    ("day", "is_dropped"), [(29, False), (30, True), (36.9, True), (37, False), (400, False)]
)
def test_what_is_due_is_asked_for_again(
    studio: Studio,
    inbox: dict[str, bytes],
    put: Callable[[str, bytes], bool],
    day: float,
    is_dropped: bool,
) -> None:
    asset = _planned(studio, TEXT + "seed = 7\nrefresh_days = 30\n")
    dropped = ask_again([(asset, START)], now=days_later(day), store_of=studio.store, put_request=put)
    assert dropped == is_dropped == len(inbox)


def test_it_is_asked_for_once_with_another_seed(
    studio: Studio, inbox: dict[str, bytes], put: Callable[[str, bytes], bool]
) -> None:
    asset = _published(studio, EDIT + 'seed = 7\nrefresh_days = 30\nrequested_by = "ann"\n')
    public = dict(studio.public)
    for day in (30, 31):
        ask_again([(asset, START)], now=days_later(day), store_of=studio.store, put_request=put)
    ((key, body),) = inbox.items()
    assert key == refresh_key(asset)
    assert key.startswith("inbox/generate/poster.")
    before = read_request(EDIT + 'seed = 7\nrefresh_days = 30\nrequested_by = "ann"\n', name="x")
    assert read_request(body, name="x") == replace(before, seed=8)
    assert studio.public == public, "the old version stays"
    assert len(public) == 1


def test_what_names_no_days_stays(studio: Studio, put: Callable[[str, bytes], bool]) -> None:
    asset = _planned(studio, TEXT)
    assert ask_again([(asset, START)], now=days_later(400), store_of=studio.store, put_request=put) == 0


def test_a_chain_is_asked_for_again_whole(
    studio: Studio, inbox: dict[str, bytes], put: Callable[[str, bytes], bool]
) -> None:
    chain = '[[then]]\ntask = "remove_background"\nreferences = ["previous"]\n'
    asset = _planned(studio, TEXT + "refresh_days = 1\n" + chain)
    ask_again([(asset, START)], now=days_later(1), store_of=studio.store, put_request=put)
    (body,) = inbox.values()
    assert tomllib.loads(body.decode())["then"][0]["task"] == "remove_background"


def _planned(studio: Studio, text: str) -> AssetRef:
    """What a refresh reads of something that was published."""
    asset = studio.drop(text)
    studio.plan(asset, text)
    return asset


def _published(studio: Studio, text: str) -> AssetRef:
    asset, _ = studio.reviewable(text)
    studio.decide(asset, "approve")
    studio.publish(asset)
    return asset

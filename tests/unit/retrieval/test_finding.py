"""From a query to hits: citations, two scales that never meet, who may be found, and nothing found."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef, AssetStatus, Modality
from braid.domain.errors import (
    AccessDeniedError,
    ConfigError,
    InvalidInputError,
    InvalidServiceOutputError,
    UnsupportedError,
)
from braid.domain.money.accounting import Meter
from braid.domain.search.hit import SearchAnswer, SearchRequest
from braid.domain.search.space import Space
from braid.domain.search.vector_index import VectorToPut
from braid.domain.span import Span
from braid.retrieval.embedders import embedder_of
from braid.retrieval.finding import Finder
from braid.runtime.library import model_registry
from tests.doubles.search_rig import BUCKET, PICTURES, TEXT, SearchRig, WordModel, asset_named
from tests.unit.search.timelines import keyframe, label, said, timeline, vision, written

TALKS = {
    "pump.mp4": "The pump moves water uphill",
    "car.mp4": "Rent a car for the weekend",
    "cat.mp4": "A cat sleeps in the window",
    "bread.txt": "Knead the dough for ten minutes",
}

NOTHING = "violoncello"


def filled(**options: Any) -> SearchRig:
    """Four assets, each with something said or written and a picture of its own name."""
    rig = SearchRig(**options)
    for number, (name, text) in enumerate(TALKS.items()):
        add(rig, asset_named(name, profile="education" if number % 2 else "general"), text)
    return rig


def add(rig: SearchRig, asset: AssetRef, text: str, shown: str = "") -> None:
    name = shown or asset.asset_id.partition("-")[0]
    frame = keyframe("k1", name, asset_id=asset.asset_id)
    rig.s3.objects[BUCKET, frame.image.key] = name.encode()
    stated = written(1, text) if asset.source.key.endswith(".txt") else said(1, text)
    rig.publish(asset, timeline=timeline(stated, label("k1", 1, name)), vision=vision(frame))
    rig.indexer().index(asset.asset_id)


def names(rig: SearchRig, text: str = "", **request: Any) -> list[str]:
    return [hit.name for hit in rig.find(text, **request).hits]


def test_a_hit_is_a_citation_with_the_words_that_matched() -> None:
    hits = filled().find("pumps that move water").hits
    (hit,) = [each for each in hits if each.kind == "utterance"]

    assert (hit.name, hit.evidence_id, hit.modality) == ("pump.mp4", "u0001", Modality.SPEECH)
    assert (hit.span, hit.text) == (Span(1000, 1900), "The pump moves water uphill")
    assert hit.matched == ("pumps", "move", "water")
    assert hit.found_by == ("words", "meaning")
    assert 0 < hit.score <= 1


def test_other_words_that_mean_the_same_are_found() -> None:
    assert names(filled(), "automobile", nearest=True)[0] == "car.mp4"


def test_nothing_is_found_where_nothing_like_it_is() -> None:
    answer = filled().find(NOTHING)

    assert answer.hits == ()
    assert answer.near_misses > 0
    assert filled().find(NOTHING, nearest=True).hits


def test_pictures_are_found_by_words_beside_texts_whatever_their_scale() -> None:
    """Cosines of pictures are far below those of texts: by raw cosine no picture would come first."""
    rig = filled(gap=4.0)
    add(rig, asset_named("holiday.mp4"), "We went there by train", shown="lighthouse")
    answer = rig.find("lighthouse", nearest=True)

    assert answer.hits[0].name == "holiday.mp4"
    assert "picture" in {by for hit in answer.hits[:2] for by in hit.found_by}


def test_a_picture_finds_pictures_and_not_texts() -> None:
    answer = filled().find(picture=base64.b64encode(b"cat").decode())

    assert answer.hits[0].name == "cat.mp4"
    assert {by for hit in answer.hits for by in hit.found_by} == {"picture"}


def test_moments_of_a_video_that_cite_one_lasting_label_stay_apart() -> None:
    rig, asset = SearchRig(), asset_named("harbour.mp4")
    spans = [Span(at, at + 10_000) for at in (0, 10_000, 20_000)]
    frames = [
        keyframe(f"k{number}", "harbour", asset_id=asset.asset_id, span=span)
        for number, span in enumerate(spans)
    ]
    for frame in frames:
        rig.s3.objects[BUCKET, frame.image.key] = b"harbour"
    lasting = label("k0", 1, "harbour", Span(0, 30_000))
    rig.publish(asset, timeline=timeline(lasting), vision=vision(*frames))
    rig.indexer().index(asset.asset_id)
    hits = by_picture(rig, b"harbour").hits

    assert sorted((hit.keyframe_id, hit.span.start_ms) for hit in hits) == [
        ("k0", 0),
        ("k1", 10_000),
        ("k2", 20_000),
    ]
    assert {hit.evidence_id for hit in hits} == {"k0-label1"}


def test_a_vector_of_before_without_a_keyframes_id_is_still_found() -> None:
    rig = filled()
    index = rig.index_named(TEXT.index_name)
    (key, values) = next(iter(rig.stored(TEXT).items()))
    arn = f"{rig.arn}/index/{TEXT.index_name}"
    (stored,) = rig.vectors.get_vectors(indexArn=arn, keys=[key], returnMetadata=True)["vectors"]
    citation = json.loads(stored["metadata"]["citation"])
    del citation["keyframe_id"]
    index.put([VectorToPut(key, values, {**stored["metadata"], "citation": json.dumps(citation)})])

    (hit,) = [hit for hit in rig.find("pump water").hits if hit.kind == "utterance"]
    assert (hit.name, hit.keyframe_id) == ("pump.mp4", "")


def by_picture(rig: SearchRig, shown: bytes, **request: Any) -> SearchAnswer:
    return rig.find(picture=base64.b64encode(shown).decode(), **request)


def test_where_it_is_known_how_near_the_like_lies_a_picture_finds_that_alone() -> None:
    rig = filled()
    rig.models[PICTURES].alike_cosine = 0.9
    alike, unlike = by_picture(rig, b"cat"), by_picture(rig, b"zeppelin")

    assert {hit.name for hit in alike.hits} == {"cat.mp4"}
    assert (unlike.hits, unlike.is_nearest) == ((), False)
    assert unlike.near_misses > 0
    assert not alike.is_nearest
    assert by_picture(rig, b"zeppelin", nearest=True).hits


def test_where_nobody_measured_it_a_pictures_hits_are_said_to_be_the_nearest() -> None:
    answer = by_picture(filled(), b"zeppelin")
    assert answer.hits
    assert answer.is_nearest


def test_a_picture_that_the_model_makes_nothing_of_is_refused_with_the_reason() -> None:
    rig = filled()
    rig.models[PICTURES].error = InvalidServiceOutputError("nothing in it has a name here")
    with pytest.raises(InvalidInputError, match=r"can't be searched with: nothing in it .*; words find"):
        by_picture(rig, b"zeppelin")


def test_a_picture_that_the_model_refuses_is_told_from_a_model_that_is_not_there() -> None:
    rig = filled()
    rig.models[PICTURES].refuses = "zeppelin"
    with pytest.raises(InvalidInputError, match=r"the picture can't be searched with: .*too long"):
        by_picture(rig, b"zeppelin")
    rig.models[PICTURES].refuses = ""
    with pytest.raises(UnsupportedError):
        by_picture(rig, b"zeppelin")


def test_without_a_model_of_pictures_a_picture_is_refused_and_words_still_find() -> None:
    rig = filled(spaces=(TEXT,))

    assert names(rig, "pump")[0] == "pump.mp4"
    with pytest.raises(InvalidInputError, match="no model of pictures and words"):
        rig.find(picture=base64.b64encode(b"cat").decode())


@pytest.mark.parametrize("status", [AssetStatus.REJECTED, AssetStatus.AWAITING_REVIEW, AssetStatus.DELETED])
def test_what_was_refused_since_is_not_found_though_the_index_has_it(status: AssetStatus) -> None:
    rig = filled()
    assert names(rig, "pump water")[0] == "pump.mp4"
    rig.records.items[asset_named("pump.mp4").asset_id]["status"] = status.value

    assert "pump.mp4" not in names(rig, "pump water", nearest=True)


def test_what_an_earlier_attempt_said_is_not_found() -> None:
    rig = filled()
    rig.records.items[asset_named("pump.mp4").asset_id]["attempt"] = "2"

    assert "pump.mp4" not in names(rig, "pump water", nearest=True)


def test_one_long_recording_is_not_the_whole_answer() -> None:
    rig = filled()
    asset = asset_named("long.mp4")
    rig.publish(asset, timeline=timeline(*(said(n, f"pump number {n}") for n in range(40))))
    rig.indexer().index(asset.asset_id)
    hits = rig.find("pump", limit=10).hits

    assert [hit.name for hit in hits].count("long.mp4") == 3
    assert "pump.mp4" in [hit.name for hit in hits]


def test_a_long_recording_does_not_hide_what_others_state() -> None:
    """A hundred and twenty utterances are nearer than any contract, and more than are fetched at once."""
    rig, asset = SearchRig(), asset_named("interview.mp4")
    rig.publish(asset, timeline=timeline(*(said(n, "the deposit") for n in range(120))))
    rig.indexer().index(asset.asset_id)
    for number in range(12):
        add(rig, asset_named(f"contract{number}.txt"), f"The deposit of lot {number} is due in May", "paper")
    contracts = {f"contract{number}.txt" for number in range(12)}

    found = names(rig, "the deposit", limit=100)
    assert set(found) == {"interview.mp4", *contracts}
    assert found.count("interview.mp4") == 3
    assert set(names(rig, "the deposit", limit=100, nearest=True)) == set(found)
    rig.records.items[asset.asset_id]["status"] = AssetStatus.REJECTED.value
    assert set(names(rig, "the deposit", limit=10)) < contracts


def test_as_many_hits_as_are_asked_for_are_found_where_they_are() -> None:
    rig = SearchRig(spaces=(TEXT,))
    for number in range(90):
        add(rig, asset_named(f"contract{number}.txt"), f"The deposit of lot {number}")

    assert len(names(rig, "the deposit", limit=80)) == 80
    assert len(names(rig, "the deposit")) == 10


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"profile": "education"}, {"car.mp4", "bread.txt"}),
        ({"modality": "text"}, {"bread.txt"}),
        ({"since": "2026-11-30"}, set()),
        ({"since": "2026-11-29T09:59:59+00:00"}, set(TALKS)),
        ({"profile": "education", "modality": "speech"}, {"car.mp4"}),
    ],
)
def test_a_search_is_narrowed_down(request_: dict[str, Any], expected: set[str]) -> None:
    found = names(filled(), "the cat", nearest=True, limit=100, **request_)
    assert set(found) == expected


def test_what_is_like_an_asset_is_found_without_itself() -> None:
    rig = filled()
    add(rig, asset_named("kitten.mp4"), "A kitten naps in the window", shown="cat")
    liked = asset_named("cat.mp4").asset_id

    assert names(rig, similar_to=(liked,))[0] == "kitten.mp4"
    both = (liked, asset_named("kitten.mp4").asset_id)
    assert not {"cat.mp4", "kitten.mp4"} & set(names(rig, similar_to=both))
    assert rig.find(similar_to=both).is_nearest, "what is nearest need not be alike"


def test_one_liked_asset_that_is_not_indexed_is_said_and_costs_its_share() -> None:
    answer = filled().find(similar_to=(asset_named("cat.mp4").asset_id, "never-seen-1"))
    assert answer.hits
    assert answer.missing == ("never-seen-1 isn't indexed",)


def test_an_index_whose_model_is_gone_from_the_registry_is_said_with_what_to_do() -> None:
    for purpose in ("text", "pictures"):
        gone = Space(purpose, "amazon.titan-of-before", 64)  # type: ignore[arg-type]  # both are purposes
        with pytest.raises(ConfigError, match=rf"the index {purpose}\.amazon.* can't be asked: .*--switch"):
            embedder_of(gone, model_registry())


def test_a_code_that_stands_nowhere_finds_nothing_but_on_request() -> None:
    rig = filled()
    add(rig, asset_named("order.txt"), "The order RB-2205 came with 11111 screws.")

    assert names(rig, "rb2205") == ["order.txt"]
    answer = rig.find("RB-9904")
    assert answer.hits == ()
    assert answer.near_misses > 0
    assert rig.find("RB-9904", nearest=True).hits


def test_a_model_that_is_not_to_be_had_costs_its_list() -> None:
    rig = filled()
    rig.models[PICTURES].error = AccessDeniedError("denied")
    answer = rig.find("pump water")

    assert answer.hits[0].name == "pump.mp4"
    assert answer.missing == ("pictures: toy.joint can't be asked: denied",)
    rig.models[TEXT].error = AccessDeniedError("denied")
    with pytest.raises(AccessDeniedError):
        rig.find("pump water")


def test_an_index_that_is_not_there_is_told_with_what_builds_it() -> None:
    rig = filled()
    rig.vectors.delete_index(indexArn=f"{rig.arn}/index/{TEXT.index_name}")

    with pytest.raises(ConfigError, match=r"braid index --all"):
        rig.find("pump")


def test_a_query_of_another_model_than_the_indexs_is_refused_by_both_names() -> None:
    rig = filled()
    longer = WordModel(dimensions=128)
    mixed = replace(rig.searched()[0], embedder=longer)  # type: ignore[arg-type]  # asked alike
    finder = Finder([mixed], rig.state, may_be_found=lambda *_: True, now=lambda: rig.now)

    with pytest.raises(ConfigError, match=r"text\.toy\.words\.64 holds vectors of 64 .* has 128.*--switch"):
        finder.find(SearchRequest(text="pump"), Meter())


def test_the_old_index_answers_until_the_switch() -> None:
    rig = filled()
    newer = Space("text", "toy.newer", TEXT.dimensions)
    rig.create_index(newer)
    rig.models[newer] = WordModel()
    assert rig.state.live() is None, "before the first switch the deployment's own are searched"
    rig.spaces = (TEXT, newer)
    rig.indexer().index(asset_named("pump.mp4").asset_id)

    rig.spaces = (TEXT,)
    assert names(rig, "pump water")[0] == "pump.mp4"
    rig.state.switch((newer,))
    rig.spaces = rig.state.live() or ()
    answer = rig.find("pump water")
    assert (answer.hits[0].name, answer.models) == ("pump.mp4", ("toy.newer",))
    rig.vectors.delete_index(indexArn=f"{rig.arn}/index/{newer.index_name}")
    with pytest.raises(ConfigError, match=r"text\.toy\.newer\.64 isn't there.*--all.*--switch"):
        rig.find("pump water")


def test_an_empty_index_has_nothing() -> None:
    assert SearchRig().find("pump").hits == ()


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({}, "one of them"),
        ({"text": "   "}, "one of them"),
        ({"text": "a", "picture": "YQ=="}, "one of them"),
        ({"text": "x" * 20_000}, "at most 1000 characters, not 20000"),
        ({"picture": "no base64!"}, "isn't base64"),
        ({"text": "a", "modality": "smell"}, "no modality 'smell'"),
        ({"text": "a", "since": "yesterday"}, "no moment"),
        ({"text": "a", "since": "0001-01-01"}, "no moment"),
        ({"similar_to": ("never-seen-1",)}, "nothing of never-seen-1 is indexed"),
        ({"text": "a", "limit": 0}, "limit is 1 to 100"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_one_sentence(
    request_: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInputError, match=said):
        filled().find(**request_)


def test_the_background_is_measured_once_and_kept() -> None:
    rig = filled()
    rig.find("pump water")
    asked = len(rig.models[TEXT].asked)
    rig.find("pump water")
    assert len(rig.models[TEXT].asked) == asked + 1
    rig.now += 3600
    rig.find("pump water")
    assert len(rig.models[TEXT].asked) == asked + 2, "its queries' vectors were kept"

"""An asset's vectors follow what the asset is: made once, killed anywhere, changed, refused, forgotten."""

from __future__ import annotations

import json
from typing import Any

import pytest

from braid.aws.vectors.s3_vectors import S3VectorIndex
from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.errors import (
    AccessDeniedError,
    InvalidServiceOutputError,
    PendingError,
    ServiceUnavailableError,
)
from braid.domain.search.manifest import VectorManifest
from braid.store.search_state import SearchState
from tests.doubles.search_rig import BUCKET, PICTURES, TEXT, SearchRig, asset_named
from tests.unit.search.timelines import keyframe, label, said, timeline, vision, written

LONG = timeline(*(said(number, f"sentence number {number}") for number in range(230)), label("k1", 1, "Cup"))


def published(rig: SearchRig, asset: AssetRef, **documents: Any) -> None:
    """An asset with a long talk and one picture, or with what is given."""
    frame = keyframe("k1", "Cup", asset_id=asset.asset_id)
    rig.s3.objects[BUCKET, frame.image.key] = b"cup"
    rig.publish(asset, **{"timeline": LONG, "vision": vision(frame), **documents})


class KilledError(Exception):
    """The function was ended from outside."""


def test_an_asset_is_indexed_once_and_a_second_time_costs_nothing() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)

    first = rig.indexer().index(asset.asset_id)
    stored = rig.stored(TEXT), rig.stored(PICTURES)
    calls = sum(len(model.asked) for model in rig.models.values())
    second = rig.indexer().index(asset.asset_id)

    assert (first.vectors, first.model_calls, first.is_unchanged) == (232, 232, False)
    assert (second.vectors, second.model_calls, second.is_unchanged) == (232, 0, True)
    assert (rig.stored(TEXT), rig.stored(PICTURES)) == stored
    assert sum(len(model.asked) for model in rig.models.values()) == calls == 232


def test_another_store_is_filled_from_kept_vectors_without_a_model() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.indexer().index(asset.asset_id)
    before = rig.stored(TEXT)

    other = rig.vectors.create_vector_bucket(vectorBucketName="braid-other")["vectorBucketArn"]
    rig.arn = other
    for space in rig.spaces:
        rig.create_index(space)
    moved = rig.indexer().index(asset.asset_id)

    assert (moved.vectors, moved.model_calls) == (232, 0)
    assert rig.stored(TEXT) == before


@pytest.mark.parametrize("killed_at", range(1, 9))
def test_killed_after_any_step_and_run_again_it_ends_the_same(
    killed_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the manifest, after vectors were kept, after each put: no vector is asked for twice."""
    whole, rig, asset = SearchRig(), SearchRig(), asset_named("talk.mp4")
    for each in (whole, rig):
        published(each, asset)
    whole.indexer().index(asset.asset_id)
    steps = 0
    for cls, name in (
        (S3VectorIndex, "put"),
        (SearchState, "put_manifest"),
        (SearchState, "put_vectors"),
    ):
        original = getattr(cls, name)

        def counted(*args: Any, _original: Any = original) -> Any:
            nonlocal steps
            told = _original(*args)
            steps += 1
            if steps == killed_at:
                raise KilledError
            return told

        monkeypatch.setattr(cls, name, counted)

    with pytest.raises(KilledError):
        rig.indexer().index(asset.asset_id)
    monkeypatch.undo()
    rig.indexer().index(asset.asset_id)

    assert [rig.stored(space) for space in rig.spaces] == [whole.stored(space) for space in whole.spaces]
    manifest, expected = (each.state.manifest(asset.asset_id) for each in (rig, whole))
    assert manifest is not None
    assert expected is not None
    assert (manifest.is_complete, manifest.keys) == (True, expected.keys)
    assert sorted(rig.models[TEXT].asked) == sorted(whole.models[TEXT].asked)


def test_the_manifest_says_what_its_puts_are_billed_by() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.indexer().index(asset.asset_id)
    manifest = rig.state.manifest(asset.asset_id)

    assert manifest is not None
    used = {each.operation: each.quantity for each in manifest.usage if each.service == "s3vectors"}
    puts = -(-len(rig.stored(TEXT)) // 100) + 1  # in groups, and the pictures
    assert used["PutVectors"] == 0.125 * puts, "of each put 128 KB at least"
    assert used["Storage"] > 0


def test_the_manifest_names_every_key_before_the_first_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    known: list[VectorManifest | None] = []
    put = S3VectorIndex.put

    def noting(self: S3VectorIndex, vectors: Any) -> Any:
        known.append(rig.state.manifest(asset.asset_id))
        return put(self, vectors)

    monkeypatch.setattr(S3VectorIndex, "put", noting)
    rig.indexer().index(asset.asset_id)

    assert known
    assert known[0] is not None
    assert not known[0].is_complete
    assert set(known[0].keys[TEXT.index_name]) == set(rig.stored(TEXT))


def test_the_same_contents_under_another_name_are_not_asked_for_again() -> None:
    rig = SearchRig()
    for name in ("talk.mp4", "copy.mp4"):
        published(rig, asset_named(name))
        indexed = rig.indexer().index(asset_named(name).asset_id)

    assert (indexed.vectors, indexed.model_calls) == (232, 0)


def test_a_shorter_attempt_takes_back_what_the_longer_one_left() -> None:
    rig = SearchRig()
    published(rig, asset_named("talk.mp4"))
    rig.indexer().index(asset_named("talk.mp4").asset_id)
    again = asset_named("talk.mp4", attempt=2)
    published(rig, again, timeline=timeline(said(0, "sentence number 0"), label("k1", 1, "Cup")))

    indexed = rig.indexer().index(again.asset_id)

    assert (indexed.vectors, indexed.removed) == (3, 229)
    assert len(rig.stored(TEXT)) == 2


@pytest.mark.parametrize(
    "status",
    [AssetStatus.REJECTED, AssetStatus.FAILED, AssetStatus.AWAITING_REVIEW, AssetStatus.PROCESSING],
)
def test_what_is_no_longer_published_is_taken_back(status: AssetStatus) -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.indexer().index(asset.asset_id)
    published(rig, asset, status=status)

    assert rig.indexer().index(asset.asset_id).removed == 232
    assert (rig.stored(TEXT), rig.stored(PICTURES)) == ({}, {})


def test_what_a_decision_blocks_is_never_put() -> None:
    rig, asset = SearchRig(), asset_named("post.txt", profile="moderation")
    blocked = Answer("moderation", "h", "model", "m", (), {"decision": "block"}, (), None, "")
    published(rig, asset, answer=blocked)

    assert rig.indexer().index(asset.asset_id).vectors == 0
    assert rig.stored(TEXT) == {}


def test_forgetting_an_asset_leaves_nothing_of_it_and_all_of_others() -> None:
    rig, asset, other = SearchRig(), asset_named("talk.mp4"), asset_named("other.mp4")
    published(rig, asset)
    published(rig, other, timeline=timeline(said(1, "something else"), label("k1", 1, "Cup")))
    for each in (asset, other):
        rig.indexer().index(each.asset_id)
    before = rig.stored(TEXT)

    assert rig.indexer().forget(asset.asset_id) == 232
    assert rig.indexer().forget(asset.asset_id) == 0
    left = rig.stored(TEXT)
    assert left == {key: values for key, values in before.items() if key.startswith(other.asset_id)}
    assert len(left) == 2
    assert rig.state.manifest(asset.asset_id) is None
    kept = [key for _, key in rig.s3.objects if key.startswith("search/embeddings/text")]
    assert len(kept) == 1, "the other's alone"


def test_a_model_that_is_not_to_be_had_costs_its_list_and_no_other() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.models[PICTURES].error = AccessDeniedError("no access to the model")
    denied = rig.indexer().index(asset.asset_id)
    rig.models[PICTURES].error = None
    again = rig.indexer().index(asset.asset_id)

    assert [missing.operation for missing in denied.missing] == ["search:pictures"]
    assert (denied.vectors, again.vectors, again.model_calls) == (231, 232, 1)


def test_a_picture_that_the_model_makes_nothing_of_costs_that_picture() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.models[PICTURES].error = InvalidServiceOutputError("nothing in it has a name")

    indexed = rig.indexer().index(asset.asset_id)

    manifest = rig.state.manifest(asset.asset_id)
    assert manifest is not None
    assert (indexed.vectors, manifest.left_out, manifest.is_complete) == (231, 1, True)


def test_a_refused_passage_costs_itself_and_is_not_asked_about_again() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.models[TEXT].refuses = "number 88"
    indexed = rig.indexer().index(asset.asset_id)
    asked = len(rig.models[TEXT].asked)
    again = rig.indexer().index(asset.asset_id)

    assert (indexed.vectors, indexed.left_out, indexed.missing) == (231, 1, ())
    assert (again.vectors, again.left_out, again.is_unchanged) == (231, 1, True)
    assert len(rig.models[TEXT].asked) == asked


def test_a_model_that_refuses_everything_is_said_to_be_missing_and_asked_again() -> None:
    """Bedrock answers ValidationException for a model that it doesn't know, as for a text too long."""
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.models[TEXT].refuses = ""
    refused = rig.indexer().index(asset.asset_id)
    rig.models[TEXT].refuses = None
    again = rig.indexer().index(asset.asset_id)

    assert [missing.operation for missing in refused.missing] == ["search:text"]
    assert (refused.vectors, refused.left_out) == (1, 0)
    assert (again.vectors, again.missing) == (232, ())


def test_an_outage_is_left_to_the_queue() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.models[TEXT].error = ServiceUnavailableError("503")

    with pytest.raises(ServiceUnavailableError):
        rig.indexer().index(asset.asset_id)


def test_an_asset_that_is_just_being_closed_is_awaited() -> None:
    rig, asset = SearchRig(), asset_named("talk.mp4")
    published(rig, asset)
    rig.records.items[asset.asset_id]["attempt"] = "2"

    with pytest.raises(PendingError):
        rig.indexer().index(asset.asset_id)


def test_an_asset_that_nobody_knows_has_no_vectors() -> None:
    assert SearchRig().indexer().index("nobody-00000000000000000000").vectors == 0


def test_what_filters_may_name_stays_within_two_kilobytes() -> None:
    rig, asset = SearchRig(), asset_named("long.txt")
    published(rig, asset, timeline=timeline(written(1, "größenordnungsmäßig überflüssig " * 200)))
    rig.indexer().index(asset.asset_id)

    listed = rig.vectors.list_vectors(indexArn=f"{rig.arn}/index/{TEXT.index_name}", returnMetadata=True)
    for vector in listed["vectors"]:
        filterable = {name: value for name, value in vector["metadata"].items() if name != "citation"}
        assert len(json.dumps(filterable, ensure_ascii=False).encode()) <= 2048

"""A batch gives the vectors that indexing would have asked for, at the batch's price, and harms nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from braid.domain.asset.asset import AssetRef
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.money.accounting import Usage
from braid.models.embedding_batch import embedding_line, read_embedding_line
from braid.store.documents import DocumentStore
from lambdas.indexing.batching import KeptVectors, WrittenPart, keep_answers, write_part
from tests.doubles.search_rig import BUCKET, PICTURES, TEXT, SearchRig, asset_named
from tests.unit.indexing.test_indexer import published

TALK = asset_named("talk.mp4")


def write(rig: SearchRig, *assets: AssetRef, space: Any = TEXT) -> WrittenPart:
    indexer = rig.indexer()
    searched = next(each for each in indexer.spaces if each.space == space)
    documents = {asset.asset_id: indexer.documents(asset.asset_id)[space] for asset in assets}
    reader = DocumentStore(BUCKET, "search", 1, s3=rig.s3)
    return write_part(searched, documents, rig.state, read_picture=reader.get_bytes)


def answer(rig: SearchRig, written: WrittenPart, space: Any = TEXT) -> list[dict[str, Any]]:
    """The job's output: each record with what the model says, in another order."""
    records = [json.loads(line) for line in reversed(written.lines)]
    return [{**each, "modelOutput": rig.models[space].answer_batch(each["modelInput"])} for each in records]


def keep(
    rig: SearchRig, written: WrittenPart, output: list[dict[str, Any]], space: Any = TEXT
) -> dict[str, KeptVectors]:
    searched = next(each for each in rig.indexer().spaces if each.space == space)
    body = "".join(json.dumps(each) + "\n" for each in output).encode()
    return keep_answers(written.part, body, searched, rig.state)


@pytest.mark.parametrize("space", [TEXT, PICTURES])
def test_a_batchs_vectors_are_those_that_indexing_asks_for(space: Any) -> None:
    rig, live = SearchRig(), SearchRig()
    for each in (rig, live):
        published(each, TALK)
    live.indexer().index(TALK.asset_id)

    written = write(rig, TALK, space=space)
    kept = keep(rig, written, answer(rig, written, space), space)[TALK.asset_id]
    rig.models[space].asked.clear()
    rig.indexer().index(TALK.asset_id, paid=kept.usage)

    assert kept.kept == len(written.lines) == len(live.stored(space))
    assert rig.stored(space) == live.stored(space)
    assert rig.models[space].asked == [], "nothing is asked twice"
    assert kept.usage == written.usage, "the estimate is of what is read here"
    manifest = rig.state.manifest(TALK.asset_id)
    assert manifest is not None
    assert set(kept.usage) <= set(manifest.usage), "what a batch cost stands beside the vectors"


def test_what_is_kept_already_is_in_no_batch() -> None:
    rig = SearchRig()
    published(rig, TALK)
    rig.indexer().index(TALK.asset_id)

    assert write(rig, TALK).lines == ()


def test_the_same_contents_under_two_names_are_asked_for_once() -> None:
    rig, copy = SearchRig(), asset_named("copy.mp4")
    for asset in (TALK, copy):
        published(rig, asset)

    ids = [json.loads(line)["recordId"] for line in write(rig, TALK, copy).lines]

    shared = len(write(rig, TALK).lines)
    assert shared <= len(ids) < 2 * shared
    assert len(ids) == len(set(ids)), "a record is told by its id"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: record.pop("modelOutput"),
        lambda record: record.update(error={"errorCode": 400, "errorMessage": "Too long"}),
        lambda record: record.update(modelOutput={"other": 1}),
        lambda record: record.update(recordId="another one"),
    ],
    ids=["neither", "an error", "no vector", "no such record"],
)
def test_a_record_without_an_answer_costs_its_group_and_no_other(
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    rig = SearchRig()
    published(rig, TALK)
    written = write(rig, TALK)
    output = answer(rig, written)
    spoil(output[0])  # of the last group, as the output is the other way round

    kept = keep(rig, written, output)[TALK.asset_id]
    rig.models[TEXT].asked.clear()
    rig.indexer().index(TALK.asset_id)

    last = len(written.part.groups[-1].record_ids)
    assert (kept.kept, kept.unanswered) == (len(written.lines) - last, 1)
    assert len(rig.models[TEXT].asked) == last, "indexing asks for what the batch didn't give"


def test_what_was_paid_is_added_up_where_nothing_else_changes() -> None:
    rig = SearchRig()
    published(rig, TALK)
    rig.indexer().index(TALK.asset_id)
    used = Usage("bedrock", "ModelInvocationJob:toy", "input_token", 5)

    for expected in (5, 10):
        assert rig.indexer().index(TALK.asset_id, paid=[used]).is_unchanged
        manifest = rig.state.manifest(TALK.asset_id)
        assert manifest is not None
        assert [each.quantity for each in manifest.usage if each.operation == used.operation] == [expected]


def test_lines_are_read_as_they_were_written() -> None:
    line = json.loads(embedding_line("r1", {"inputText": "Größe"}))
    assert line == {"recordId": "r1", "modelInput": {"inputText": "Größe"}}
    for broken in ("", "[]", "{", '{"modelOutput": {}}'):
        with pytest.raises(InvalidServiceOutputError, match="bedrock:ModelInvocationJob"):
            read_embedding_line(broken)

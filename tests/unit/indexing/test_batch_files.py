"""A batch's parts are written and read: nothing lost where it ends in between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from braid.domain.errors import AccessDeniedError
from braid.store.documents import DocumentStore
from lambdas.indexing.batch_files import BatchFiles
from lambdas.indexing.indexer import Indexer
from tests.doubles.search_rig import BUCKET, PICTURES, TEXT, SearchRig, asset_named
from tests.unit.indexing.test_indexer import KilledError, published

TALK, GONE = asset_named("talk.mp4"), asset_named("gone.mp4")
FOLDER = "work/embeddings/b1"


@pytest.fixture
def rig() -> SearchRig:
    made = SearchRig()
    published(made, TALK)
    return made


def files(rig: SearchRig) -> BatchFiles:
    store = DocumentStore(BUCKET, "search", 1, s3=rig.s3)
    return BatchFiles("b1", "00000", rig.indexer(), rig.state, store)


def write_and_answer(rig: SearchRig, *spaces: Any) -> dict[str, str]:
    """Writes a part and answers it in these spaces; where the output of each index lies."""
    files(rig).write((TALK.asset_id, GONE.asset_id))
    outputs = dict.fromkeys((space.index_name for space in rig.spaces), "")
    for space in spaces:
        lines = rig.s3.objects[BUCKET, f"{FOLDER}/{space.index_name}/input/00000.jsonl"].splitlines()
        answers = []
        for line in lines:
            record = json.loads(line)
            record["modelOutput"] = rig.models[space].answer_batch(record["modelInput"])
            answers.append(json.dumps(record))
        outputs[space.index_name] = f"{FOLDER}/{space.index_name}/output/x/00000.jsonl.out"
        rig.s3.objects[BUCKET, outputs[space.index_name]] = "\n".join(answers).encode()
        rig.models[space].asked.clear()
    return outputs


def parts(rig: SearchRig) -> list[str]:
    return [key for _, key in rig.s3.objects if key.startswith(FOLDER) and "/parts/" in key]


def test_a_part_is_written_for_each_index_with_its_price(rig: SearchRig) -> None:
    told = files(rig).write((TALK.asset_id, GONE.asset_id))["written"]

    assert [(each["index_name"], each["records"]) for each in told] == [
        (TEXT.index_name, 231),
        (PICTURES.index_name, 1),
    ]
    assert told[0]["usage"][0]["quantity"] > 0, "as many as there are words"
    assert len(parts(rig)) == 2
    assert not any(model.asked for model in rig.models.values())


def test_what_a_job_answered_is_indexed_and_the_rest_asked_for(rig: SearchRig) -> None:
    told = files(rig).read(write_and_answer(rig, TEXT))

    assert (told["kept"], told["unanswered"], told["model_calls"], told["failed"]) == (231, 1, 1, {})
    assert (len(rig.stored(TEXT)), len(rig.stored(PICTURES))) == (231, 1)
    assert (rig.models[TEXT].asked, len(rig.models[PICTURES].asked)) == ([], 1)
    assert parts(rig) == []


def test_a_batch_that_answered_nothing_asks_nobody_and_is_put_aside(rig: SearchRig) -> None:
    told = files(rig).read(write_and_answer(rig))

    assert (told["kept"], told["unanswered"], told["model_calls"]) == (0, 232, 0)
    assert parts(rig) == []


def test_killed_before_indexing_and_read_again_it_ends_the_same(
    rig: SearchRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = write_and_answer(rig, TEXT, PICTURES)

    def killed(*_args: Any, **_options: Any) -> None:
        raise KilledError

    with monkeypatch.context() as context:
        context.setattr(Indexer, "index", killed)
        with pytest.raises(KilledError):
            files(rig).read(outputs)
    assert len(parts(rig)) == 2
    told = files(rig).read(outputs)

    assert (told["kept"], told["model_calls"]) == (232, 0)
    assert (len(rig.stored(TEXT)), len(rig.stored(PICTURES))) == (231, 1)
    again = files(rig).read(outputs)
    assert (again["kept"], again["failed"]) == (0, {}), "what was read is read no more"


def test_an_asset_that_is_half_indexed_after_a_batch_is_said(rig: SearchRig) -> None:
    outputs = write_and_answer(rig, TEXT)
    rig.models[PICTURES].error = AccessDeniedError("no access to the model")
    told = files(rig).read(outputs)

    assert len(rig.stored(TEXT)) == 231
    assert told["failed"] == {TALK.asset_id: "toy.joint or its index can't be used (AccessDeniedError)"}

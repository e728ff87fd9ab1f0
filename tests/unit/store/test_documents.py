"""What is stored comes back, whatever a service's JSON held."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.claim_check import PART_BYTES
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passage, Passages
from braid.store.documents import DocumentStore
from tests.doubles.memory_s3 import MemoryS3


def _stored(text: str) -> str:
    store = DocumentStore("results", "a", 1, s3=MemoryS3())
    passages = Passages((Passage("p0001", None, 0, len(text), text, "paragraph", "a.txt"),))
    claim = store.put_document(store.result_key("passages.json"), passages)
    return store.get_document(Passages, claim).passages[0].text


def test_every_character_comes_back() -> None:
    text = 'Zürich 日本 👩‍🌾 "quoted" \\ \u2028 \x00 \U000e0041'
    assert _stored(text) == text


def test_half_a_character_has_no_place_in_a_document() -> None:
    assert _stored("one \ud83d and \udc00 two 👍") == "one \ufffd and \ufffd two 👍"


def test_what_is_not_there_is_none() -> None:
    store = DocumentStore("results", "a", 1, s3=MemoryS3())
    assert store.find_document(LanguageAnalysis, store.work_key("language.json")) is None


KEY = "assets/a/1/passages.json"


def _store() -> tuple[DocumentStore, MemoryS3]:
    memory = MemoryS3()
    return DocumentStore("results", "a", 1, s3=memory), memory


class CutOnce(MemoryS3):
    """Its first answer to a read is cut in half."""

    is_cut = False

    def get_object(self, **asked: Any) -> dict[str, Any]:
        answer = super().get_object(**asked)
        if self.is_cut:
            return answer
        self.is_cut, body = True, answer["Body"].read()
        return {"Body": io.BytesIO(body[: len(body) // 2])}


def test_an_answer_that_was_cut_off_is_asked_for_again() -> None:
    document = Passages((Passage("p0001", None, 0, 3, "one", "paragraph", "a.txt"),))
    claimed = DocumentStore("results", "a", 1, s3=CutOnce())
    assert claimed.get_document(Passages, claimed.put_document(KEY, document)) == document

    found = DocumentStore("results", "a", 1, s3=CutOnce())
    found.put_document(KEY, document)
    assert found.find_document(Passages, KEY) == document


@given(st.data())
def test_changed_or_cut_off_documents_are_refused(data: st.DataObject) -> None:
    store, memory = _store()
    claim = store.put_document(KEY, Passages((Passage("p0001", None, 0, 3, "one", "paragraph", "a.txt"),)))
    stored = memory.objects["results", KEY]
    changed = data.draw(
        st.binary(max_size=200)
        | st.integers(0, len(stored) - 1).map(lambda end: stored[:end])
        | st.integers(0, len(stored) - 1).map(lambda at: stored[:at] + b"\x00" + stored[at + 1 :])
    )
    memory.objects["results", KEY] = changed
    with pytest.raises(InvalidInputError, match=rf"^{KEY} was changed or cut off after it was stored"):
        store.get_document(Passages, claim)


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, 2 * PART_BYTES + 5])
def test_what_was_uploaded_in_parts_is_known_by_its_claim(size: int) -> None:
    store, memory = _store()
    with store.upload("work/a/1/sound.flac", "audio/flac") as upload:
        upload.write(bytes(size))
    assert upload.claim is not None
    assert len(store.get_payload(upload.claim)) == size
    memory.objects["results", "work/a/1/sound.flac"] = bytes(size) + b"1"
    with pytest.raises(InvalidInputError, match=f"it has {size + 1} bytes, not the {size} bytes"):
        store.get_payload(upload.claim)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"passages": [', "isn't JSON: it is damaged or cut off"),
        (b"\xff", "isn't JSON"),
        (b'{"passages": [{"page": "one"}]}', ": Passages.passages[0] must have "),
        (b'{"passages": 1}', ": Passages.passages must be a list, not 1"),
    ],
)
def test_a_document_that_cannot_be_read_is_named(body: bytes, problem: str) -> None:
    store, memory = _store()
    memory.objects["results", KEY] = body
    for read in (store.stored_document, store.find_document):
        with pytest.raises(InvalidInputError) as refusal:
            read(Passages, KEY)
        assert str(refusal.value).startswith(KEY)
        assert problem in str(refusal.value)

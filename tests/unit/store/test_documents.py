"""What is stored comes back, whatever a service's JSON held."""

from __future__ import annotations

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

"""Results that are replaced only as they were seen, in the embedded AWS and in memory."""

from __future__ import annotations

from tests.contract.conftest import Storage
from tests.doubles.memory_stores import MemoryStorage


def test_what_has_changed_since_is_neither_replaced_nor_deleted(
    any_storage: Storage | MemoryStorage, folder: str
) -> None:
    store = any_storage.store(any_storage.drop(f"{folder}/a.txt"))
    below = f"by-source/{folder}/a.txt/"
    key = f"{below}report.html"

    assert store.etags_below(below) == {}
    assert store.replace_bytes(key, b"first", "text/html", etag=None)
    assert not store.replace_bytes(key, b"late", "text/html", etag=None)
    seen = store.etags_below(below)["report.html"]
    assert store.replace_bytes(key, b"second", "text/html", etag=seen)
    assert not store.replace_bytes(key, b"late", "text/html", etag=seen)
    assert not store.delete_unchanged(key, seen)
    assert store.get_bytes(key) == b"second"
    assert store.delete_unchanged(key, store.etags_below(below)["report.html"])
    assert not store.replace_bytes(key, b"late", "text/html", etag=seen)
    assert store.find_bytes(key) is None


def test_what_lies_deeper_is_another_sources(any_storage: Storage | MemoryStorage, folder: str) -> None:
    store = any_storage.store(any_storage.drop(f"{folder}/a.txt"))
    below = f"by-source/{folder}/"
    store.put_bytes(f"{below}a.txt/report.html", b"1", "text/html")
    store.put_bytes(f"{below}reason.txt", b"2", "text/plain")

    assert store.etags_below(below).keys() == {"reason.txt"}

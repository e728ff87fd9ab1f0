"""What asking cost in tries that came to nothing: the next one counts on, and the receipt has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from braid.domain.errors import BraidError
from braid.domain.money.accounting import Meter, Usage
from braid.store.documents import DocumentStore

__all__ = ["spending"]


@dataclass(frozen=True)
class _Spent:
    usage: tuple[Usage, ...]


@contextmanager
def spending(store: DocumentStore) -> Iterator[Meter]:
    """A meter that goes on from what earlier tries of this attempt counted.

    An error that the state machine may retry is let through, once the count is stored.
    """
    key = store.work_key("inference-spent.json")
    earlier = store.find_document(_Spent, key)
    meter = Meter(earlier.usage if earlier else ())
    try:
        yield meter
    except BraidError:
        if usage := meter.usage():
            store.put_document(key, _Spent(usage))
        raise

"""What search keeps of assets, held against their records. Indexing comes behind everything else."""

from __future__ import annotations

from collections.abc import Iterator

from braid.domain.audit.facts import Facts, RecordFact
from braid.domain.audit.finding import FIX, Disagreement, Mend
from braid.domain.search.visibility import FINDABLE

__all__ = ["index_remains", "unindexed"]


def unindexed(facts: Facts) -> Iterator[Disagreement]:
    """Published, and search doesn't know it, or not all of it, or an earlier attempt."""
    if facts.indexed is None:
        return
    for record in _waited(facts):
        index = facts.indexed.get(record.asset_id)
        if record.status not in FINDABLE:
            continue
        if index is None or not index.is_complete:
            said = "its index is incomplete" if index else "search doesn't know it"
        elif index.attempt != record.attempt:
            said = f"search knows attempt {index.attempt} of it"
        else:
            continue
        yield Disagreement(
            "unindexed",
            record.asset_id,
            f"its record is {record.status} (attempt {record.attempt}), and {said}",
            FIX,
            Mend.INDEX,
        )


def index_remains(facts: Facts) -> Iterator[Disagreement]:
    """Vectors of what nobody may find."""
    for record in _waited(facts):
        index = (facts.indexed or {}).get(record.asset_id)
        if index is not None and index.vectors and record.status not in FINDABLE:
            yield Disagreement(
                "index-remains",
                record.asset_id,
                f"its record is {record.status}, and search keeps {index.vectors} vectors of it",
                FIX,
                Mend.INDEX,
            )


def _waited(facts: Facts) -> Iterator[RecordFact]:
    """Records that ended so long ago that no message about them is on its way any more."""
    return (
        record
        for record in facts.records.values()
        if not record.status.is_open and record.updated_at < facts.waited_since
    )

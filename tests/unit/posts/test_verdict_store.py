"""Verdicts are read and written in groups; what DynamoDB leaves over is asked for again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from braid.domain.clock import parse_iso
from braid.domain.errors import ThrottledError
from braid.domain.posts.verdict import Finding, Verdict
from braid.store.verdicts import VerdictStore
from tests.unit.posts.rig import NOW, MemoryTable

VERDICT = Verdict((Finding("Threats", 3, 2, 9),))


class Busy(MemoryTable):
    """Takes one item of a group at a time, as a throttled table may."""

    def batch_get_item(self, *, RequestItems: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        ((table, wanted),) = RequestItems.items()
        answer = super().batch_get_item(RequestItems={table: {"Keys": wanted["Keys"][:1]}})
        left = wanted["Keys"][1:]
        return {**answer, **({"UnprocessedKeys": {table: {"Keys": left}}} if left else {})}

    def batch_write_item(self, *, RequestItems: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803
        ((table, wanted),) = RequestItems.items()
        super().batch_write_item(RequestItems={table: wanted[:1]})
        return {"UnprocessedItems": {table: wanted[1:]} if wanted[1:] else {}}


def test_what_was_put_is_found_and_nothing_else() -> None:
    store = VerdictStore("verdicts", dynamodb=MemoryTable())
    keys = [f"{number:064x}" for number in range(260)]
    store.put(dict.fromkeys(keys[:230], VERDICT), now=NOW)

    assert store.find([*keys, *keys]) == dict.fromkeys(keys[:230], VERDICT)


def test_what_is_left_over_is_asked_for_again() -> None:
    slept: list[float] = []
    store = VerdictStore("verdicts", dynamodb=Busy(), sleep=slept.append)
    verdicts = {f"{number:064x}": VERDICT for number in range(5)}

    store.put(verdicts, now=NOW)

    assert store.find(verdicts) == verdicts
    assert len(slept) == 8


def test_a_table_that_stays_busy_is_left_to_the_state_machine() -> None:
    store = VerdictStore("verdicts", dynamodb=Busy(), sleep=lambda _: None)
    many = {f"{number:064x}": VERDICT for number in range(20)}

    with pytest.raises(ThrottledError):
        store.put(many, now=NOW)


def test_an_item_holds_no_word_of_the_post_and_expires() -> None:
    table = MemoryTable()
    VerdictStore("verdicts", dynamodb=table).put({"a" * 64: VERDICT}, now=NOW)

    (item,) = table.items.values()
    assert item.keys() == {"verdict_key", "verdict", "expires_at"}
    found = [{"category": "Threats", "severity": 3, "begin": 2, "end": 9}]
    assert json.loads(item["verdict"]) == {"findings": found, "is_unsure": False}
    assert int(item["expires_at"]) == (parse_iso(NOW) + timedelta(days=90)).timestamp()

"""A class of the account is listed to its end, also where botocore knows no pages of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from cli.tuning.leftovers import CLASSES, list_class
from tests.doubles.service_clients import answered_by


def listed(request: dict[str, Any]) -> dict[str, Any]:
    begin = int(request.get("nextToken", 0))
    page = [{"name": f"collection-{number}", "status": "ACTIVE"} for number in range(begin, begin + 20)]
    return {"collectionSummaries": page} | ({"nextToken": str(begin + 20)} if begin < 40 else {})


def test_all_search_collections_are_listed() -> None:
    (collections,) = (each for each in CLASSES if each.kind == "search collection")
    client = answered_by("opensearchserverless", {"ListCollections": listed})
    tuning: Any = SimpleNamespace(target=SimpleNamespace(client=lambda _service: client))

    items, unknown = list_class(tuning, collections)

    assert [name for name, _ in items] == [f"collection-{number}" for number in range(60)]
    assert unknown == ""

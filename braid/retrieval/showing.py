"""What of what was found may be shown: few hits of each asset, and none of one that may not be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

__all__ = ["Showing"]

# One long recording shall not be the whole answer.
_HITS_OF_AN_ASSET = 3


class _OfAnAsset(Protocol):
    @property
    def asset_id(self) -> str: ...

    @property
    def attempt(self) -> int: ...


Item = TypeVar("Item", bound=_OfAnAsset)


class Showing:
    """Of one search: ``may_be_found(asset_id, attempt)`` is asked once of each asset that is in question.

    What has no asset is another's document: whoever may ask may find it.
    """

    def __init__(self, may_be_found: Callable[[str, int], bool]) -> None:
        self._may_be_found = may_be_found
        self._visible: dict[tuple[str, int], bool] = {}

    def first(self, found: Iterable[Item], limit: int) -> list[Item]:
        """The first ``limit`` that may be shown."""
        shown: list[Item] = []
        counts: Counter[str] = Counter()
        for item in found:
            if len(shown) == limit:
                break
            if item.asset_id:
                if counts[item.asset_id] == _HITS_OF_AN_ASSET or not self._is_visible(item):
                    continue
                counts[item.asset_id] += 1
            shown.append(item)
        return shown

    def spent(self, found: Iterable[_OfAnAsset]) -> list[str]:
        """The assets of which no more would be shown, those with the most in ``found`` first."""
        counts: Counter[str] = Counter()
        visible: Counter[str] = Counter()
        for item in found:
            counts[item.asset_id] += 1
            visible[item.asset_id] += self._is_visible(item)
        return [
            asset_id
            for asset_id, _ in counts.most_common()
            if asset_id and (visible[asset_id] >= _HITS_OF_AN_ASSET or not visible[asset_id])
        ]

    def _is_visible(self, item: _OfAnAsset) -> bool:
        place = (item.asset_id, item.attempt)
        if place not in self._visible:
            self._visible[place] = self._may_be_found(*place)
        return self._visible[place]

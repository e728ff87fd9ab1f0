"""What would come of files in a browser, with its price, before any of them is sent."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from braid.domain.asset.asset import INBOX_PREFIX, read_inbox_key
from cli.dropping.drop import MAX_PUT_BYTES, PlannedAsset, Upload, check_profile
from cli.errors import EXIT_MISUSE, CommandError
from console.dropping.planning_process import Planner, Summary
from console.dropping.ranged_file import BrowserFile, Ranges

__all__ = ["Drop", "Drops", "Need"]

_MOST_FILES = 100
_MOST_HELD_BYTES = 48 * 1024 * 1024
_MOST_DROPS = 8


@dataclass(frozen=True)
class Need:
    """The next bytes that planning has to see."""

    file: int
    start: int
    length: int


@dataclass
class Drop:
    """Files on their way: what planning has seen of them, what is planned, what is being sent and what was.

    ``None`` is a bundle's manifest. A second click while one is on its way would make a second
    asset.
    """

    drop_id: str
    profile: str
    bundle: str | None
    files: Sequence[BrowserFile]
    assets: Sequence[PlannedAsset] = ()
    plans: list[Summary | None] = field(default_factory=list)
    on_its_way: set[int | None] = field(default_factory=set)
    sent: set[int | None] = field(default_factory=set)

    @property
    def is_planned(self) -> bool:
        """Whether somebody could see what would come of it."""
        return bool(self.assets) and len(self.plans) == len(self.assets)

    @contextmanager
    def sending(self, number: int | None) -> Iterator[None]:
        """Sends one of the files, unless what is done meanwhile raises: then it may be tried again.

        Raises ``CommandError`` where nothing is planned yet, and where it is on its way or was sent already.
        """
        if not self.is_planned or number in self.on_its_way | self.sent:
            raise CommandError(
                "it is being sent, was sent already, or isn't planned yet; drop it again",
                exit_code=EXIT_MISUSE,
            )
        self.on_its_way.add(number)
        try:
            yield
            self.sent.add(number)
        finally:
            self.on_its_way.discard(number)

    def advance(self, planner: Planner, stack_name: str | None) -> Need | None:
        """Plans as far as the given bytes go; ``None`` when everything is planned.

        Raises ``CommandError`` for files that never start anything. An asset of which planning would have to
        see too much has no plan.
        """
        if (need := self._named(planner)) is not None:
            return need
        for asset in self.assets[len(self.plans) :]:
            plan = planner.plan(asset, self.profile, stack_name)
            need = self._need()
            if need is not None and sum(file.ranges.held_bytes for file in self.files) < _MOST_HELD_BYTES:
                return need
            self.plans.append(plan)
            self._forget_bytes(asset)
        planner.rest()
        return None

    def _named(self, planner: Planner) -> Need | None:
        """Gives the files their keys, and members of a bundle their roles, which their content says."""
        if self.assets:
            return None
        prefix = f"{INBOX_PREFIX}{self.profile}/"
        if self.bundle is None:
            self.assets = [
                PlannedAsset(file.name, (Upload(prefix + file.name, file),)) for file in self.files
            ]
            for asset in self.assets:
                if not read_inbox_key(asset.uploads[0].key).starts_execution:
                    raise CommandError(
                        f"{asset.name}: files with this name are ignored; rename it first",
                        exit_code=EXIT_MISUSE,
                    )
            return None
        if (bundle := planner.bundle(self.files, prefix, self.bundle)) is not None:
            self.assets = [bundle]
        return self._need()

    def _need(self) -> Need | None:
        for number, file in enumerate(self.files):
            if (start := file.ranges.needed) is not None:
                return Need(number, start, file.ranges.length_at(start))
        return None

    def _forget_bytes(self, asset: PlannedAsset) -> None:
        for item in asset.uploads:
            if isinstance(item.path, BrowserFile):
                item.path.ranges.blocks.clear()
                item.path.ranges.needed = None


class Drops:
    """The drops of one run of the console, the newest few."""

    def __init__(self) -> None:
        self.planner = Planner()
        self._by_id: OrderedDict[str, Drop] = OrderedDict()

    def begin(self, asked: Mapping[str, Any]) -> Drop:
        """A drop of the files that a browser names. Raises ``CommandError`` that says what is wrong."""
        profile, bundle = str(asked.get("profile") or ""), str(asked.get("bundle") or "").strip() or None
        check_profile(profile)
        files = [_file(each) for each in asked.get("files") or []]
        if not files or len(files) > _MOST_FILES:
            raise CommandError(f"drop 1 to {_MOST_FILES} files at a time", exit_code=EXIT_MISUSE)
        names = [file.name for file in files]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise CommandError(f"two files are both named {', '.join(twice)}", exit_code=EXIT_MISUSE)
        drop = Drop(secrets.token_urlsafe(9), profile, bundle, files)
        self._by_id[drop.drop_id] = drop
        while len(self._by_id) > _MOST_DROPS:
            self._by_id.popitem(last=False)
        return drop

    def find(self, drop_id: str) -> Drop:
        """The drop of that id. Raises ``CommandError`` where it is of an earlier run."""
        if drop_id not in self._by_id:
            raise CommandError("this drop is forgotten; drop the files again", exit_code=EXIT_MISUSE)
        return self._by_id[drop_id]


def _file(told: Any) -> BrowserFile:
    name, size = (told.get("name"), told.get("size")) if isinstance(told, dict) else (None, None)
    if not isinstance(name, str) or not name or "/" in name or not isinstance(size, int) or size < 0:
        raise CommandError("a file has a name without / and a size", exit_code=EXIT_MISUSE)
    if size > MAX_PUT_BYTES:
        raise CommandError(f"{name}: is larger than 5 GiB; upload it with `aws s3 cp`", exit_code=EXIT_MISUSE)
    return BrowserFile(name, Ranges(size))

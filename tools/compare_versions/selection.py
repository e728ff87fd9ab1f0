"""Which files are dropped, under which profile: the same for the same folders, and varied."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path

__all__ = ["Drop", "choose", "plan_drops", "read_drops", "write_drops"]

_AT_ONCE = 8
_DEFAULT_PROFILE = "general"


@dataclass(frozen=True)
class Drop:
    """One call of `braid drop`: files by the names that differences are told under, or one bundle of them."""

    profile: str
    files: Mapping[str, str]
    bundle: str | None = None

    @property
    def name(self) -> str:
        """The name of a bundle's differences."""
        return f"{self.profile}/{self.bundle}.bundle"


def choose(folder: Path, count: int, max_bytes: int) -> list[Path]:
    """``count`` files of at most ``max_bytes`` with different contents, of as many kinds as there are.

    Kinds (a file's extension) take turns, the rarest first; within a kind the order follows from contents, so
    that files that are added or moved change little.
    """
    kinds: dict[str, dict[str, Path]] = defaultdict(dict)
    seen: set[str] = set()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not path.is_file() or hidden or path.name == "Thumbs.db" or path.stat().st_size > max_bytes:
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest not in seen:
            seen.add(digest)
            kinds[path.suffix.lower()][digest] = path
    rarest_first = sorted(kinds.items(), key=lambda kind: (len(kind[1]), kind[0]))
    turns = zip_longest(*([files[digest] for digest in sorted(files)] for _, files in rarest_first))
    return [path for turn in turns for path in turn if path is not None][:count]


def plan_drops(
    samples: Sequence[Path], files: Sequence[Path], profiles: Sequence[str], staging: Path
) -> list[Drop]:
    """Samples in every profile, files in the default one, some in the others too, and bundles of several.

    Files are copied into ``staging`` where two would have one name: an inbox key is dropped only once.
    """
    staged = _staged(files, staging)
    several = _of_different_kinds(staged)
    drops = []
    for profile in (_DEFAULT_PROFILE, *sorted(set(profiles) - {_DEFAULT_PROFILE})):
        chosen = [*samples, *(staged if profile == _DEFAULT_PROFILE else several)]
        for start in range(0, len(chosen), _AT_ONCE):
            part = chosen[start : start + _AT_ONCE]
            drops.append(Drop(profile, {f"{profile}/{path.name}": str(path) for path in part}))
        single = [path for path in samples if path.is_file()]
        for name, members in (("samples", single), ("several", several[:3])):
            if len(members) > 1:
                drops.append(Drop(profile, {path.name: str(path) for path in members}, bundle=name))
    return drops


def write_drops(path: Path, drops: Sequence[Drop]) -> None:
    """Keeps a plan, for another version to be run over the same files."""
    path.write_text(json.dumps([asdict(drop) for drop in drops], indent=1), "utf-8")


def read_drops(path: Path) -> list[Drop]:
    """The kept plan."""
    return [Drop(**drop) for drop in json.loads(path.read_text("utf-8"))]


def _staged(files: Sequence[Path], staging: Path) -> list[Path]:
    staging.mkdir(parents=True, exist_ok=True)
    staged: list[Path] = []
    names: set[str] = set()
    for path in files:
        name = path.name
        if name in names:
            name = f"{hashlib.sha256(path.read_bytes()).hexdigest()[:6]}-{name}"
        names.add(name)
        staged.append(Path(shutil.copy(path, staging / name)))
    return staged


def _of_different_kinds(files: Sequence[Path]) -> list[Path]:
    """A few for profiles and bundles: a picture, a page, a sound and words, where there are any."""
    wanted = (".jpg", ".pdf", ".txt", ".mp4", ".wav", ".vtt", ".docx", ".png")
    found = (next((path for path in files if path.suffix.lower() == kind), None) for kind in wanted)
    return [path for path in found if path is not None]

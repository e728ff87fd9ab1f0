"""A file of posts on its way into the inbox, under a name by which it is known as one."""

from __future__ import annotations

from pathlib import Path

from braid.domain.asset.asset import INBOX_PREFIX, is_posts_name
from cli.dropping.drop import PlannedAsset, Upload, plan_drop
from cli.errors import EXIT_MISUSE, CommandError

__all__ = ["plan_posts"]


def plan_posts(file: Path, profile: str) -> PlannedAsset:
    """What to upload. Raises ``CommandError`` for a file that can't be read or is of another kind."""
    if file.is_dir():
        raise CommandError(f"{file}: is a folder; a file of posts is one file", exit_code=EXIT_MISUSE)
    plan_drop([file], profile=profile, bundle=None)  # refuses what can't be read
    name = file.name
    if not is_posts_name(name):
        if file.suffix.lower() != ".csv":
            raise CommandError(
                f"{file}: posts come as JSON lines (.jsonl, .ndjson) or CSV (.csv)", exit_code=EXIT_MISUSE
            )
        name = f"{file.stem}.posts.csv"
    return PlannedAsset(name, (Upload(f"{INBOX_PREFIX}{profile}/{name}", file),))

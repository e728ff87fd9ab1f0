"""Files of one kind as what faults are tried on, and files of posts, of which every line is looked at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.faults.classes import POSTS
from evaluation.faults.deployment import Deployment
from evaluation.faults.material import write_file
from evaluation.faults.posts_file import DIFFERENT_A_CHUNK, IDS, REJECTED_LINES, write_posts
from evaluation.faults.verdict import KEPT, Verdict, judge

__all__ = ["Files", "FilesOfPosts", "check_decisions"]

_PROFILE_OF_POSTS = "moderation"


class Files:
    """Files of one kind, each an asset of the profile ``general``."""

    most_of_a_try: int | None = None

    def __init__(self, deployment: Deployment, kind: str) -> None:
        self._deployment = deployment
        self._kind = kind

    def begin(self, folder: Path, name: str, seed: int) -> str:
        """See ``Subject``; the id is the asset's."""
        (asset_id,) = self._deployment.send([write_file(folder, name, self._kind, seed)])
        return asset_id

    def is_settled(self, subject_id: str) -> bool:
        """See ``Subject``."""
        return self._deployment.is_settled(subject_id)

    def is_begun(self, subject_id: str) -> bool:
        """See ``Subject``."""
        return self._deployment.execution_status(subject_id) is not None

    def execution_name(self, subject_id: str) -> str:
        """See ``Subject``: that of the first attempt."""
        return f"{subject_id}-1"

    def judge(self, subject_id: str) -> Verdict:
        """See ``Subject``."""
        return judge(self._deployment, subject_id)


class FilesOfPosts(Files):
    """Files of three chunks, whose decisions stand line by line."""

    most_of_a_try: int | None = DIFFERENT_A_CHUNK

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(deployment, POSTS)

    def begin(self, folder: Path, name: str, seed: int) -> str:
        """See ``Subject``."""
        (asset_id,) = self._deployment.send([write_posts(folder, name, seed)], profile=_PROFILE_OF_POSTS)
        return asset_id

    def judge(self, subject_id: str) -> Verdict:
        """See ``Subject``: the asset's, and its decisions where it has any."""
        verdict = super().judge(subject_id)
        if verdict.end not in ("FAILED", KEPT, "open"):
            check_decisions(verdict, self._decisions(subject_id))
        return verdict

    def _decisions(self, asset_id: str) -> list[dict[str, Any]]:
        target = self._deployment.target
        key = f"assets/{asset_id}/1/decisions.jsonl"
        try:
            body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
        except target.s3.exceptions.NoSuchKey:
            return []
        return [json.loads(line) for line in body.splitlines()]


def check_decisions(verdict: Verdict, found: Sequence[dict[str, Any]]) -> None:
    """One decision a line, in order, none twice, each about its own post."""
    counted = Counter(each["line"] for each in found)
    twice = [line for line, count in counted.items() if count > 1]
    gone = [line for line in range(1, len(IDS) + 1) if line not in counted]
    if gone:
        verdict.lost.append(f"{verdict.asset_id} has no decision about {len(gone)} lines, as {gone[0]}")
    if twice:
        verdict.doubled.append(f"{verdict.asset_id} decides {len(twice)} lines twice, as {twice[0]}")
    if list(counted) != sorted(counted):
        verdict.untrue.append(f"the decisions of {verdict.asset_id} aren't in the order of its lines")
    for each in found:
        line = int(each["line"])
        expected = None if line > len(IDS) or line in REJECTED_LINES else IDS[line - 1]
        if ("rejected" in each) != (expected is None) or each.get("id") != expected:
            verdict.untrue.append(f"line {line} of {verdict.asset_id} is decided as {each}")

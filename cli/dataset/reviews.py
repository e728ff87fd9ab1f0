"""What reviewers decided, as lines of a data set and as what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from braid.domain.answer.review import ReviewExample
from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result
from braid.domain.datasets.formats import DatasetFormat
from braid.domain.datasets.reviewed import baseline, policy_sections, taught, vocabulary
from braid.domain.datasets.writers import gen_qa_line, nova_line
from cli.dataset.pairs import Built
from cli.errors import CommandError
from cli.showing.documents import read_document
from cli.showing.records import read_result, recent_records
from cli.target import Target

__all__ = ["add_reviews", "ended_results", "read_reviews", "write_beside"]

_ENDED = (AssetStatus.SUCCEEDED, AssetStatus.PARTIAL, AssetStatus.REJECTED)
_MOST_ASSETS = 100_000
_AT_ONCE = 24
_POLICY = "policy.md"


def ended_results(target: Target, days: int, profile: str | None, notes: list[str]) -> Iterator[Result]:
    """The results of assets that ended in the last days, of one profile or of all.

    One that is gone, such as by a deletion meanwhile, gets a note.
    """
    records = recent_records(target, days=days, statuses=_ENDED, limit=_MOST_ASSETS)
    wanted = [record.asset_id for record in records if profile in (None, record.profile)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for asset_id, found in zip(wanted, pool.map(partial(_result, target), wanted), strict=True):
            if isinstance(found, Result):
                yield found
            else:
                notes.append(f"{asset_id}: left out: {found}")


def read_reviews(target: Target, days: int, profile: str | None, notes: list[str]) -> list[ReviewExample]:
    """What reviews left as labelled examples."""
    found = (
        read_document(target, each, "example", ReviewExample)
        for each in ended_results(target, days, profile, notes)
    )
    return [each for each in found if each is not None]


def _result(target: Target, asset_id: str) -> Result | str:
    """The result, or why there is none."""
    try:
        return read_result(target, asset_id)
    except CommandError as error:
        return error.message


def add_reviews(examples: Sequence[ReviewExample], kind: DatasetFormat, built: Built) -> None:
    """Adds a line for each example that teaches something, and says of the others why not."""
    from braid.runtime.library import profile as profile_of  # reads the profiles' files

    for example in examples:
        plan = profile_of(example.profile)
        policy = next((each.text_for(None) for each in plan.references if each.name == _POLICY), "")
        decides = plan.decision.decides
        told = taught(
            example,
            instructions=plan.prompt,
            decision_ranks=plan.decision.ranks if decides else (),
            sections=policy_sections(policy),
        )
        if isinstance(told, str):
            built.notes.append(f"{example.asset_id}: left out: {told}")
            continue
        if kind is DatasetFormat.GEN_QA:
            line = gen_qa_line(told.prompt, told.answer, system=told.system)
        else:
            line = nova_line(told.prompt, told.answer, system=told.system)
        built.add(line, asset_id=example.asset_id, by=example.by, at=example.at, review=example.label)


def write_beside(folder: Path, examples: Sequence[ReviewExample]) -> None:
    """Writes ``baseline.json``, and ``vocabulary.txt`` where reviewers wrote names that nothing had heard."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [
        {
            "profile": each.profile,
            "approved": each.approved,
            "edited": each.edited,
            "rejected": each.rejected,
            "approved_share": round(each.approved_share, 4),
            "decisions": [
                {"model": before, "stands": after, "count": count}
                for (before, after), count in sorted(each.decisions.items())
            ],
        }
        for each in baseline(examples)
    ]
    (folder / "baseline.json").write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8")
    words = vocabulary(examples)
    if words:
        rows = ["Phrase\tSoundsLike\tIPA\tDisplayAs", *(f"{word}\t\t\t{word}" for word in words)]
        (folder / "vocabulary.txt").write_text("\n".join(rows) + "\n", "utf-8")

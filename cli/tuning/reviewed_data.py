"""The data of a run out of what people decided: what was approved or corrected, split three ways."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from braid.domain.datasets.checking import CheckOptions
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.split import split
from braid.domain.tuning.plan import Way
from cli.dataset.files import check_path, refuse_unreadable, write_sources
from cli.dataset.pairs import Built
from cli.dataset.reviews import add_reviews, read_reviews, write_beside
from cli.errors import EXIT_MISUSE, CommandError
from cli.target import Target
from cli.tuning.data_folder import EVALUATION_FILES, FILES

__all__ = ["put_reviews"]

# A third is compared on: fewer give an interval that hardly ever lies above 0.
_SHARES = {FILES["training"]: 0.55, FILES["validation"]: 0.12, EVALUATION_FILES[Way.NOVA_TEXT]: 0.33}
_LEAST = 20


def put_reviews(
    target: Target, profile: str, folder: Path, *, days: int, tell: Callable[[str], None]
) -> None:
    """Writes ``train.jsonl``, ``validation.jsonl`` and ``gen_qa.jsonl`` with their sources.

    What has the same content, hardly differs or was made from the same asset stays in one file, and each
    class has its share in each. Raises ``CommandError`` where people decided too little, or always the same.
    """
    from braid.runtime.library import profile_names

    if profile not in profile_names():
        raise CommandError(
            f"there is no profile {profile!r} whose reviews could be learned from; name one of"
            f" {', '.join(sorted(profile_names()))}, or say --data FOLDER",
            exit_code=EXIT_MISUSE,
        )
    if folder.exists() and any(folder.iterdir()):
        raise CommandError(f"{folder} isn't empty; name a new folder", exit_code=EXIT_MISUSE)
    lines, questions = Built(), Built()
    examples = read_reviews(target, days, profile, lines.notes)
    add_reviews(examples, DatasetFormat.NOVA_TEXT, lines)
    add_reviews(examples, DatasetFormat.GEN_QA, questions)
    for note in lines.notes:
        tell(note)
    if len(lines.lines) < _LEAST:
        raise CommandError(
            f"people decided about {len(lines.lines)} answers of {profile} in {days} days; a model learns"
            f" from hundreds, and fewer than {_LEAST} can't even be split"
        )
    write_beside(folder, examples)
    _split(folder, lines, questions, tell)


def _split(folder: Path, lines: Built, questions: Built, tell: Callable[[str], None]) -> None:
    everything = folder / "all.jsonl"
    everything.write_bytes(b"".join(lines.lines))
    write_sources(everything, lines.sources)
    found = check_path(everything, DatasetFormat.NOVA_TEXT, DatasetRole.EVALUATION, CheckOptions())
    refuse_unreadable(everything, found)
    items = [found.items[number] for number in range(1, len(lines.lines) + 1)]
    labels = Counter(item.label for item in items)
    if len(labels) < 2:
        raise CommandError(
            f"everybody decided {next(iter(labels))!r}: a model learns nothing from a single class"
        )
    parts = split(items, _SHARES)
    for name in _SHARES:
        source = questions if name == EVALUATION_FILES[Way.NOVA_TEXT] else lines
        chosen = [index for index, part in enumerate(parts) if part == name]
        (folder / name).write_bytes(b"".join(source.lines[index] for index in chosen))
        rows = [{**source.sources[index], "line": line} for line, index in enumerate(chosen, 1)]
        write_sources(folder / name, rows)
        tell(f"{name}: {len(chosen)} of {len(lines.lines)} decisions")

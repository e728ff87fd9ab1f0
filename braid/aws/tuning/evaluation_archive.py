"""What an evaluation by recipe leaves: an archive with metrics as JSON, and files of TensorBoard beside."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass

from braid.domain.errors import InvalidServiceOutputError
from braid.domain.json_text import parse_json

__all__ = ["EvaluationArchive", "read_archive"]

_MOST_BYTES = 50_000_000
_EVENTS = "events.out.tfevents"


@dataclass(frozen=True)
class EvaluationArchive:
    """``metrics`` by name, of every task; ``event_files`` are TensorBoard's, which are named and not read."""

    metrics: dict[str, float]
    event_files: tuple[str, ...]


def read_archive(body: bytes) -> EvaluationArchive:
    """Reads ``output.tar.gz``. Nothing of it is written anywhere.

    Raises ``InvalidServiceOutputError`` where it is no archive, is damaged, or has no metrics.
    """
    metrics: dict[str, float] = {}
    events: list[str] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if name.startswith(_EVENTS):
                    events.append(member.name)
                elif name.endswith(".json") and member.isfile() and member.size <= _MOST_BYTES:
                    file = archive.extractfile(member)
                    metrics |= _metrics(parse_json(file.read())) if file else {}
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise InvalidServiceOutputError(
            "not an archive that can be read (output.tar.gz of an evaluation), or one that is damaged"
        ) from error
    if not metrics:
        raise InvalidServiceOutputError("an archive without metrics")
    return EvaluationArchive(metrics, tuple(sorted(events)))


def _metrics(value: object) -> dict[str, float]:
    """The figures under ``results`` of each task, as lm-evaluation-harness writes them."""
    results = value.get("results") if isinstance(value, dict) else None
    found: dict[str, float] = {}
    for task in (results or {}).values() if isinstance(results, dict) else ():
        for name, figure in task.items() if isinstance(task, dict) else ():
            if isinstance(figure, int | float) and not isinstance(figure, bool):
                found[str(name).partition(",")[0]] = float(figure)
    return found

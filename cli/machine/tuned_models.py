"""The tuned models that profiles on this machine name, held against those of a deployment."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from braid.domain.audit.facts import TuningFacts
from braid.domain.tuning.records import ModelBook
from cli.errors import CommandError
from cli.machine.doctor import Finding
from cli.target import HOME, Target, find_target
from cli.tuning.deployed_tuning import find_tuning
from cli.tuning.kept_runs import read_runs
from cli.tuning.profile_model import named_model, profile_file
from local import lifecycle

__all__ = ["tuned_findings", "tuned_models_here", "tuned_models_of"]


def tuned_models_here() -> Iterator[Finding]:
    """Those of the embedded AWS of this folder; none where it doesn't run."""
    if lifecycle.current(HOME) is None:
        return
    with contextlib.suppress(CommandError):  # it is just being deployed into
        yield from tuned_models_of(find_target(None))


def tuned_models_of(target: Target) -> Iterator[Finding]:
    """A finding for each name that was tuned; none where the deployment can't tune.

    Raises botocore's errors where AWS refuses.
    """
    try:
        tuning = find_tuning(target)
    except CommandError:
        return
    facts = read_runs(target, settled_before=datetime.now(UTC))
    named = {}
    for book in (books := tuning.books()):
        try:
            named[book.name] = named_model(profile_file(book.name))
        except CommandError:
            continue  # tuned for something else than a profile
    yield from tuned_findings(books, facts or TuningFacts({}, {}), named)


def tuned_findings(books: list[ModelBook], facts: TuningFacts, named: Mapping[str, str]) -> Iterator[Finding]:
    """``named`` has the ARN that each profile names, empty where it names none."""
    for book in books:
        row, arn = book.in_use, named.get(book.name)
        title = f"Tuned model of {book.name}"
        run = facts.runs.get(row.run_id) if row else None
        if row is None:
            if arn:
                yield Finding(
                    title, False, "its profile names one that isn't in use", "take [inference.tuned] out"
                )
        elif run is not None and not run.is_served:
            yield Finding(
                title, False, "what serves it is gone", f"braid models --rollback {book.name}, and deploy"
            )
        elif arn is not None and arn != row.model_arn:
            told = "its profile names another" if arn else "its profile names none"
            yield Finding(title, False, told, f"braid models --use {book.name}, and deploy")
        else:
            yield Finding(title, True, f"{row.run_id}, {row.price}")

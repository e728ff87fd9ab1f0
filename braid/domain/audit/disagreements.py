"""Where the stores of a deployment disagree: one check a class, each finding with a sentence and a command.

``CHECKS`` is the table of what a deployment's machines keep: whoever adds a machine that keeps something
of an asset adds a check here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from braid.domain.audit import assets, bookkeeping, search_index, tuning_runs
from braid.domain.audit.facts import Facts
from braid.domain.audit.finding import Disagreement, Mend

__all__ = ["CHECKS", "Disagreement", "Mend", "disagreements"]

CHECKS: Mapping[str, Callable[[Facts], Iterable[Disagreement]]] = {
    "never-started": assets.never_started,
    "waiting-lost": assets.waiting_lost,
    "start-lost": assets.start_lost,
    "unrecorded-death": assets.unrecorded_death,
    "unrecorded-end": assets.unrecorded_end,
    "redriven-unseen": assets.redriven_unseen,
    "review-overdue": assets.review_overdue,
    "result-missing": assets.result_missing,
    "result-untrue": assets.result_untrue,
    "unknown-results": assets.unknown_results,
    "deleted-remains": assets.deleted_remains,
    "unindexed": search_index.unindexed,
    "index-remains": search_index.index_remains,
    "tuning-unended": tuning_runs.tuning_unended,
    "tuning-remains": tuning_runs.tuning_remains,
    "tuned-model-gone": tuning_runs.tuned_model_gone,
    "mark-of-none": bookkeeping.mark_of_none,
    "uncounted": bookkeeping.uncounted,
    "open-counts": bookkeeping.open_counts,
    "day-counts": bookkeeping.day_counts,
    "kind-counts": bookkeeping.kind_counts,
    "day-cost": bookkeeping.day_cost,
    "day-money": bookkeeping.day_money,
    "dead-letters": bookkeeping.dead_letters,
}


def disagreements(facts: Facts) -> tuple[Disagreement, ...]:
    """Everything that doesn't agree, class by class."""
    return tuple(found for check in CHECKS.values() for found in check(facts))

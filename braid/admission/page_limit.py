"""How many pages an asset may have."""

from __future__ import annotations

from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.domain.profile.sections.gates import GatePlan

__all__ = ["check_pages"]


def check_pages(page_count: int, limits: Limits, plan: GatePlan, gates: GateLog) -> None:
    """Every page costs; a document over the limit is refused instead of read in part."""
    if page_count > limits.max_pages:
        gates.reject(
            "pages",
            page_count,
            "pages",
            f"The document has {page_count} pages; the limit is {limits.max_pages}. Split it up.",
        )
    gates.judge(
        "pages",
        page_count,
        "pages",
        plan.pages,
        low=f"The document has only {'one page' if page_count == 1 else f'{page_count} pages'}.",
        high=f"The document has {page_count} pages. Split it up.",
    )

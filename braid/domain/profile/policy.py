"""A policy in words whose headings name categories and the severity from which each weighs on a decision.

    ## Harassment: review from 2, block from 3

The words below a heading are for whoever judges, a model or a person; the thresholds are for code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["FILE", "Policy", "read_policy"]

FILE = "policy.md"
# Category to decision to the least severity.
Policy = Mapping[str, Mapping[str, float]]

_HEADING = re.compile(r"^##+\s+(?P<name>[^:\n]+?)\s*:\s*(?P<thresholds>.*?)\s*$", re.MULTILINE)
_THRESHOLD = re.compile(r"(?P<decision>[a-z][a-z_-]*) from (?P<severity>\d+(?:\.\d+)?)")


def read_policy(text: str, decisions: Sequence[str]) -> tuple[dict[str, dict[str, float]], list[str]]:
    """The categories with their thresholds, and what is wrong with the headings.

    Headings without a colon are for people alone.
    """
    policy: dict[str, dict[str, float]] = {}
    problems: list[str] = []
    for match in _HEADING.finditer(text):
        name, thresholds = match["name"], {}
        for part in match["thresholds"].split(","):
            found = _THRESHOLD.fullmatch(part.strip())
            if found is None or found["decision"] not in decisions:
                problems.append(
                    f"{name!r}: {part.strip()!r} isn't a threshold such as '{decisions[-1]} from 3'"
                    f" (decisions are {', '.join(decisions)})"
                )
                continue
            thresholds[found["decision"]] = float(found["severity"])
        if name in policy:
            problems.append(f"{name!r} has two headings")
        policy[name] = thresholds
    if not policy:
        problems.append(f"no heading names a category, such as '## Threats: {decisions[-1]} from 3'")
    return policy, problems

"""What a judge says of a post, read strictly, and the decision that follows from it by the policy. Pure.

A judge names categories, severities and words of the post, never a decision: that is made here, from the
thresholds in the policy's headings, so that the same findings always end alike. The answer is a line each:

    Threats 3 "we know where you live"

or ``none``, or ``unsure``. Anything else is no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from braid.domain.profile.policy import Policy
from braid.domain.profile.sections.decision import DecisionPlan

__all__ = ["SEVERITIES", "Finding", "Verdict", "decision_of", "read_verdict", "reason_of", "write_verdict"]

SEVERITIES = (1, 2, 3, 4)
_MOST_FINDINGS = 8
_NONE, _UNSURE = "none", "unsure"
_OPENING, _CLOSING = "\"'“”„«»‘’`", "\"'“”«»‘’`"
_LINE = re.compile(
    rf"(?:[-*]\s+)?(?P<category>\S.*?)[\s:,]+(?P<severity>\d)\s*[:,-]?\s*"
    rf"[{_OPENING}](?P<quote>.+)[{_CLOSING}]\.?"
)


@dataclass(frozen=True)
class Finding:
    """A category of the policy that a post touches, and the characters ``[begin, end)`` of it that say so."""

    category: str
    severity: int
    begin: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """What a judge found in a post; nothing in most. ``is_unsure`` where it asks for a person."""

    findings: tuple[Finding, ...] = ()
    is_unsure: bool = False


def read_verdict(reply: str, text: str, categories: Iterable[str]) -> Verdict | str:
    """The verdict that ``reply`` is about the post ``text``, or what is wrong with it, for the judge.

    Every finding names a category of the policy, a severity from 1 to 4, and words that stand in the post,
    but for case and white space.
    """
    lines = [line.strip().strip("`").strip() for line in reply.strip().splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return "it is empty"
    if len(lines) == 1 and lines[0].rstrip(".").lower() in (_NONE, _UNSURE):
        return Verdict(is_unsure=lines[0].rstrip(".").lower() == _UNSURE)
    if len(lines) > _MOST_FINDINGS:
        return f"it has {len(lines)} lines"
    known = {category.lower(): category for category in categories}
    findings: dict[str, Finding] = {}
    for line in lines:
        found = _finding(line, text, known)
        if isinstance(found, str):
            return found
        earlier = findings.get(found.category)
        if earlier is None or found.severity > earlier.severity:
            findings[found.category] = found
    return Verdict(tuple(findings.values()))


def _finding(line: str, text: str, known: dict[str, str]) -> Finding | str:
    match = _LINE.fullmatch(line)
    if match is None:
        return 'a line isn\'t `Category severity "words of the post"`'
    category = known.get(match["category"].strip(" *`").lower())
    if category is None:
        return "a line begins with no category of the policy"
    severity = int(match["severity"])
    if severity not in SEVERITIES:
        return "a severity isn't from 1 to 4"
    place = _place(match["quote"], text)
    if place is None:
        return "the words in quotation marks don't stand in the post"
    return Finding(category, severity, *place)


def _place(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quotation stands in the text, but for case and white space; ellipses at its ends are cut."""
    words = quote.strip().strip("….").split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    match = re.search(pattern, text, re.IGNORECASE)
    return match.span() if match else None


def write_verdict(verdict: Verdict, text: str) -> str:
    """The reply that ``read_verdict`` reads as that verdict: what a model is trained to write."""
    if verdict.is_unsure:
        return _UNSURE
    lines = [
        f'{item.category} {item.severity} "{" ".join(text[item.begin : item.end].split())}"'
        for item in verdict.findings
    ]
    return "\n".join(lines) or _NONE


def decision_of(verdict: Verdict | None, policy: Policy, plan: DecisionPlan) -> str:
    """The severest decision that the policy's thresholds ask for; ``None`` was judged by nobody."""
    if verdict is None or verdict.is_unsure:
        return plan.undecided
    asked = [
        decision
        for finding in verdict.findings
        for decision, least in policy.get(finding.category, {}).items()
        if finding.severity >= least
    ]
    return plan.severest(plan.ranks[0], *asked)


def reason_of(verdict: Verdict, text: str) -> str:
    """Why, in a line for people: what was found, the severest first, in the post's own words."""
    if verdict.is_unsure:
        return "The judge would need to know more"
    ordered: Sequence[Finding] = sorted(verdict.findings, key=lambda item: -item.severity)
    return "; ".join(
        f"{item.category} (severity {item.severity}): “{' '.join(text[item.begin : item.end].split())}”"
        for item in ordered
    )

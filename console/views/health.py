"""Health: what waits, what nobody could handle, which alarms ring, and whether everything agrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import AssetStatus
from braid.domain.audit.disagreements import disagreements
from cli.aws_errors import explain
from cli.machine.alarms import alarm_findings
from cli.repair.gathering import gather
from cli.target import Target
from console.context import context_of
from console.pages import page
from console.reading.counts import read_counts

__all__ = ["audit", "show"]

_SETTLED = timedelta(minutes=5)
_LISTED = 200


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, ``good``, ``warn`` or ``bad``, what was found and what to do about it."""

    name: str
    kind: str
    found: str
    remedy: str = ""


def show(request: Request) -> Response:
    """What can be read at once; the audit, which reads everything, is asked for."""
    target = context_of(request).target
    return page(request, "health.html", title="Health", checks=list(_checks(target)))


def audit(request: Request) -> Response:
    """What disagrees, as `braid audit` would say it, as a part of the page."""
    now = datetime.now(UTC)
    facts = gather(context_of(request).target, now=now, settled=_SETTLED)
    found = disagreements(facts)
    return page(
        request, "audit.html", found=found[:_LISTED], found_count=len(found), record_count=len(facts.records)
    )


def _checks(target: Target) -> Iterator[Check]:
    counts = read_counts(target, today=datetime.now(UTC).date(), days=7)
    yield Check(
        "Open assets",
        "good",
        f"{sum(counts.open.values()):,}, of which"
        f" {counts.open.get(AssetStatus.AWAITING_REVIEW, 0):,} await review",
    )
    failed = counts.total[AssetStatus.FAILED]
    mend = "`braid redrive --failed`" if failed else ""
    yield Check("Failed in 7 days", "bad" if failed else "good", f"{failed:,}", mend)
    for name, url, remedy in (
        ("Waiting in the inbox", target.inbox_queue_url, ""),
        ("Dead letters", target.dead_letters_url, "`braid redrive --dead-letters`"),
    ):
        yield _queue(target, name, url, remedy)
    yield from _alarms(target)


def _queue(target: Target, name: str, url: str, remedy: str) -> Check:
    if not url:
        return Check(name, "warn", "this deployment is of an earlier version; deploy this one")
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    try:
        told = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    except (ClientError, BotoCoreError) as error:
        return Check(name, "warn", explain(error).splitlines()[0])
    waiting = sum(int(value) for value in told.values())
    is_bad = bool(waiting and remedy)
    return Check(name, "bad" if is_bad else "good", f"{waiting:,}", remedy if is_bad else "")


def _alarms(target: Target) -> Iterator[Check]:
    try:
        for finding in alarm_findings(target.cloudwatch, target.deployment_name):
            # "Alarms" itself is not one that rings: who looks may not ask for them.
            kind = "good" if finding.ok else ("warn" if finding.name == "Alarms" else "bad")
            yield Check(finding.name, kind, finding.detail, finding.remedy)
    except (ClientError, BotoCoreError) as error:
        yield Check("Alarms", "warn", explain(error).splitlines()[0])

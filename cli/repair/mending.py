"""What `braid audit --fix` does about each kind of disagreement: what loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from botocore.exceptions import ClientError

from braid.domain.asset.asset import AssetKind, AssetRef, AssetStatus, Source, read_inbox_key
from braid.domain.asset.result import Result
from braid.domain.audit.counting import (
    committed_at_most,
    committed_by_day,
    count_days,
    count_kinds,
    count_open,
    spent_by_day,
)
from braid.domain.audit.disagreements import Disagreement, Mend
from braid.domain.audit.facts import Facts
from braid.domain.clock import iso
from braid.domain.errors import BraidError
from braid.store.counts import KINDS_KEY, OPEN_KEY, AssetCounts, day_key
from braid.store.documents import DocumentStore
from braid.store.duplicate_marks import DuplicateMarks
from braid.store.records import AssetRecords, RecordClosing
from braid.store.reservations import COMMITTED, money_key
from cli.aws_errors import explain
from cli.errors import CommandError
from cli.finding.deployed_search import find_search, not_indexed
from cli.functions import call
from cli.options import console
from cli.repair.assets_table import find_record, look_again
from cli.repair.messages import message_of_attempt, send_messages
from cli.showing.records import read_result
from cli.showing.results import get_result
from cli.target import Target
from cli.tuning.deployed_tuning import find_tuning

__all__ = ["mend", "profile_of"]


def mend(target: Target, facts: Facts, found: Disagreement) -> bool:
    """Mends one disagreement; ``False`` where the asset has moved on since it was looked at.

    So it is where AWS or Braid refuses, which is said: others may be mended all the same.
    """
    try:
        return _MENDING[found.mend](target, facts, found)
    except CommandError as error:
        refusal = error.message
    except (BraidError, ClientError) as error:
        refusal = explain(error)
    what = found.asset_id or found.about or found.check
    console.print(f"{what}: {refusal}", style="red", markup=False, highlight=False)
    return False


def profile_of(facts: Facts, asset_id: str) -> str:
    """What an asset is analysed by when it is begun, by its record or by where its version lies."""
    record = facts.records.get(asset_id)
    if record is not None:
        return record.asset.profile if record.asset else ""
    return read_inbox_key(facts.versions[asset_id][0].key).profile


def _send_arrival(target: Target, facts: Facts, found: Disagreement) -> bool:
    """As the next attempt where an execution of an earlier one is known, whose name isn't free."""
    asset_id = str(found.asset_id)
    source, _ = facts.versions[asset_id]
    attempt = facts.next_attempt(asset_id)
    asset = AssetRef(asset_id, attempt, read_inbox_key(source.key).profile, source)
    return send_messages(target, [message_of_attempt(asset, None)]) == 1


def _send_next(target: Target, facts: Facts, found: Disagreement) -> bool:
    record = facts.records[str(found.asset_id)]
    if record.asset is None:
        return False
    attempt = max(record.attempt + 1, facts.next_attempt(record.asset_id))
    asset = replace(record.asset, attempt=attempt)
    return send_messages(target, [message_of_attempt(asset, None)]) == 1


def _send_again(target: Target, facts: Facts, found: Disagreement) -> bool:
    record = facts.records[str(found.asset_id)]
    if record.asset is None:
        return False
    return send_messages(target, [message_of_attempt(record.asset, record.reuse)]) == 1


def _record_death(target: Target, facts: Facts, found: Disagreement) -> bool:
    """Calls the function that EventBridge would have called, with the event that it would have sent."""
    execution = facts.execution_of(facts.records[str(found.asset_id)])
    if execution is None:
        return False
    told = target.stepfunctions.describe_execution(executionArn=execution.arn)
    detail = {
        "executionArn": execution.arn,
        "status": told["status"],
        "input": told.get("input"),
        "startDate": int(told["startDate"].timestamp() * 1000),
        "error": told.get("error"),
        "cause": told.get("cause"),
        "redriveCount": execution.redrive_count,
    }
    event = {
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "detail": detail,
    }
    call(target, target.closing_function, event)
    return True


def _record_end(target: Target, facts: Facts, found: Disagreement) -> bool:
    record = facts.records[str(found.asset_id)]
    execution = facts.execution_of(record)
    if execution is None or record.asset is None:
        return False
    told = target.stepfunctions.describe_execution(executionArn=execution.arn)
    output = json.loads(told.get("output") or "{}")
    result = read_result(target, record.asset_id)
    if "status" not in output or result.attempt != record.attempt:
        return False
    closing = RecordClosing(
        status=AssetStatus(output["status"]),
        reason=result.reason,
        result_uri=output.get("result_uri"),
        execution_arn=execution.arn,
        cost_usd=_cost(target, result),
        gates=result.gates,
        redrive_count=execution.redrive_count,
    )
    return _records(target).close(record.asset, closing, now=result.timings.finished_at)


def _reopen(target: Target, facts: Facts, found: Disagreement) -> bool:
    record = facts.records[str(found.asset_id)]
    execution = facts.execution_of(record)
    if execution is None or record.asset is None:
        return False
    return _records(target).reopen(
        record.asset, execution_arn=execution.arn, redrive_count=execution.redrive_count, now=_now()
    )


def _restore_record(target: Target, facts: Facts, found: Disagreement) -> bool:  # noqa: ARG001  # as all
    result = read_result(target, str(found.asset_id))
    source = Source(result.source.bucket, result.source.key, result.source.version_id)
    asset = AssetRef(result.asset_id, result.attempt, result.profile, source)
    closing = RecordClosing(
        status=result.status,
        reason=result.reason,
        result_uri=f"s3://{target.results_bucket}/assets/{result.asset_id}/result.json",
        execution_arn=result.execution_arn,
        cost_usd=_cost(target, result),
        gates=result.gates,
    )
    return _records(target).close(asset, closing, now=result.timings.finished_at)


def _correct_result(target: Target, facts: Facts, found: Disagreement) -> bool:
    record = facts.records[str(found.asset_id)]
    result = read_result(target, record.asset_id)
    if result.attempt != record.attempt:
        return False
    store = DocumentStore(target.results_bucket, record.asset_id, record.attempt, s3=target.s3)
    corrected = replace(result, status=record.status, reason=record.reason)
    store.put_document(f"assets/{record.asset_id}/result.json", corrected)
    return True


def _count(target: Target, facts: Facts, found: Disagreement) -> bool:
    record = facts.records[str(found.asset_id)]
    return record.asset is not None and _records(target).count(record.asset)


def _set_counts(target: Target, facts: Facts, found: Disagreement) -> bool:
    """Sets one item to what the records amount to."""
    counts = AssetCounts(target.assets_table, dynamodb=target.dynamodb)
    if found.check == "open-counts":
        status = AssetStatus(found.about)
        read, right = facts.open_counts, count_open(facts.records.values())
        return counts.correct(OPEN_KEY, _only(read, status), {status.value: Decimal(right.get(status, 0))})
    if found.check == "kind-counts":
        kind = AssetKind(found.about)
        counted = {kind.value: Decimal(facts.kind_counts[kind])} if kind in facts.kind_counts else {}
        records = Decimal(count_kinds(facts.records.values()).get(kind, 0))
        return counts.correct(KINDS_KEY, counted, {kind.value: records})
    day = found.about
    if found.check == "day-cost":
        usd, spent = facts.day_usd.get(day), spent_by_day(facts.records.values())[day]
        return counts.correct(day_key(day), {} if usd is None else {"usd": usd}, {"usd": spent})
    if found.check == "day-money":
        return _set_money(target, counts, facts, day)
    there = count_days(facts.records.values()).get(day, {})
    read_there = {status.value: Decimal(by) for status, by in facts.day_counts.get(day, {}).items()}
    right_there = {status.value: Decimal(by) for status, by in there.items()}
    return counts.correct(day_key(day), read_there, right_there)


def _set_money(target: Target, counts: AssetCounts, facts: Facts, day: str) -> bool:
    """Downwards only where a second look at all records finds the same.

    Else what was reserved between the reading of its record and that of the day's money would be lost.
    """
    committed = facts.committed_usd.get(day)
    right = committed_by_day(facts.records.values()).get(day, Decimal(0))
    if committed is not None and committed > right:
        most = committed_at_most(facts, day)
        again = look_again(target, facts)
        if most is None or (committed, most) != (again.committed_usd.get(day), committed_at_most(again, day)):
            return False
        right = most
    read = {} if committed is None else {COMMITTED: committed}
    return counts.correct(money_key(day), read, {COMMITTED: right})


def _remove_mark(target: Target, facts: Facts, found: Disagreement) -> bool:  # noqa: ARG001  # as all
    record = find_record(target, str(found.asset_id))
    if record is not None and record.status is not AssetStatus.DELETED:
        return False
    marks = DuplicateMarks(target.assets_table, _records(target), dynamodb=target.dynamodb)
    return marks.remove(found.about, str(found.asset_id))


def _index(target: Target, facts: Facts, found: Disagreement) -> bool:  # noqa: ARG001  # as all
    (asset,) = find_search(target).index("index", [str(found.asset_id)])["assets"]
    if reason := not_indexed(asset):
        raise CommandError(reason)
    return True


def _tear_down(target: Target, facts: Facts, found: Disagreement) -> bool:  # noqa: ARG001  # as all
    find_tuning(target).tear_down(str(found.asset_id), status="FAILED", reason=found.about)
    return True


_MENDING: Mapping[Mend, Callable[[Target, Facts, Disagreement], bool]] = {
    Mend.SEND_ARRIVAL: _send_arrival,
    Mend.SEND_AGAIN: _send_again,
    Mend.SEND_NEXT: _send_next,
    Mend.RECORD_DEATH: _record_death,
    Mend.RECORD_END: _record_end,
    Mend.REOPEN: _reopen,
    Mend.RESTORE_RECORD: _restore_record,
    Mend.CORRECT_RESULT: _correct_result,
    Mend.COUNT: _count,
    Mend.SET_COUNTS: _set_counts,
    Mend.REMOVE_MARK: _remove_mark,
    Mend.INDEX: _index,
    Mend.TEAR_DOWN: _tear_down,
}


def _records(target: Target) -> AssetRecords:
    return AssetRecords(target.assets_table, dynamodb=target.dynamodb)


def _only(counts: Mapping[AssetStatus, int], status: AssetStatus) -> dict[str, Decimal]:
    return {status.value: Decimal(counts[status])} if status in counts else {}


def _cost(target: Target, result: Result) -> Decimal | None:
    if "receipt" not in result.results:
        return None
    receipt = json.loads(get_result(target, result, "receipt"), parse_float=Decimal)
    return Decimal(receipt["total_usd"])


def _now() -> str:
    return iso(datetime.now(UTC))

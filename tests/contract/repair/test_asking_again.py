"""`braid rerun --profile`, `redrive --partial` and `audit --fix` over assets of which some can't go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import Result as Done
from typer.testing import CliRunner

from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.asset.result import Result, ResultSource, Timings
from braid.domain.claim_check import Claim
from braid.domain.clock import iso
from braid.domain.money.accounting import MissingOperation
from braid.store.records import RecordClosing
from cli.answers.trials import Trial
from cli.errors import CommandError
from cli.main import app
from cli.repair import audit_commands, redrive_commands, rerun_commands
from cli.target import Target
from tests.contract.conftest import Storage, create_table

BUSY = "no model wrote an answer: the service was too busy until the last try"
UNSUPPORTED = "the evidence doesn't support the answer"
STAGES = ("admission", "timeline")


@pytest.fixture
def own(storage: Storage, target: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A table that has no other test's assets, and commands that reach it."""
    mine = replace(storage, table=f"asking-{datetime.now(UTC).timestamp()}")
    create_table(mine, mine.table)
    reached = replace(target, assets_table=mine.table)
    for module in (rerun_commands, redrive_commands, audit_commands):
        monkeypatch.setattr(module, "chosen_target", lambda _stack: reached)
    yield mine
    storage.dynamodb.delete_table(TableName=mine.table)


@pytest.fixture
def sent(target: Target) -> Callable[[], dict[str, str]]:
    """Reads which assets were begun, and from where."""

    def read() -> dict[str, str]:
        found: dict[str, str] = {}
        while messages := target.sqs.receive_message(
            QueueUrl=target.inbox_queue_url, MaxNumberOfMessages=10
        ).get("Messages"):
            for each in messages:
                detail = json.loads(each["Body"])["detail"]
                reuse = detail.get("reuse") or {"start_at": "analysis"}
                found[detail["asset"]["asset_id"] if "asset" in detail else "arrival"] = reuse["start_at"]
                target.sqs.delete_message(
                    QueueUrl=target.inbox_queue_url, ReceiptHandle=each["ReceiptHandle"]
                )
        return found

    return read


def ended(
    storage: Storage,
    key: str,
    status: AssetStatus,
    *,
    stages: tuple[str, ...] = STAGES,
    reason: str | None = None,
    missing: tuple[MissingOperation, ...] = (),
) -> AssetRef:
    """An asset that ended so just now, for two cents."""
    asset, now = storage.drop(key), iso(datetime.now(UTC))
    storage.records.put_received(asset, received_at=now, now=now)
    cost = Decimal("0.02")
    assert storage.records.close(asset, RecordClosing(status, reason, "", "arn:1", cost), now=now)
    source = ResultSource(asset.source.bucket, key, asset.source.version_id, 5, "text/plain")
    results = {name: Claim("s3://b/k", "application/json", 2, "0" * 64) for name in stages}
    timings = Timings(now, now, 1.0)
    result = Result(
        asset.asset_id, 1, source, asset.profile, status, reason, missing, (), results, timings, "arn:1"
    )
    storage.store(asset).put_document(f"assets/{asset.asset_id}/result.json", result)
    return asset


def braid(*words: str) -> Done:
    return CliRunner().invoke(app, list(words))


def lines(done: Done) -> dict[str, dict[str, Any]]:
    return {each["asset_id"]: each for each in map(json.loads, done.stdout.splitlines())}


def test_one_rejected_asset_keeps_no_others_from_being_asked_again(
    own: Storage, folder: str, sent: Callable[[], dict[str, str]]
) -> None:
    good = [ended(own, f"{folder}/{name}.txt", AssetStatus.SUCCEEDED).asset_id for name in "ab"]
    refused = ended(own, f"{folder}/c.txt", AssetStatus.REJECTED, stages=()).asset_id

    done = braid("rerun", "--profile", "general", "--from", "inference", "--json")

    assert done.exit_code == 0
    assert sent() == dict.fromkeys(good, "inference")
    told = lines(done)
    assert "no timeline to go on from" in told[refused]["passed_over"]
    assert {each for each in told if "attempt" in told[each]} == set(good)

    named = braid("rerun", good[0], refused, "--from", "inference")
    assert isinstance(named.exception, CommandError), "who names one means it"
    assert sent() == {}


def test_a_rehearsal_shows_what_was_paid_for_beside_what_cannot_be_asked(
    own: Storage, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = ended(own, f"{folder}/a.txt", AssetStatus.SUCCEEDED, stages=("admission",)).asset_id
    refused = ended(own, f"{folder}/b.txt", AssetStatus.REJECTED, stages=()).asset_id
    monkeypatch.setattr(rerun_commands, "read_document", lambda *_: None)

    def only_checks(result: Result, _start_at: object) -> None:
        if result.asset_id == refused:
            raise CommandError("it has no timeline")

    monkeypatch.setattr(rerun_commands, "check_reusable", only_checks)
    monkeypatch.setattr(rerun_commands, "try_profile", lambda *_: Trial(None, "withheld", (), 0.25))

    done = braid("rerun", "--profile", "general", "--dry-run", "--json")

    assert done.exit_code == 0
    told = lines(done)
    assert (told[good]["usd_after"], told[good]["reason"]) == (0.25, "withheld")
    assert (told[refused]["usd_after"], told[refused]["reason"]) == (0.0, "it has no timeline")


def test_partial_assets_begin_where_something_is_missing(
    own: Storage, folder: str, sent: Callable[[], dict[str, str]]
) -> None:
    def partial(name: str, reason: str, **missing: str) -> str:
        operations = {"answer": "bedrock:Converse", "faces": "rekognition:DetectFaces"}
        items = tuple(MissingOperation(operations.get(each, each), why) for each, why in missing.items())
        key, status = f"{folder}/{name}.txt", AssetStatus.PARTIAL
        return ended(own, key, status, reason=reason, missing=items).asset_id

    told = f"There is no answer: {BUSY}."
    busy = partial("busy", told, answer=BUSY)
    faces = partial("faces", told, answer=BUSY, faces="faces weren't found: not offered here")
    unheard = partial("unheard", "Speech: no access.", speech="no access")
    withheld = partial("withheld", f"There is no answer: {UNSUPPORTED}.", answer=UNSUPPORTED)
    silent = partial("silent", "Nothing was found to answer from.")
    gone = partial("gone", "Speech: it crashed.", speech="it crashed")
    key, version = f"{folder}/gone.txt", own.record(gone)["source_version_id"]
    own.s3.delete_object(Bucket=own.inbox, Key=key, VersionId=version)

    dry = braid("redrive", "--partial", "--dry-run")
    assert sent() == {}
    done = braid("redrive", "--partial")

    assert sent() == {busy: "inference", faces: "inference", unheard: "analysis"}
    assert (dry.exit_code, done.exit_code) == (3, 3), "one is left"
    outcomes = lines(done)
    assert "would come of it" in outcomes[withheld]["outcome"]
    assert "would come of it" in outcomes[silent]["outcome"]
    assert (outcomes[gone]["is_done"], outcomes[silent]["is_done"]) == (False, True)
    assert "is gone" in outcomes[gone]["outcome"]
    assert next(iter(outcomes)) in (busy, faces), "those that a busy service cut short come first"


def test_many_are_begun_only_with_consent(
    own: Storage, folder: str, sent: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.repair.consent.MOST_WITHOUT_CONSENT", 1)
    for name in "ab":
        ended(
            own,
            f"{folder}/{name}.txt",
            AssetStatus.PARTIAL,
            reason="Speech: no access.",
            missing=(MissingOperation("speech", "no access"),),
        )
    refused = braid("redrive", "--partial")
    assert sent() == {}
    assert isinstance(refused.exception, CommandError)
    assert "begins 2 assets again (the PARTIAL ones cost $0.04 before); say --yes" in str(refused.exception)
    assert braid("redrive", "--partial", "--yes").exit_code == 0
    assert len(sent()) == 2


def test_failed_and_partial_assets_take_one_consent(
    own: Storage, folder: str, sent: Callable[[], dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.repair.consent.MOST_WITHOUT_CONSENT", 1)
    ended(own, f"{folder}/f.txt", AssetStatus.FAILED, reason="It crashed.")
    missing = (MissingOperation("speech", "no access"),)
    ended(own, f"{folder}/p.txt", AssetStatus.PARTIAL, reason="Speech: no access.", missing=missing)

    refused = braid("redrive", "--failed", "--partial")

    assert isinstance(refused.exception, CommandError)
    assert "begins 2 assets again" in refused.exception.message
    assert sent() == {}


def test_an_audit_begins_many_only_with_consent_and_mends_all_else(
    own: Storage,
    target: Target,
    folder: str,
    sent: Callable[[], dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cli.repair.consent.MOST_WITHOUT_CONSENT", 1)
    bucket = f"asking-{folder.rpartition('/')[2]}"
    reached = replace(target, assets_table=own.table, input_bucket=bucket, results_bucket=bucket)
    monkeypatch.setattr(audit_commands, "chosen_target", lambda _stack: reached)
    own.s3.create_bucket(Bucket=bucket)
    own.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for name in "ab":
        own.s3.put_object(Bucket=bucket, Key=f"{folder}/{name}.txt", Body=b"never begun")
    mark = {"asset_id": {"S": "content#general#1"}, "content_of": {"S": "nobody-1"}}
    own.dynamodb.put_item(TableName=own.table, Item=mark)

    held = braid("audit", "--settled", "0", "--fix", "--json")

    assert (held.exit_code, sent()) == (3, {})
    assert "that begins 2 assets" in held.stderr
    told = [(each["class"], each["is_mended"]) for each in map(json.loads, held.stdout.splitlines())]
    assert sorted(told) == [("mark-of-none", True), ("never-started", False), ("never-started", False)]

    done = braid("audit", "--settled", "0", "--fix", "--yes", "--json")
    assert done.exit_code == 0
    assert "begins 2 assets, which nothing prices yet" in done.stderr
    assert sent() == {"arrival": "analysis"}

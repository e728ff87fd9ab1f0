"""What a deployment costs while nothing happens, from the templates that the CDK synthesises.

One table of resource types. A type that isn't in it is an error, so that nothing which costs is overlooked; a
test synthesises every stack. What is stored is not in it: it depends on what was dropped.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from braid.domain.audit.facts import TuningFacts
from braid.domain.money.price_book import PriceBook

__all__ = ["IdleLine", "UnknownResourceError", "idle_lines", "read_templates", "tuned_lines"]

_SECONDS_PER_MONTH = 30 * 86_400
# Lambda polls a queue with five connections while nothing comes, each of which waits for twenty seconds.
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_POLLERS, _POLL_SECONDS = 5, 20

# USD a month for each, as the services' pricing pages have it (assumed, not looked up).
_BY_MONTH: Mapping[str, tuple[float, str]] = {
    "AWS::CloudWatch::Alarm": (0.10, "each metric that an alarm reads; the first ten of an account are free"),
    "AWS::CloudWatch::CompositeAlarm": (0.50, "a composite alarm"),
    "AWS::CloudWatch::Dashboard": (3.00, "a dashboard; the first three of an account are free"),
    "AWS::KMS::Key": (1.00, "a key of one's own"),
    "AWS::SecretsManager::Secret": (0.40, "a secret"),
    "AWS::EC2::NatGateway": (32.85, "a NAT gateway, by the hour"),
    "AWS::EC2::VPCEndpoint": (7.30, "an interface endpoint in one zone, by the hour"),
}
# Paid by use or by what is stored; nothing while nothing happens.
_BY_USE = frozenset(
    {
        "AWS::Athena::NamedQuery",
        "AWS::Athena::WorkGroup",
        "AWS::Bedrock::Guardrail",
        "AWS::Bedrock::GuardrailVersion",
        "AWS::CDK::Metadata",
        "AWS::DynamoDB::Table",  # on demand
        "AWS::ECR::Repository",
        "AWS::Events::Rule",
        "AWS::Glue::Database",
        "AWS::Glue::Table",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Function",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::OpenSearchServerless::AccessPolicy",
        "AWS::OpenSearchServerless::Collection",
        "AWS::OpenSearchServerless::Index",
        "AWS::OpenSearchServerless::SecurityPolicy",
        "AWS::S3::Bucket",
        "AWS::S3::BucketPolicy",
        "AWS::S3Vectors::Index",
        "AWS::S3Vectors::VectorBucket",
        "AWS::S3Vectors::VectorBucketPolicy",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::Queue",
        "AWS::SQS::QueuePolicy",
        "AWS::Scheduler::Schedule",
        "AWS::Scheduler::ScheduleGroup",
        "AWS::StepFunctions::StateMachine",
    }
)
_ALARM = "AWS::CloudWatch::Alarm"
_SOURCE_MAPPING = "AWS::Lambda::EventSourceMapping"
_COLLECTION_GROUP = "AWS::OpenSearchServerless::CollectionGroup"
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-scale-to-zero.html
_USD_PER_OCU_HOUR = 0.24
_OCU_SAYS = (
    "OpenSearch, asleep after ten quiet minutes unless a minimum of OCUs keeps it up; awake, searching takes "
    "two and indexing one, at $0.24 an hour each"
)


class UnknownResourceError(Exception):
    """Types that nobody has said the price of; the message names them and the table."""


@dataclass(frozen=True)
class IdleLine:
    """``count`` resources of a type and what all of them cost a month, in USD, idle."""

    resource_type: str
    count: int
    usd_per_month: float
    why: str


def read_templates(folder: Path) -> list[dict[str, Any]]:
    """The templates of a synthesised assembly, such as ``cdk.out``."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.template.json"))]


def idle_lines(templates: Iterable[Mapping[str, Any]], book: PriceBook) -> tuple[IdleLine, ...]:
    """A line for each type that costs something, the dearest first, and one for all that don't.

    Raises ``UnknownResourceError``.
    """
    resources = [item for template in templates for item in template.get("Resources", {}).values()]
    counted = Counter(str(item["Type"]) for item in resources)
    billed = counted | Counter({_ALARM: sum(_metrics_read(a) for a in resources if a["Type"] == _ALARM)})
    unknown = sorted(set(counted) - set(_BY_MONTH) - _BY_USE - {_SOURCE_MAPPING, _COLLECTION_GROUP})
    if unknown:
        raise UnknownResourceError(f"no idle price for {', '.join(unknown)}: add it to cli/costs/idle.py")
    lines = [
        IdleLine(kind, counted[kind], round(billed[kind] * usd, 4), why)
        for kind, (usd, why) in _BY_MONTH.items()
        if counted[kind]
    ]
    polled = [item for item in resources if item["Type"] == _SOURCE_MAPPING and _polls(item)]
    if polled:
        usd = len(polled) * _polling_usd(book)
        why = "Lambda asks a queue all the time; the first million requests of an account are free"
        lines.append(IdleLine(_SOURCE_MAPPING, len(polled), round(usd, 4), why))
    if groups := [item for item in resources if item["Type"] == _COLLECTION_GROUP]:
        usd = sum(_least_units(item) for item in groups) * _USD_PER_OCU_HOUR * _SECONDS_PER_MONTH / 3600
        lines.append(IdleLine(_COLLECTION_GROUP, len(groups), round(usd, 4), _OCU_SAYS))
    by_use = sum(counted[kind] for kind in _BY_USE)
    lines.sort(key=lambda line: -line.usd_per_month)
    return (*lines, IdleLine("everything else", by_use, 0.0, "paid by use, or by what is stored"))


def _least_units(group: Mapping[str, Any]) -> float:
    """OCUs that a collection group keeps up; the older generation has one for each of both in any case."""
    properties = group.get("Properties", {})
    limits = properties.get("CapacityLimits", {})
    least = [float(limits.get(f"Min{kind}CapacityInOcu", 0)) for kind in ("Indexing", "Search")]
    return sum(least if properties.get("Generation") == "NEXTGEN" else [max(each, 1.0) for each in least])


def _metrics_read(alarm: Mapping[str, Any]) -> int:
    """An alarm on metric math is billed by the metrics that it is made of."""
    queries = alarm.get("Properties", {}).get("Metrics") or ()
    return sum("MetricStat" in query for query in queries) or 1


def tuned_lines(tuning: TuningFacts, book: PriceBook) -> tuple[IdleLine, ...]:
    """What custom models of tuning runs cost, each by the month, in use or not.

    Throughput is kept for hours alone and ends by itself: it has its own line in the run's receipt.
    """
    kept = sum("custom model" in run.made for run in tuning.runs.values())
    if not kept:
        return ()
    entry = book.find("bedrock", "CustomModel", "model_month")
    usd = kept * (entry.unit_price_usd if entry else 0.0)
    why = "tuned models, in use or to go back to; `braid tune delete RUN` ends one"
    return (IdleLine("Bedrock custom model", kept, round(usd, 4), why),)


def _polls(resource: Mapping[str, Any]) -> bool:
    return resource.get("Properties", {}).get("Enabled", True) is not False


def _polling_usd(book: PriceBook) -> float:
    entry = book.find("sqs", "ReceiveMessage", "request")
    return _POLLERS * _SECONDS_PER_MONTH / _POLL_SECONDS * (entry.unit_price_usd if entry else 0.0)

"""CloudFormation properties that MiniStack accepts and forgets.

Symptom: a stack deploys, and the bucket has no lifecycle or encryption, the table no time to live or
point-in-time recovery, the state machine no tracing; so nothing that depends on them can be tested.
Each is applied after the stock handler, through the same API that a client would call. Upstream: none filed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

from ministack.services import dynamodb, s3, stepfunctions
from ministack.services.cloudformation import provisioners

RELIES_ON = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.cloudformation.provisioners:_S3_BUCKET_CONFIGURATIONS",
    "ministack.services.s3:_put_bucket_encryption(name, body)",
    "ministack.services.s3:_delete_bucket_encryption(name)",
    "ministack.services.s3:_put_bucket_lifecycle(name, body)",
    "ministack.services.s3:_delete_bucket_lifecycle(name)",
    "ministack.services.dynamodb:_update_ttl(data)",
    "ministack.services.dynamodb:_update_continuous_backups(data)",
    "ministack.services.stepfunctions:_state_machines",
    "ministack.services.stepfunctions:_describe_state_machine(data)",
)

Properties = Mapping[str, Any]


def apply() -> None:
    """Registers the properties."""
    provisioners._S3_BUCKET_CONFIGURATIONS = (
        *provisioners._S3_BUCKET_CONFIGURATIONS,
        ("BucketEncryption", encryption_xml, s3._put_bucket_encryption, s3._delete_bucket_encryption),
        ("LifecycleConfiguration", lifecycle_xml, s3._put_bucket_lifecycle, s3._delete_bucket_lifecycle),
    )
    _after("AWS::DynamoDB::Table", _apply_table)
    _after("AWS::DynamoDB::GlobalTable", _apply_global_table)
    _after("AWS::StepFunctions::StateMachine", _apply_state_machine)
    _describe_configurations()


def encryption_xml(properties: Properties) -> bytes:
    """``BucketEncryption`` as PutBucketEncryption takes it."""
    root = ElementTree.Element("ServerSideEncryptionConfiguration")
    for given in properties.get("ServerSideEncryptionConfiguration", []):
        rule = ElementTree.SubElement(root, "Rule")
        default = given.get("ServerSideEncryptionByDefault") or {}
        if default:
            _append(rule, "ApplyServerSideEncryptionByDefault", default)
        _text(rule, "BucketKeyEnabled", given.get("BucketKeyEnabled", False))
    return ElementTree.tostring(root)


def lifecycle_xml(properties: Properties) -> bytes:
    """``LifecycleConfiguration`` as PutBucketLifecycleConfiguration takes it."""
    root = ElementTree.Element("LifecycleConfiguration")
    for given in properties.get("Rules", []):
        rule = ElementTree.SubElement(root, "Rule")
        if given.get("Id"):
            _text(rule, "ID", given["Id"])
        _append_filter(rule, given)
        _text(rule, "Status", given.get("Status", "Enabled"))
        expiration: dict[str, Any] = {}
        for name, key in (
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        ):
            if name in given:
                expiration[key] = given[name]
        if expiration:
            _append(rule, "Expiration", expiration)
        for transition in given.get("Transitions") or []:
            days = {"Days": transition.get("TransitionInDays"), "StorageClass": transition["StorageClass"]}
            _append(rule, "Transition", days)
        if given.get("NoncurrentVersionExpiration"):
            _append(rule, "NoncurrentVersionExpiration", given["NoncurrentVersionExpiration"])
        elif given.get("NoncurrentVersionExpirationInDays"):
            days = {"NoncurrentDays": given["NoncurrentVersionExpirationInDays"]}
            _append(rule, "NoncurrentVersionExpiration", days)
        if given.get("AbortIncompleteMultipartUpload"):
            _append(rule, "AbortIncompleteMultipartUpload", given["AbortIncompleteMultipartUpload"])
    return ElementTree.tostring(root)


def _append_filter(rule: ElementTree.Element, given: Properties) -> None:
    conditions: list[tuple[str, Any]] = []
    if given.get("Prefix"):
        conditions.append(("Prefix", given["Prefix"]))
    conditions += [("Tag", tag) for tag in given.get("TagFilters") or []]
    conditions += [
        (name, given[name]) for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan") if name in given
    ]
    parent = ElementTree.SubElement(rule, "Filter")
    if len(conditions) > 1:
        parent = ElementTree.SubElement(parent, "And")
    for name, value in conditions:
        if isinstance(value, Mapping):
            _append(parent, name, value)
        else:
            _text(parent, name, value)
    if not conditions:
        _text(parent, "Prefix", "")


def _append(parent: ElementTree.Element, name: str, values: Properties) -> None:
    child = ElementTree.SubElement(parent, name)
    for key, value in values.items():
        if value is not None:
            _text(child, key, value)


def _text(parent: ElementTree.Element, name: str, value: Any) -> None:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    ElementTree.SubElement(parent, name).text = text


def _apply_table(name: str, properties: Properties) -> None:
    time_to_live = properties.get("TimeToLiveSpecification")
    if time_to_live:
        enabled = str(time_to_live.get("Enabled", "true")).lower() == "true"
        specification = {"AttributeName": time_to_live["AttributeName"], "Enabled": enabled}
        _require(dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": specification}))
    recovery = properties.get("PointInTimeRecoverySpecification")
    if recovery:
        enabled = str(recovery.get("PointInTimeRecoveryEnabled", "false")).lower() == "true"
        specification = {"PointInTimeRecoveryEnabled": enabled}
        _require(
            dynamodb._update_continuous_backups(
                {"TableName": name, "PointInTimeRecoverySpecification": specification}
            )
        )


def _apply_global_table(name: str, properties: Properties) -> None:
    """The CDK's TableV2: what belongs to the one table here stands in its first replica."""
    replica = (properties.get("Replicas") or [{}])[0]
    _apply_table(name, {**properties, **replica})


def _apply_state_machine(arn: str, properties: Properties) -> None:
    record = stepfunctions._state_machines.get(arn)
    if record is not None:
        tracing = properties.get("TracingConfiguration") or {}
        record["tracingConfiguration"] = {"enabled": str(tracing.get("Enabled", False)).lower() == "true"}
        record["loggingConfiguration"] = _camel(
            properties.get("LoggingConfiguration") or {"level": "OFF", "includeExecutionData": False}
        )


def _describe_configurations() -> None:
    """DescribeStateMachine leaves out tracing."""
    stock = stepfunctions._describe_state_machine

    def describe(data: Properties) -> Any:
        status, headers, body = stock(data)
        record = stepfunctions._state_machines.get(data.get("stateMachineArn", ""))
        if status != 200 or not record or "tracingConfiguration" not in record:
            return status, headers, body
        answer = {**json.loads(body), "tracingConfiguration": record["tracingConfiguration"]}
        return status, headers, json.dumps(answer).encode()

    stepfunctions._describe_state_machine = describe


def _camel(value: Any) -> Any:
    """CloudFormation spells ``IncludeExecutionData`` what the API spells ``includeExecutionData``."""
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: _camel(item) for key, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value


def _after(resource_type: str, work: Callable[[str, Properties], None]) -> None:
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    create, update = handlers["create"], handlers["update"]

    def create_and_apply(logical_id: str, properties: Properties, stack: str) -> Any:
        result = create(logical_id, properties, stack)
        work(result[0], properties)
        return result

    def update_and_apply(physical_id: str, old: Properties, new: Properties, *rest: Any, **named: Any) -> Any:
        result = update(physical_id, old, new, *rest, **named)
        work(result[0], new)
        return result

    handlers.update({"create": create_and_apply, "update": update_and_apply})


def _require(answer: tuple[int, Any, bytes]) -> None:
    """Fails the resource, and with it the deployment, when the API refuses the property."""
    if answer[0] >= 300:
        raise ValueError(answer[2].decode())

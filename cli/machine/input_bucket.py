"""Whether the input bucket tells of what is dropped, which one that the stack didn't make may not."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from cli.machine.doctor import Finding
from cli.machine.refusals import refused
from cli.target import Target, find_target

__all__ = ["enable_events", "input_bucket_of"]


def input_bucket_of(target: Target) -> Iterator[Finding]:
    """What the bucket needs: versions, so that an asset can't change under way, and events to EventBridge."""
    bucket = target.input_bucket
    try:
        is_versioned = target.s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
        tells = "EventBridgeConfiguration" in _notifications(target)
    except ClientError as error:
        yield refused(
            "input bucket", error, f"s3:GetBucketVersioning and s3:GetBucketNotification on {bucket}"
        )
        return
    versions = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
    yield Finding(
        "input bucket",
        is_versioned,
        f"{bucket} keeps versions"
        if is_versioned
        else f"{bucket} keeps no versions, which every asset is one of",
        "" if is_versioned else versions,
    )
    yield Finding(
        "input bucket",
        tells,
        "it tells EventBridge of what is dropped"
        if tells
        else "it doesn't tell EventBridge of what is dropped",
        ""
        if tells
        else f"braid doctor --stack {target.stack_name} --enable-events, which keeps its notifications",
    )


def enable_events(stack_name: str) -> bool:
    """Switches EventBridge on in the bucket, beside the notifications that it has; ``False`` if it was on.

    S3 replaces the whole configuration with what is put: so it is read, added to and put back. A change by
    somebody else between the two would be lost, and S3 offers nothing against that.
    """
    target = find_target(stack_name)
    configuration = _notifications(target)
    if "EventBridgeConfiguration" in configuration:
        return False
    target.s3.put_bucket_notification_configuration(
        Bucket=target.input_bucket,
        NotificationConfiguration={**configuration, "EventBridgeConfiguration": {}},
    )
    return True


def _notifications(target: Target) -> dict[str, object]:
    told = target.s3.get_bucket_notification_configuration(Bucket=target.input_bucket)
    return {name: value for name, value in told.items() if name != "ResponseMetadata"}

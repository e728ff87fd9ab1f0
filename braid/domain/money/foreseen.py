"""What an asset uses where no receipt can count it: before its execution, and after the receipt is written.

One table; a test compares it with what the embedded AWS was asked. Requests are exact; the closing write of a
record, of one to three kilobytes, consumes up to three units more or less; times are those of warm functions.
"""

from __future__ import annotations

from braid.domain.money.metered import GB_SECONDS, INVOCATIONS, READ_UNITS, WRITE_UNITS, Metered, added, times

__all__ = ["AFTER_ASKING", "BY_DEADLINE", "after_publishing", "after_recording", "arrival"]

# An object's event, through the queue into a function of 256 MB: also that of a bundle's member.
_MESSAGE: Metered = {
    "events:ObjectCreated": 1,
    "sqs:SendMessage": 1,
    "sqs:ReceiveMessage": 1,
    "sqs:DeleteMessage": 1,
    INVOCATIONS: 1,
    GB_SECONDS: 0.03,
}
# Dispatch puts the record, reads counts and money, takes a place; each status is written with its count.
_DISPATCHED: Metered = {READ_UNITS: 5, WRITE_UNITS: 11}
# The record's read and its write with the counts of its old and of its new status, and the day's money.
_CLOSED: Metered = {READ_UNITS: 1, WRITE_UNITS: 12}
# Tags, which of the source's versions is the newest, what lies beside it, and ``result.json``.
_SHOWN: Metered = {
    "s3:GetObjectTagging": 1,
    "s3:PutObjectTagging": 1,
    "s3:ListObjectsV2": 1,
    "s3:ListObjectVersions": 1,
    "s3:PutObject": 1,
    READ_UNITS: 1,
}
# The receipt and the report, which shows it.
_RECEIPT_AND_REPORT: Metered = {"s3:PutObject": 2}
_LAST_CALLS_GB_SECONDS = 0.3

# The record that waits, the invitation; the deadline's entry costs nothing until it comes.
AFTER_ASKING: Metered = {READ_UNITS: 1, WRITE_UNITS: 8, "sns:Publish": 1, GB_SECONDS: 0.05}
BY_DEADLINE: Metered = {"scheduler:Invocation": 1}


def arrival(object_count: int) -> dict[str, float]:
    """Until the execution of an asset of so many objects begins; a bundle's manifest is one of them."""
    return added(times(object_count, _MESSAGE), _DISPATCHED)


def after_publishing(*, copies: int, has_answer: bool) -> dict[str, float]:
    """Of Publish Result, once it has priced what came before, and of Announce.

    The record is read once more than elsewhere, for when the asset came.
    """
    own = {"s3:PutObject": copies, "s3:GetObject": int(has_answer), "events:AssetProcessed": 1, READ_UNITS: 1}
    return added(_RECEIPT_AND_REPORT, _CLOSED, _SHOWN, own, {GB_SECONDS: _LAST_CALLS_GB_SECONDS})


def after_recording(*, copies: int) -> dict[str, float]:
    """Of Record Rejection and Record Failure, once they have priced what came before."""
    own = {"s3:PutObject": copies, GB_SECONDS: _LAST_CALLS_GB_SECONDS / 2}
    return added(_RECEIPT_AND_REPORT, _CLOSED, _SHOWN, own)

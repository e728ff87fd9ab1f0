"""The messages that nobody handled, of the inbox and of erasing: what each is, and what it goes back to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from braid.aws.s3.object_events import object_of
from braid.domain.asset.asset import asset_id_for
from braid.domain.asset.rerun import RERUN_EVENT
from braid.domain.audit.facts import DeadLetter, LetterKind
from braid.domain.errors import InvalidInputError
from braid.domain.json_text import parse_json
from cli.errors import CommandError
from cli.functions import call
from cli.target import Target

__all__ = [
    "DeadLetterQueue",
    "Letter",
    "give_letter_back",
    "look_at_dead_letters",
    "read_letter",
    "receive_letters",
    "redrive_letter",
    "remove_letter",
]

_STATUS_CHANGE = "Step Functions Execution Status Change"
# As long as one is handled. Whoever only looks hides it too, for a moment: a queue that gives it out again at
# once gives out the same ten.
_HANDLING_SECONDS = 60
_LOOKING_SECONDS = 3
# As long as an answer with nothing new is asked again: what somebody looked at comes back by then.
_PATIENCE_SECONDS = 2.0 * _LOOKING_SECONDS
_PAUSE_SECONDS = 0.3


@dataclass(frozen=True)
class DeadLetterQueue:
    """Where messages lie, and the queue that they were in: empty where an earlier version doesn't say it."""

    url: str
    works_url: str


@dataclass(frozen=True)
class Letter:
    """A message with its handle and its place; ``event`` is what its function would be called with."""

    queue: DeadLetterQueue
    letter: DeadLetter
    receipt_handle: str
    body: str
    event: Mapping[str, Any]


def look_at_dead_letters(target: Target) -> tuple[DeadLetter, ...]:
    """What lies there; nothing is taken away."""
    found = {each.letter.message_id: each.letter for each in receive_letters(target, only_looks=True)}
    return tuple(found.values())


def receive_letters(target: Target, *, only_looks: bool = False) -> Iterator[Letter]:
    """Every message once, hidden from others for as long as it is handled."""
    queues = [DeadLetterQueue(target.dead_letters_url, target.inbox_queue_url)]
    of_erasing = target.outputs_beside("erasing") or {}
    if url := of_erasing.get("ErasingDeadLetterQueueUrl"):
        queues.append(DeadLetterQueue(url, of_erasing.get("ErasingQueueUrl", "")))
    for queue in queues:
        yield from _received(target, queue, only_looks=only_looks)


def _received(target: Target, queue: DeadLetterQueue, *, only_looks: bool) -> Iterator[Letter]:
    """Those of one queue.

    A queue answers with a few of its messages, and sometimes with none though there are some: so it is asked
    until it has given as many as it says that it has, or nothing new for some seconds.
    """
    seen: set[str] = set()
    told = _how_many(target, queue)
    new_at = time.monotonic()
    while len(seen) < told and time.monotonic() - new_at < _PATIENCE_SECONDS:
        answer = target.sqs.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_LOOKING_SECONDS if only_looks else _HANDLING_SECONDS,
            WaitTimeSeconds=0 if target.is_local else 1,
            MessageAttributeNames=["All"],
        )
        new = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        for message in new:
            seen.add(message["MessageId"])
            yield read_letter(message, queue)
        if new:
            new_at = time.monotonic()
        else:
            time.sleep(_PAUSE_SECONDS)


def read_letter(message: Mapping[str, Any], queue: DeadLetterQueue) -> Letter:
    """What a message is about, by its shape.

    S3's events and assets asked for again lie there as they came. The ends of executions that nobody
    recorded, and deadlines that nobody carried out, come in one of two wrappings: as EventBridge couldn't
    deliver them (the event itself), or as Lambda gave them up (``requestPayload``).
    """
    attributes = {
        name: value.get("StringValue", "") for name, value in message.get("MessageAttributes", {}).items()
    }
    reason = attributes.get("reason") or attributes.get("ERROR_MESSAGE") or ""
    body = str(message["Body"])
    try:
        event = parse_json(body)
    except ValueError:
        event = None
    if isinstance(event, Mapping) and isinstance(event.get("requestPayload"), Mapping):
        context = event.get("requestContext")
        condition = context.get("condition") if isinstance(context, Mapping) else ""
        reason = reason or str(condition or "")
        event = event["requestPayload"]
    kind, about = _kind_of(event if isinstance(event, Mapping) else {})
    letter = DeadLetter(str(message["MessageId"]), kind, about, reason)
    read = event if isinstance(event, Mapping) else {}
    return Letter(queue, letter, str(message["ReceiptHandle"]), body, read)


def redrive_letter(target: Target, letter: Letter) -> None:
    """Gives a message back to whom it was for, and takes it out of the dead letters.

    In this order: a message that is handled twice changes nothing, one that is lost is lost.
    """
    kind = letter.letter.kind
    if kind in (LetterKind.ARRIVAL, LetterKind.RERUN, LetterKind.DELETION):
        if not letter.queue.works_url:
            raise CommandError("its stack is of an earlier version: deploy this one first")
        target.sqs.send_message(QueueUrl=letter.queue.works_url, MessageBody=letter.body)
    elif kind is LetterKind.DEATH:
        call(target, target.closing_function, letter.event)
    elif kind is LetterKind.DEADLINE:
        call(target, target.review_function, letter.event)
    else:
        raise CommandError("a message that is none of ours goes nowhere")
    remove_letter(target, letter)


def remove_letter(target: Target, letter: Letter) -> None:
    """Takes a message out of the dead letters."""
    target.sqs.delete_message(QueueUrl=letter.queue.url, ReceiptHandle=letter.receipt_handle)


def give_letter_back(target: Target, letter: Letter) -> None:
    """Shows a message that wasn't handled to others again, at once."""
    target.sqs.change_message_visibility(
        QueueUrl=letter.queue.url, ReceiptHandle=letter.receipt_handle, VisibilityTimeout=0
    )


def _how_many(target: Target, queue: DeadLetterQueue) -> int:
    """As many as the queue says, about: what comes while they are read is for the next time."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = target.sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=names)
    return sum(int(value) for value in found["Attributes"].values())


def _kind_of(event: Mapping[str, Any]) -> tuple[LetterKind, str]:
    """The kind, and the id of the asset that it is about."""
    detail = event.get("detail")
    detail = detail if isinstance(detail, Mapping) else {}
    kind = event.get("detail-type")
    if kind in ("Object Created", "Object Deleted"):
        of_object = LetterKind.ARRIVAL if kind == "Object Created" else LetterKind.DELETION
        try:
            return of_object, asset_id_for(object_of(event))
        except InvalidInputError:
            return LetterKind.UNREADABLE, ""
    if kind == RERUN_EVENT:
        asset = detail.get("asset")
        about = asset.get("asset_id") if isinstance(asset, Mapping) else None
        return (LetterKind.RERUN, str(about)) if about else (LetterKind.UNREADABLE, "")
    if kind == _STATUS_CHANGE and isinstance(detail.get("executionArn"), str):
        return LetterKind.DEATH, detail["executionArn"].rpartition(":")[2].rpartition("-")[0]
    if isinstance(event.get("deadline_of"), str):
        return LetterKind.DEADLINE, event["deadline_of"]
    return LetterKind.UNREADABLE, ""

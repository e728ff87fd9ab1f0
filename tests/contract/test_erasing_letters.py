"""What erasing couldn't follow lies in dead letters of its own, is named, and goes back from there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from braid.domain.audit.facts import LetterKind
from cli.errors import CommandError
from cli.repair.dead_letters import look_at_dead_letters, receive_letters, redrive_letter, remove_letter
from cli.target import Target
from local.services.protocol import ServiceError
from tests.contract.conftest import Storage
from tests.doubles.served_console import target_over
from tests.doubles.service_clients import answered_by


class Queues:
    """The four queues of a deployment that deletes with the source."""

    def __init__(self, storage: Storage) -> None:
        self.sqs = storage.client("sqs")
        names = ("letters-inbox", "letters-dead", "letters-deleted", "letters-deleted-dead")
        urls = [self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in names]
        self.inbox, self.dead, self.deleted, self.deleted_dead = urls
        self.outputs = {"ErasingQueueUrl": self.deleted, "ErasingDeadLetterQueueUrl": self.deleted_dead}
        for url in urls:
            self.sqs.purge_queue(QueueUrl=url)

    def bodies(self, url: str) -> list[Any]:
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def stack(self, members: dict[str, Any]) -> dict[str, Any]:
        """CloudFormation's word of the stack of erasing."""
        if members["StackName"] != "braid-test-erasing" or not self.outputs:
            raise ServiceError("ValidationError", f"Stack {members['StackName']} does not exist")
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
        created = datetime(2026, 11, 29, tzinfo=UTC)
        stack = {"StackName": "s", "StackStatus": "CREATE_COMPLETE", "CreationTime": created}
        return {"Stacks": [{**stack, "Outputs": outputs}]}


@pytest.fixture
def queues(storage: Storage) -> Queues:
    return Queues(storage)


@pytest.fixture
def target(storage: Storage, queues: Queues) -> Target:
    found = target_over(
        storage.session,
        storage.endpoint,
        inbox=storage.inbox,
        results=storage.results,
        table=storage.table,
        queue_urls=(queues.inbox, queues.dead),
    )
    vars(found)["cloudformation"] = answered_by("cloudformation", {"DescribeStacks": queues.stack})
    return found


def event(detail_type: str) -> dict[str, Any]:
    """As S3 tells of a version."""
    place = {"bucket": {"name": "steps-input"}, "object": {"key": "inbox/general/a.txt", "version-id": "v1"}}
    return {"detail-type": detail_type, "detail": {**place, "deletion-type": "Permanently Deleted"}}


def test_what_could_not_be_erased_is_named_and_goes_back_to_erasing(target: Target, queues: Queues) -> None:
    arrival, deletion = event("Object Created"), event("Object Deleted")
    queues.sqs.send_message(QueueUrl=queues.dead, MessageBody=json.dumps(arrival))
    queues.sqs.send_message(QueueUrl=queues.deleted_dead, MessageBody=json.dumps(deletion))
    queues.sqs.send_message(QueueUrl=queues.deleted_dead, MessageBody="hello?")

    letters = list(receive_letters(target))

    kinds = [LetterKind.ARRIVAL, LetterKind.DELETION, LetterKind.UNREADABLE]
    assert [each.letter.kind for each in letters] == kinds
    assert letters[1].letter.about == letters[0].letter.about, "of the same version"
    for letter in letters[:2]:
        redrive_letter(target, letter)
    remove_letter(target, letters[2])
    assert (queues.bodies(queues.inbox), queues.bodies(queues.deleted)) == ([arrival], [deletion])
    assert look_at_dead_letters(target) == ()


def test_nothing_is_lost_where_an_earlier_version_does_not_say_where_it_goes(
    target: Target, queues: Queues
) -> None:
    del queues.outputs["ErasingQueueUrl"]
    queues.sqs.send_message(QueueUrl=queues.deleted_dead, MessageBody=json.dumps(event("Object Deleted")))

    (letter,) = receive_letters(target)

    with pytest.raises(CommandError, match="deploy this one first"):
        redrive_letter(target, letter)
    assert queues.sqs.get_queue_attributes(
        QueueUrl=queues.deleted_dead, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"] == {"ApproximateNumberOfMessagesNotVisible": "1"}


def test_without_erasing_the_inbox_is_looked_at_alone(target: Target, queues: Queues) -> None:
    queues.outputs.clear()
    queues.sqs.send_message(QueueUrl=queues.dead, MessageBody=json.dumps(event("Object Created")))
    queues.sqs.send_message(QueueUrl=queues.deleted_dead, MessageBody=json.dumps(event("Object Deleted")))

    assert [letter.kind for letter in look_at_dead_letters(target)] == [LetterKind.ARRIVAL]

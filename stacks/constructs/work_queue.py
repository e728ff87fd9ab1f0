"""A queue that a function works off, and one for what went wrong."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.grants import Grant

__all__ = ["WorkQueue"]

# Lambda's advice: six times the function's timeout, so that a slow batch isn't delivered twice.
_VISIBILITY_PER_TIMEOUT = 6
_TRIES = 5
_QUEUE_DAYS = 4
# Longer than the queue's: a message that moves over keeps the time of its first arrival.
_DEAD_LETTER_DAYS = 14
_BATCH_SIZE = 10


class WorkQueue(Construct):
    """Rules send to ``target()``; ``deliver_to`` hands the messages to a function.

    Delivery is at least once and unordered. What can't be delivered or handled lands in ``dead_letters`` and
    stays there for two weeks.
    """

    def __init__(self, scope: Construct, construct_id: str, *, consumer_timeout_seconds: int) -> None:
        super().__init__(scope, construct_id)
        self.dead_letters = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(_DEAD_LETTER_DAYS),
        )
        cdk.Validations.of(self.dead_letters).acknowledge(
            cdk.Acknowledgment(
                id="Serverless::Serverless-SQSRedrivePolicy",
                reason="It is where dead letters end; an alarm tells of what lies there",
            )
        )
        self._queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(_QUEUE_DAYS),
            visibility_timeout=cdk.Duration.seconds(_VISIBILITY_PER_TIMEOUT * consumer_timeout_seconds),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=_TRIES),
        )

    def target(self) -> targets.SqsQueue:
        """Where a rule sends its events."""
        return targets.SqsQueue(self._queue, dead_letter_queue=self.dead_letters)

    @property
    def queue_names(self) -> dict[str, str]:
        """Both queues by what alarms call them."""
        return {"inbox": self._queue.queue_name, "dead-letters": self.dead_letters.queue_name}

    @property
    def queue_url(self) -> str:
        """Where messages wait."""
        return self._queue.queue_url

    def send_messages(self) -> Grant:
        """What a role needs whose function sends messages again, to come later."""
        return Grant(("sqs:SendMessage",), (self._queue.queue_arn,))

    def send_to_dead_letters(self) -> Grant:
        """What a role needs whose function leaves in ``dead_letters`` what it could not handle."""
        return Grant(("sqs:SendMessage",), (self.dead_letters.queue_arn,))

    def receive_messages(self) -> Grant:
        """What the consumer's role needs.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        """
        return Grant(
            actions=(
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            ),
            resources=(self._queue.queue_arn,),
        )

    def deliver_to(self, function: lambda_.Function, *, max_concurrency: int) -> None:
        """Delivers to ``function``, which answers which messages of a batch failed."""
        delivery = lambda_.EventSourceMapping(
            self,
            "Delivery",
            target=function,
            event_source_arn=self._queue.queue_arn,
            batch_size=_BATCH_SIZE,
            max_concurrency=max_concurrency,
            report_batch_item_failures=True,
        )
        cdk.Validations.of(delivery).acknowledge(
            cdk.Acknowledgment(
                id="Serverless::Serverless-LambdaEventSourceMappingDestination",
                reason="A queue has no on-failure destination: its own redrive policy keeps what fails",
            )
        )

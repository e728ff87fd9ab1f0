"""A queue with its dead letters in memory, by the rules of SQS, on a clock that its owner moves."""

# ruff: noqa: N803  boto3's parameters are called so

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["INBOX", "MemoryQueues", "Message", "QueueRules"]


@dataclass(frozen=True)
class QueueRules:
    """What isn't deleted is there again after ``visibility_seconds``, until ``tries`` have failed."""

    visibility_seconds: int
    tries: int
    retention_seconds: int
    batch: int


# As it is deployed: tests/infra/test_inbox_and_workflow.py holds the template to it.
INBOX = QueueRules(visibility_seconds=180, tries=5, retention_seconds=4 * 24 * 3600, batch=10)


@dataclass
class Message:
    """A message in the queue, with the times at which it was sent and can be received."""

    message_id: str
    body: str
    sent_at: float
    visible_at: float
    receives: int = 0


class MemoryQueues:
    """SQS's client for whoever sends. ``expired`` are messages that nobody handled within the retention."""

    url, dead_url = "https://queue", "https://dead"

    def __init__(self, rules: QueueRules, now: Callable[[], float]) -> None:
        self.rules = rules
        self.dead: list[str] = []
        self.expired: list[str] = []
        self._now = now
        self._messages: dict[str, Message] = {}
        self._sent = 0

    def send_message(
        self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0, **_attributes: Any
    ) -> dict[str, Any]:
        if QueueUrl == self.dead_url:
            self.dead.append(MessageBody)
            return {}
        assert QueueUrl == self.url
        assert 0 <= DelaySeconds <= 900
        self._sent += 1
        now, message_id = self._now(), f"m{self._sent}"
        self._messages[message_id] = Message(message_id, MessageBody, now, now + DelaySeconds)
        return {"MessageId": message_id}

    def receive(self) -> list[Message]:
        """The next batch, which nobody else sees for a while."""
        self._bury()
        visible = [each for each in self._messages.values() if each.visible_at <= self._now()]
        batch = visible[: self.rules.batch]
        for message in batch:
            message.receives += 1
            message.visible_at = self._now() + self.rules.visibility_seconds
        return batch

    def delete(self, message_id: str) -> None:
        """The message was handled."""
        del self._messages[message_id]

    def next_at(self) -> float | None:
        """When a message can be received next; ``None`` where there is none."""
        return min((each.visible_at for each in self._messages.values()), default=None)

    def _bury(self) -> None:
        for message in [*self._messages.values()]:
            if self._now() - message.sent_at > self.rules.retention_seconds:
                self.expired.append(self._messages.pop(message.message_id).body)
            elif message.visible_at <= self._now() and message.receives >= self.rules.tries:
                self.dead.append(self._messages.pop(message.message_id).body)

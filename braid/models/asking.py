"""Asks models, and counts what that costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from braid.aws.bedrock.converse import Reply, StopReason, ToolUse, converse
from braid.domain.money.accounting import Meter
from braid.models.purposes import Purpose
from braid.models.question import Question
from braid.models.request import converse_request
from braid.models.spending import count, reply_usage

__all__ = ["Ask", "Models", "Reply", "StopReason", "ToolUse"]

Ask = Callable[[Question], Reply]


class Models:
    """The models of a deployment, asked for one purpose; safe to share between threads.

    ``bedrock`` is a boto3 client other than the process's own.
    """

    def __init__(self, purpose: Purpose, *, bedrock: Any = None) -> None:
        self._bedrock = bedrock or purpose.bedrock()

    def ask(self, question: Question, meter: Meter) -> Reply:
        """The reply of the question's model, with its ``usage``, which is counted on ``meter`` too.

        A prompt that is too long is a reply as well, with that ``stop_reason`` and unbilled. Raises the
        service errors of ``braid.domain.errors``; InvalidServiceOutputError also where the model wrote what
        Bedrock can't read, UnsupportedError where there is no such model or Bedrock refuses the request.
        """
        reply = converse(self._bedrock, converse_request(question))
        usage = reply_usage(question.route.priced_as, reply)
        count(meter, usage)
        return replace(reply, usage=usage)

    def on(self, meter: Meter) -> Ask:
        """Asks as ``ask`` does, everything counted on one meter."""
        return lambda question: self.ask(question, meter)

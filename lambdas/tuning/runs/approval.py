"""Whether a run may spend: asked once, decided once, before the waiting state hears of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from braid.aws.task_tokens import send_success
from braid.domain.errors import InvalidInputError
from braid.domain.wire import encode
from lambdas.tuning.runs.run import Run

__all__ = ["Approvals", "Decision"]

_JSON = "application/json"


@dataclass(frozen=True)
class _Asked:
    token: str
    usd: float


@dataclass(frozen=True)
class Decision:
    """Who approved how much, or didn't, and when (ISO 8601)."""

    approved: bool
    by: str
    at: str
    usd: float


class Approvals:
    """One run's. The token lies where nothing but the deciding function reads."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def ask(self, token: str, *, usd: float) -> None:
        """Keeps the token of the state that waits; a try that is repeated has a token of its own."""
        self._run.store.put_document(self._run.work_key("asked.json"), _Asked(token, usd))

    def decide(self, *, approved: bool, by: str, now: str) -> Decision:
        """Raises ``InvalidInputError`` where nobody asked, or somebody else has decided otherwise."""
        asked = self._run.store.find_document(_Asked, self._run.work_key("asked.json"))
        if asked is None:
            raise InvalidInputError(f"the run {self._run.run_id} isn't waiting for an approval")
        if not by.strip():
            raise InvalidInputError("an approval needs the name of whoever approves")
        decision = Decision(approved, by.strip(), now, asked.usd)
        body = json.dumps(encode(decision)).encode()
        key = self._run.key("approval.json")
        if not self._run.store.replace_bytes(key, body, _JSON, etag=None):
            decision = self._run.store.stored_document(Decision, key)
            if decision.approved != approved:
                word = "approved" if decision.approved else "rejected"
                raise InvalidInputError(f"{decision.by} has {word} this run already, at {decision.at}")
        if not send_success(asked.token, {"approved": decision.approved, "by": decision.by}):
            raise InvalidInputError(f"the run {self._run.run_id} isn't waiting any more")
        return decision

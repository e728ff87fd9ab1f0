"""One execution: what it is, how far each of its branches is, and how it ended."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from local.states.clock import timestamp
from local.states.history import History
from local.states.scope import Scope
from local.states.services import Caller, Machine


@dataclass
class Progress:
    """Where a machine, a branch or an iteration stands; a redrive goes on from here.

    ``given`` is the state's input; ``children`` are the state's branches or iterations.
    """

    state: str
    given: Any
    done: bool = False
    output: Any = None
    children: list[Progress] = field(default_factory=list)
    map_run_arn: str | None = None
    resumes: bool = False  # the state was entered before and its event is in the history

    def resume(self) -> None:
        """Marks every unfinished place below as one that goes on."""
        if not self.done:
            self.resumes = True
            for child in self.children:
                child.resume()


@dataclass
class Execution:
    """``input_text`` is the input as it was given; times are seconds since the epoch.

    ``parent`` is the execution whose Map Run this is a child of. ``waits`` are for how long each state was
    tried, in seconds as its waits would have been in full.
    """

    arn: str
    name: str
    machine: Machine
    input_text: str
    given: Any
    started_at: float
    history: History
    progress: Progress
    map_run_arn: str | None = None
    parent: Execution | None = None
    waits: dict[str, float] = field(default_factory=dict)
    status: str = "RUNNING"
    output_text: str | None = None
    error: str | None = None
    cause: str | None = None
    stopped_at: float | None = None
    redrive_count: int = 0
    redriven_at: float | None = None
    scope: Scope = field(default_factory=Scope)
    last_event: int = 0  # what the next event of the whole execution follows
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def caller(self) -> Caller:
        """Who its states are when they call."""
        return Caller(self.name, self.machine.role_arn, self.works_for)

    @property
    def works_for(self) -> str:
        """The name of the execution that all this is done for: its own, unless it is a Map Run's child."""
        return self.name if self.parent is None else self.parent.works_for

    @property
    def output(self) -> Any:
        """What it returned; None unless it succeeded."""
        return None if self.output_text is None else json.loads(self.output_text)

    @property
    def is_redrivable(self) -> bool:
        """Whether RedriveExecution is allowed now."""
        return self.status in ("FAILED", "TIMED_OUT", "ABORTED") and not self.machine.is_express

    def context(self) -> dict[str, Any]:
        """The context object, ``$$``, without what belongs to a state."""
        redriven = {} if self.redriven_at is None else {"RedriveTime": timestamp(self.redriven_at)}
        return {
            "Execution": {
                "Id": self.arn,
                "Input": self.given,
                "StartTime": timestamp(self.started_at),
                "Name": self.name,
                "RoleArn": self.machine.role_arn,
                "RedriveCount": self.redrive_count,
                **redriven,
            },
            "StateMachine": {"Id": self.machine.arn, "Name": self.machine.name},
        }

    def end(
        self, status: str, *, output: str | None = None, error: str | None = None, cause: str | None = None
    ) -> bool:
        """Ends it once: the first of success, failure, timeout and abort counts, and says so."""
        with self.lock:
            if self.status != "RUNNING":
                return False
            named = {name: value for name, value in (("error", error), ("cause", cause)) if value}
            details = (
                {"output": output, "outputDetails": {"truncated": False}} if status == "SUCCEEDED" else named
            )
            name = {
                "SUCCEEDED": "Succeeded",
                "FAILED": "Failed",
                "TIMED_OUT": "TimedOut",
                "ABORTED": "Aborted",
            }
            # Who ends it from outside doesn't know how far its branches are.
            follows = self.last_event if status in ("SUCCEEDED", "FAILED") else len(self.history)
            self.last_event = self.history.append(f"Execution{name[status]}", follows, details)
            self.output_text, self.error, self.cause = output, error, cause
            self.stopped_at = float(self.history.events()[-1]["timestamp"])
            self.status = status
        self.scope.stop()
        self.ended.set()
        return True

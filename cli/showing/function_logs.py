"""The log lines of one asset, found in the log groups of all functions.

A step's own lines carry the asset's id. What Lambda adds (the time it took, a timeout, a killed process)
carries at most the id of the request, so it is found through the lines before it in the same log stream,
in which requests follow one another
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from braid.domain.json_text import parse_json
from cli.target import Target

__all__ = ["Event", "FunctionLogs", "LogLine", "read_events"]

Event = Mapping[str, Any]

_GROUP_PREFIX = "/aws/lambda/"
# An asset's first line may be older than its record: dispatch logs before intake writes one.
_EARLIER_MS = 10 * 60_000
_LONGEST_CALL_MS = 16 * 60_000  # a function runs for 15 minutes at most
_MAX_STREAMS = 100  # of one FilterLogEvents request
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ENDED_WITH = re.compile(r"\[ERROR\] (?P<error>\w+)")
_REPORTED = re.compile(
    r"\bDuration: (?P<ms>[\d.]+) ms.*?Memory Size: (?P<size>\d+) MB.*?Used: (?P<used>\d+) MB", re.DOTALL
)
_STATUS = re.compile(r"(?:Error Type|Status): (\S+)")
_DEATHS = ("Task timed out", "Runtime exited", "Runtime.", "Sandbox.", "Extension.")
# What every line of ours has beside what it says, under names of Powertools and of the handler decorator.
_USUAL = frozenset(
    {
        *("level", "location", "message", "timestamp", "service", "cold_start", "function_name"),
        *(
            "function_memory_size",
            "function_arn",
            "function_request_id",
            "xray_trace_id",
            "step",
            "asset_id",
            "run_id",
        ),
        *("exception", "exception_name", "stack_trace", "exception_notes"),
    }
)


@dataclass(frozen=True)
class LogLine:
    """One line: when and in which function; ``level`` is REPORT for Lambda's own account of a call.

    ``details`` are the line's own members beside its message, ``exception`` is a stack in Python's form.
    """

    at: datetime
    function: str
    level: str
    message: str
    request_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    exception: str = ""

    def as_json(self) -> dict[str, Any]:
        """The members in order; ``at`` is ISO 8601 in UTC."""
        return {
            "at": self.at.isoformat(timespec="milliseconds"),
            "function": self.function,
            "level": self.level,
            "message": self.message,
            "request_id": self.request_id,
            "details": dict(self.details),
            "exception": self.exception,
        }


class FunctionLogs:
    """The lines about one asset, or about whatever else has an id; each is given once.

    ``since`` is when it began, ISO 8601; the functions are those of ``stack_names``, else the pipeline's.
    """

    def __init__(
        self, target: Target, subject_id: str, since: str | None, stack_names: Sequence[str] = ()
    ) -> None:
        self._target = target
        self._asset_id = subject_id
        self._since_ms = _milliseconds(since) - _EARLIER_MS
        names = stack_names or (target.stack_name,)
        self._groups = [group for name in names for group in _log_groups(target, name)]
        self._prefix = f"{_GROUP_PREFIX}{target.deployment_name}-"
        self._given: set[tuple[str, int, str]] = set()

    def new_lines(self) -> list[LogLine]:
        """What has arrived since the last call, in the order in which it was logged."""
        found = []
        for group in self._groups:
            function = group.removeprefix(self._prefix).removeprefix(_GROUP_PREFIX)
            for event, line in read_events(self._events(group), function, self._asset_id):
                key = (str(event["logStreamName"]), int(event["timestamp"]), str(event["message"]))
                if key not in self._given:
                    self._given.add(key)
                    found.append(line)
        return sorted(found, key=lambda line: line.at)

    def _events(self, group: str) -> list[Event]:
        """Everything in the streams that have a line about the asset, around the time of such lines."""
        about = self._filtered(group, filterPattern=f'"{self._asset_id}"', startTime=self._since_ms)
        streams = sorted({str(event["logStreamName"]) for event in about})
        times = [int(event["timestamp"]) for event in about]
        return [
            event
            for some in (streams[at : at + _MAX_STREAMS] for at in range(0, len(streams), _MAX_STREAMS))
            for event in self._filtered(
                group, logStreamNames=some, startTime=min(times), endTime=max(times) + _LONGEST_CALL_MS
            )
        ]

    def _filtered(self, group: str, **options: Any) -> list[Event]:
        pages = self._target.logs.get_paginator("filter_log_events").paginate(logGroupName=group, **options)
        return [event for page in pages for event in page["events"]]


def read_events(events: Iterable[Event], function: str, asset_id: str) -> Iterator[tuple[Event, LogLine]]:
    """The lines about an asset, each with its event; ``events`` are those of whole log streams in order.

    What Lambda writes beside a step's own lines belongs to the call that the stream is in.
    """
    calls: dict[str, _Call] = {}
    for event in events:
        call = calls.setdefault(str(event["logStreamName"]), _Call())
        text = str(event["message"]).strip()
        line = call.read(text, datetime.fromtimestamp(event["timestamp"] / 1000, UTC), function, asset_id)
        if line is not None:
            yield event, line


class _Call:
    """The call that a log stream is in: which request, whether about the asset, and how it went."""

    def __init__(self) -> None:
        self._request_id = ""
        self._is_ours = False
        self._logged_error = ""

    def read(self, text: str, at: datetime, function: str, asset_id: str) -> LogLine | None:
        """The line that ``text`` is, or nothing where it isn't about the asset or says nothing new."""
        own = _own_line(text)
        named = str(own.get("function_request_id", "")) if own else _request_id(text)
        if named and named != self._request_id:
            self._request_id, self._is_ours, self._logged_error = named, False, ""
        self._is_ours = self._is_ours or asset_id in text
        if not self._is_ours:
            return None
        if own:
            self._logged_error = str(own.get("error", "")) or self._logged_error
            return _step_line(own, at, function)
        return self._lambda_line(text, at, function)

    def _lambda_line(self, text: str, at: datetime, function: str) -> LogLine | None:
        if text.startswith("REPORT ") and (told := _REPORTED.search(text)):
            took = f"took {float(told['ms']) / 1000:.1f} s"
            # The embedded AWS doesn't measure it.
            is_measured = 0 < int(told["used"]) <= int(told["size"])
            memory = f", {told['used']} of {told['size']} MB" if is_measured else ""
            broke = f"; {status[1]}" if (status := _STATUS.search(text)) else ""
            return LogLine(at, function, "REPORT", took + memory + broke, self._request_id)
        if ended := _ENDED_WITH.match(text):
            # The stack below it was logged by the step itself, or says where the step logged it.
            is_new = ended["error"] != self._logged_error
            return LogLine(at, function, "ERROR", text.splitlines()[0], self._request_id) if is_new else None
        if any(mark in text for mark in _DEATHS):
            return LogLine(at, function, "ERROR", text.splitlines()[0], self._request_id)
        return None


def _own_line(text: str) -> dict[str, Any]:
    """The members of a line that a step logged; empty for a line of another's."""
    if not text.startswith("{"):
        return {}
    try:
        value = parse_json(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) and "message" in value and "level" in value else {}


def _step_line(own: Mapping[str, Any], arrived: datetime, function: str) -> LogLine:
    message = own["message"]
    return LogLine(
        at=_logged_at(own.get("timestamp"), arrived),
        function=function,
        level=str(own["level"]),
        message=message if isinstance(message, str) else json.dumps(message, ensure_ascii=False),
        request_id=str(own.get("function_request_id", "")),
        details={name: value for name, value in own.items() if name not in _USUAL},
        exception=str(own.get("exception") or ""),
    )


def _logged_at(written: Any, arrived: datetime) -> datetime:
    """The step's own time, in Powertools' form; the event's where that can't be read."""
    try:
        return datetime.strptime(str(written), "%Y-%m-%d %H:%M:%S,%f%z").astimezone(UTC)
    except ValueError:
        return arrived


def _request_id(text: str) -> str:
    found = _REQUEST_ID.search(text) if "RequestId" in text or "timed out" in text else None
    return found[0] if found else ""


def _log_groups(target: Target, stack_name: str) -> list[str]:
    pages = target.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return [
        item["PhysicalResourceId"]
        for page in pages
        for item in page["StackResourceSummaries"]
        if item["ResourceType"] == "AWS::Logs::LogGroup"
        and item["PhysicalResourceId"].startswith(_GROUP_PREFIX)
    ]


def _milliseconds(moment: str | None) -> int:
    """Since 1970; none where the record has no time yet."""
    if not moment:
        return _EARLIER_MS
    parsed = datetime.fromisoformat(moment)
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp() * 1000)

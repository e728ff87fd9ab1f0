"""The launcher's own endpoint, ``/_braid/`` on the same port: health, logs and faults.

Every request but ``GET health`` needs the run's secret key in the header ``x-braid-key``.

GET    health              is it ready, who is it, which AI operations it hosts
GET    calls               calls of the AI services; filter with ?service=&operation=&execution=
DELETE calls               forget them
GET    requests | DELETE   the same of requests to the services below them, such as S3
GET    denied              refused IAM decisions
GET    grants              which principal used which permission, and how often
GET    executions          every execution with its status, states entered and failed tries; ?works_for=
                           for that of a name and the children of its Map Runs
GET    faults | POST | DELETE   errors on demand, see ``local.launcher.injection.faults``; ?fault_id= for one
POST   alarms              measures and evaluates now, or ``later_seconds`` from now as far as alarms can tell
GET    quotas | POST | DELETE   ``service``, ``operation`` or ``*``, and ``per_second`` or ``jobs_at_once``
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app

from local.foreign_json import parse_json
from local.launcher.config import LauncherConfig, python_version
from local.launcher.gateway import calls
from local.launcher.injection.faults import FaultError
from local.launcher.ministack.contract import SUPPORTED_VERSION
from local.launcher.ministack.faults import faults, quotas
from local.launcher.ministack.request_log import requests
from local.launcher.monitoring import metric_store, schedule
from local.launcher.permissions.iam import decisions
from local.services.protocol import Service
from local.states.executions import Executions

PREFIX = "/_braid/"
HEALTH = "health"
KEY_HEADER = "x-braid-key"

Answer = tuple[int, Any]


class Control:
    """Answers control requests as (status, JSON value)."""

    def __init__(self, config: LauncherConfig, services: tuple[Service, ...], executions: Executions) -> None:
        self._config = config
        self._services = services
        self._routes: dict[tuple[str, str], Callable[[Mapping[str, str], bytes], Answer]] = {
            ("GET", HEALTH): lambda _query, _body: (200, self._health()),
            ("GET", "calls"): lambda query, _body: (200, {"calls": calls.matching(**query)}),
            ("DELETE", "calls"): lambda _query, _body: _done(calls.clear),
            ("GET", "requests"): lambda query, _body: (200, {"requests": requests.matching(**query)}),
            ("DELETE", "requests"): lambda _query, _body: _done(requests.clear),
            ("GET", "denied"): lambda _query, _body: (200, {"denied": decisions.denials()}),
            ("GET", "grants"): lambda _query, _body: (200, {"grants": decisions.grants()}),
            ("GET", "executions"): lambda query, _body: (200, {"executions": _listed(executions, query)}),
            ("GET", "faults"): lambda _query, _body: (200, {"faults": faults.report()}),
            ("POST", "faults"): lambda _query, body: _added(body, _add_fault),
            ("DELETE", "faults"): lambda query, _body: _done(lambda: faults.remove(_number(query))),
            ("POST", "alarms"): lambda _query, body: _added(body, _look_at_alarms),
            ("GET", "quotas"): lambda _query, _body: (200, {"quotas": quotas.report()}),
            ("POST", "quotas"): lambda _query, body: _added(body, self._add_quota),
            ("DELETE", "quotas"): lambda _query, _body: _done(self._lift_quotas),
        }

    def answer(self, method: str, name: str, query: Mapping[str, str], body: bytes) -> Answer:
        """The answer to one request; ``name`` is the path below the prefix."""
        route = self._routes.get((method, name))
        if route is None:
            known = ", ".join(sorted(f"{m} {n}" for m, n in self._routes))
            return 404, {"message": f"no {method} {PREFIX}{name}; there is: {known}"}
        return route(query, body)

    def _add_quota(self, request: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(request)
        service, operation = given.pop("service", None), given.pop("operation", "*")
        per_second, jobs_at_once = given.pop("per_second", None), given.pop("jobs_at_once", None)
        if given or not service or (per_second is None) == (jobs_at_once is None):
            raise FaultError("a quota has service, operation, and either per_second or jobs_at_once")
        if per_second is not None:
            quotas.add(service, operation, float(per_second))
            return {}
        limits = [s.limit_jobs for s in self._services if s.name == service and s.limit_jobs is not None]
        if not limits:
            raise FaultError(f"{service} runs no jobs here")
        limits[0](int(jobs_at_once))
        return {}

    def _lift_quotas(self) -> None:
        quotas.clear()
        for service in self._services:
            if service.limit_jobs is not None:
                service.limit_jobs(None)

    def _health(self) -> dict[str, Any]:
        return {
            "ready": True,
            "pid": os.getpid(),
            "endpoint": self._config.endpoint_url,
            "region": self._config.region,
            "account_id": self._config.account_id,
            "iam_enforced": bool(app.AUTH),
            "python": python_version(),
            "ministack": SUPPORTED_VERSION,
            "services": {service.name: sorted(service.operations) for service in self._services},
        }


def _listed(executions: Executions, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every execution of the run, or those for ``works_for``, in the order of their start."""
    found = []
    for execution in executions.all():
        if query.get("works_for", execution.works_for) != execution.works_for:
            continue
        events = execution.history.events()
        entered = [event for event in events if event["type"].endswith("StateEntered")]
        found.append(
            {
                "name": execution.name,
                "execution_arn": execution.arn,
                "works_for": execution.works_for,
                "status": execution.status,
                "waits": dict(execution.waits),
                "failed_tries": [
                    event["taskFailedEventDetails"]["error"]
                    for event in events
                    if event["type"] == "TaskFailed"
                ],
                "transitions": len(entered),
                "states": [event["stateEnteredEventDetails"]["name"] for event in entered],
            }
        )
    return found


def _add_fault(request: Mapping[str, Any]) -> dict[str, Any]:
    return {"fault_id": faults.add(request)}


def _look_at_alarms(request: Mapping[str, Any]) -> dict[str, Any]:
    at = metric_store.now() + float(request.get("later_seconds", 0.0))
    schedule.look(at)
    return {"evaluated_at": at}


def _added(body: bytes, add: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Answer:
    try:
        return 201, add(parse_json(body))
    except (FaultError, ValueError, TypeError) as error:
        return 400, {"message": str(error)}


def _number(query: Mapping[str, str]) -> int | None:
    return int(query["fault_id"]) if "fault_id" in query else None


def _done(work: Callable[[], None]) -> Answer:
    work()
    return 200, {}

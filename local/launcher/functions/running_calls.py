"""Lets a call that runs end as it began where its function is changed or deleted meanwhile.

Symptoms of the stock runtime that this removes: a deployment kills every process of the functions that it
changes, deletes their code from under them, and what they worked on dies with ``Runtime.ExitError``; a
process that fails takes those along that work beside it for the same function. On AWS an environment whose
function was changed gets no more calls, and ends after its last one. Upstream: none filed.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime as stock
from ministack.services import lambda_svc

RELIES_ON = (
    "ministack.core.lambda_runtime:_lock",
    "ministack.core.lambda_runtime:kill_workers(workers)",
    "ministack.core.lambda_runtime:release_worker(worker)",
    "ministack.core.lambda_runtime:invalidate_worker(func_name, qualifier, account, region)",
    "ministack.services.lambda_svc:release_worker",
    "ministack.services.lambda_svc:invalidate_worker",
    "ministack.services.lambda_svc:_sweep_extract_cache()",
)


def apply() -> None:
    """Puts sparing what runs before MiniStack's own way to end a function's processes."""
    outdated = _Outdated()
    stock.kill_workers = outdated.kill
    lambda_svc.invalidate_worker = stock.invalidate_worker = outdated.invalidate
    lambda_svc.release_worker = stock.release_worker = outdated.release
    lambda_svc._sweep_extract_cache = outdated.sweep


class _Outdated:
    """The processes that run a call for a function as it was before."""

    def __init__(self) -> None:
        self._running: set[Any] = set()
        self._spares: ContextVar[bool] = ContextVar("_spares", default=False)
        self._stock_kill, self._stock_release = stock.kill_workers, stock.release_worker
        self._stock_invalidate, self._stock_sweep = stock.invalidate_worker, lambda_svc._sweep_extract_cache

    def invalidate(self, *function: Any, **scope: Any) -> None:
        """Takes a function's processes out of the pool, and ends those that run no call."""
        token = self._spares.set(True)
        try:
            self._stock_invalidate(*function, **scope)
        finally:
            self._spares.reset(token)
        self._end_failed()

    def _end_failed(self) -> None:
        """Forgets what broke down in its last call: nobody gives it back, and its code would be kept."""
        with stock._lock:
            failed = {worker for worker in self._running if has_failed(worker)}
            self._running -= failed
        if failed:
            self._stock_kill(list(failed))
            self.sweep()

    def kill(self, workers: Iterable[Any]) -> None:
        """Ends processes; those in the middle of a call not where their function is changed or deleted."""
        doomed = {worker for worker in workers if worker is not None}
        if self._spares.get():
            with stock._lock:
                running = {worker for worker in doomed if worker.in_use and not has_failed(worker)}
                self._running |= running
            doomed -= running
        self._stock_kill(list(doomed))

    def release(self, worker: Any) -> None:
        """Takes a process back after its call; an outdated one ends."""
        self._stock_release(worker)
        with stock._lock:
            is_outdated = worker in self._running
            self._running.discard(worker)
        if is_outdated:
            self._stock_kill([worker])
            self.sweep()

    def sweep(self) -> None:
        """Deletes code and layers that nobody refers to, once nobody runs them either."""
        if not self._running:
            self._stock_sweep()


def has_failed(worker: Any) -> bool:
    """Whether its process broke down in its last call, after which nobody gives it back."""
    return bool(getattr(worker, "has_failed", False))

"""When CloudWatch looks: queues are measured and alarms evaluated once a minute."""

from __future__ import annotations

import asyncio
import logging

from local.launcher.monitoring import alarms, metric_store, service_metrics

__all__ = ["keep_looking", "look"]

_PERIOD_SECONDS = 60.0
# CloudWatch keeps periods of a minute for 15 days.
_KEPT_SECONDS = 15 * 86_400

logger = logging.getLogger("braid.alarms")


def look(at: float) -> None:
    """Measures the queues and evaluates every alarm as at ``at`` (seconds since the epoch)."""
    service_metrics.measure_queues(at)
    alarms.evaluate_all(at)


async def keep_looking() -> None:
    """Looks every minute until it is cancelled."""
    while True:
        await asyncio.sleep(_PERIOD_SECONDS)
        try:
            await asyncio.to_thread(look, metric_store.now())
            metric_store.forget_before(metric_store.now() - _KEPT_SECONDS)
        except Exception:  # one look that fails must not be the last
            logger.exception("the alarms could not be evaluated")

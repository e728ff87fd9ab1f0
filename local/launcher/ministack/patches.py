"""All patches in the order in which they build on each other, behind the check of what they rely on."""

from __future__ import annotations

from local.launcher import gateway
from local.launcher.config import LauncherConfig
from local.launcher.functions import lambda_runtime, running_calls, runtime_folder, unpacking
from local.launcher.ministack import (
    cloudformation_types,
    cloudformation_waits,
    event_sources,
    faults,
    guardrails,
    model_packages,
    object_keys,
    objects,
    principal_arns,
    request_log,
    s3_fixes,
    state_services,
    step_functions,
    vector_stores,
)
from local.launcher.ministack.contract import check_contract
from local.launcher.monitoring import alarms, metric_store, service_metrics
from local.launcher.permissions import iam, role_sessions
from local.services.protocol import Service
from local.states.executions import Executions
from local.states.retry_waits import RetryWaits

_MENDED = (
    alarms, cloudformation_types, cloudformation_waits, event_sources, faults, gateway, guardrails, iam,
    lambda_runtime, metric_store, model_packages, object_keys, objects, principal_arns, request_log,
    role_sessions, running_calls, s3_fixes, service_metrics, state_services, step_functions, unpacking,
    vector_stores,
)  # fmt: skip


def apply_all(config: LauncherConfig, services: tuple[Service, ...], retry_waits: RetryWaits) -> Executions:
    """Checks MiniStack, fixes it, and gives the executions of its state machines.

    Raises ``ContractError`` before anything is touched.
    """
    check_contract(name for module in _MENDED for name in module.RELIES_ON)
    lambda_runtime.apply(config, runtime_folder.build_runtime_folder(config.run_folder / "runtime"))
    running_calls.apply()
    s3_fixes.apply()
    cloudformation_types.apply()
    cloudformation_waits.apply()
    guardrails.apply()
    vector_stores.apply(services)
    model_packages.apply()
    metric_store.apply()
    alarms.apply()
    service_metrics.apply()
    event_sources.apply(enforce=config.enforce_iam)
    executions = step_functions.apply(config.wait_scale, retry_waits)
    iam.apply(gateway.namespaces(services), executions.tokens.machine_of)
    object_keys.apply()
    principal_arns.apply()
    gateway.apply(services)
    request_log.apply()
    faults.apply()
    return executions

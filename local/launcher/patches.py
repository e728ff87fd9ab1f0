"""All patches in the order in which they build on each other, behind the check of what they rely on."""

from __future__ import annotations

from local.launcher import (
    asl_paths,
    cloudformation_types,
    cloudformation_waits,
    event_sources,
    faults,
    gateway,
    guardrails,
    history,
    iam,
    lambda_runtime,
    objects,
    payloads,
    retries,
    runtime_folder,
    s3_fixes,
    start_execution,
    state_machine_role,
    state_runner,
    tasks,
)
from local.launcher.config import LauncherConfig
from local.launcher.contract import check_contract
from local.services.protocol import Service

_MENDED = (
    asl_paths, cloudformation_types, cloudformation_waits, event_sources, faults, gateway, guardrails,
    history, iam, lambda_runtime, objects, payloads, retries, s3_fixes, start_execution, state_machine_role,
    state_runner, tasks,
)  # fmt: skip


def apply_all(config: LauncherConfig, services: tuple[Service, ...]) -> None:
    """Checks MiniStack and fixes it; raises ``ContractError`` before anything is touched."""
    check_contract(name for module in _MENDED for name in module.RELIES_ON)
    lambda_runtime.apply(config, runtime_folder.build_runtime_folder(config.run_folder / "runtime"))
    s3_fixes.apply()
    cloudformation_types.apply()
    cloudformation_waits.apply()
    guardrails.apply()
    event_sources.apply(enforce=config.enforce_iam)
    history.apply()
    retries.apply()
    asl_paths.apply()
    state_runner.apply()
    tasks.apply()
    state_machine_role.apply()
    start_execution.apply()
    iam.apply(gateway.namespaces(services))
    gateway.apply(services)
    faults.apply()

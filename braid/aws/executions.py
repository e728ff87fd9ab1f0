"""Step Functions executions, started under deterministic names, and stopped."""

from __future__ import annotations

import json
from typing import Any

from braid.aws.clients import client
from braid.aws.service_errors import service_errors
from braid.domain.asset.asset import AssetRef, execution_name
from braid.domain.asset.rerun import Reuse
from braid.domain.wire import encode

__all__ = ["execution_arn", "start_execution", "stop_execution"]


def start_execution(
    state_machine_arn: str, asset: AssetRef, reuse: Reuse | None = None, *, sfn: Any = None
) -> bool:
    """Starts the asset's execution; ``False`` if this attempt was already started, now or weeks ago.

    Name and input are a pure function of the asset and what it takes over from an earlier attempt, so that
    two dispatchers that race start one execution.
    """
    given = {"asset": encode(asset), **({"reuse": encode(reuse)} if reuse else {})}
    sfn = sfn or client("stepfunctions")
    with service_errors("states:StartExecution"):
        try:
            sfn.start_execution(
                stateMachineArn=state_machine_arn,
                name=execution_name(asset.asset_id, asset.attempt),
                input=json.dumps(given, ensure_ascii=False, separators=(",", ":")),
            )
        except sfn.exceptions.ExecutionAlreadyExists:
            return False
    return True


def execution_arn(state_machine_arn: str, asset: AssetRef) -> str:
    """The ARN that the asset's execution has, or will have."""
    machine = state_machine_arn.replace(":stateMachine:", ":execution:")
    return f"{machine}:{execution_name(asset.asset_id, asset.attempt)}"


def stop_execution(arn: str, *, cause: str, sfn: Any = None) -> None:
    """Stops an execution; does nothing where it has ended or never was."""
    sfn = sfn or client("stepfunctions")
    with service_errors("states:StopExecution"):
        try:
            sfn.stop_execution(executionArn=arn, cause=cause)
        except sfn.exceptions.ExecutionDoesNotExist:
            return

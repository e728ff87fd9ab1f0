"""``python -m local.launcher``: one embedded AWS in the foreground."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from local.engines.ahead import load_ahead
from local.engines.pool import EnginePool
from local.launcher.config import (
    ACCESS_KEY_VARIABLE,
    SECRET_KEY_VARIABLE,
    LauncherConfig,
    prepare_environment,
)
from local.launcher.ministack.contract import ContractError
from local.launcher.ports import PortBusyError, check_port_free

EXIT_PORT_BUSY = 3
EXIT_CONTRACT = 4


def main(arguments: list[str]) -> int:
    """Runs until stopped; returns an exit status: 3 for a busy port, 4 for a MiniStack that we don't know."""
    config = _parse(arguments)
    for folder in (config.temporary_folder, config.workers_folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    prepare_environment(config, os.environ)
    os.chdir(config.run_folder)
    try:
        check_port_free(config.port)
        # MiniStack reads the environment while it is imported, so everything that imports it comes only now.
        from local.launcher import server
        from local.launcher.control import Control
        from local.launcher.ministack import patches
        from local.launcher.ministack.objects import DefaultBus, S3Objects
        from local.launcher.permissions.role_sessions import RoleSessions
        from local.states.retry_waits import RetryWaits

        retry_waits = RetryWaits()
        engines = EnginePool()
        events = DefaultBus(retry_waits.end_for)
        services = _services(S3Objects(), events, engines=engines, roles=RoleSessions(config))
        executions = patches.apply_all(config, services, retry_waits)
    except ContractError as error:
        print(error, file=sys.stderr)  # noqa: T201  # the launcher's own standard error
        return EXIT_CONTRACT
    except PortBusyError as error:
        print(error, file=sys.stderr)  # noqa: T201  # the launcher's own standard error
        return EXIT_PORT_BUSY
    if config.loads_engines:
        load_ahead(engines)
    logging.getLogger("hypercorn.access").setLevel(logging.WARNING)
    server.run(config, Control(config, services, executions))
    return 0


def _services(objects: Any, events: Any, *, engines: EnginePool, roles: Any) -> tuple[Any, ...]:
    """The AI services; ``BRAID_LAUNCHER_SERVICES`` may name another module, as tests do."""
    module = importlib.import_module(os.environ.get("BRAID_LAUNCHER_SERVICES", "local.services"))
    services: tuple[Any, ...] = module.build_services(objects, events, engines=engines, roles=roles)
    return services


def _parse(arguments: list[str]) -> LauncherConfig:
    parser = argparse.ArgumentParser(prog="python -m local.launcher", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--run-folder", type=Path, required=True, help="everything the run writes lies here")
    parser.add_argument("--account-id", default="000000000000")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--parent-pid", type=int, help="end when this process ends")
    parser.add_argument("--no-iam", action="store_true", help="let every call pass, for debugging only")
    parser.add_argument("--idle-seconds", type=float, default=120.0, help="how long an unused worker lives")
    parser.add_argument("--wait-scale", type=float, default=1.0, help="factor on waits between retries")
    parser.add_argument("--load-engines", action="store_true", help="don't wait for the first file to do it")
    parser.add_argument("--runs-of-one-function", type=int, default=max(2, os.cpu_count() or 1))
    given = parser.parse_args(arguments)
    try:
        key, secret = os.environ[ACCESS_KEY_VARIABLE], os.environ[SECRET_KEY_VARIABLE]
    except KeyError as error:
        parser.error(f"the environment must hold {error.args[0]}")
    return LauncherConfig(
        port=given.port,
        run_folder=given.run_folder.resolve(),
        account_id=given.account_id,
        region=given.region,
        access_key_id=key,
        secret_access_key=secret,
        enforce_iam=not given.no_iam,
        parent_pid=given.parent_pid,
        idle_seconds=given.idle_seconds,
        wait_scale=given.wait_scale,
        concurrent_runs=max(8, 2 * (os.cpu_count() or 1), 4 * given.runs_of_one_function),
        runs_of_one_function=given.runs_of_one_function,
        loads_engines=given.load_engines,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

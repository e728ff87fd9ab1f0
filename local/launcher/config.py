"""What the launcher is told at start, and the environment that MiniStack reads it from."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

ACCESS_KEY_VARIABLE = "BRAID_LAUNCHER_ACCESS_KEY_ID"
SECRET_KEY_VARIABLE = "BRAID_LAUNCHER_SECRET_ACCESS_KEY"

_OUR_SETTINGS = (
    *("BRAID_LAUNCHER_SERVICES", "BRAID_ENGINE_"),
    # The engines': who set one for the command means the embedded AWS.
    *("BRAID_LLM_", "BRAID_EMBED_", "BRAID_IMAGE_", "BRAID_WEIGHTS", "BRAID_WHISPER_MODEL", "BRAID_WRITER"),
    "XDG_CACHE_HOME",
)
_KEPT_FROM_HOST = frozenset(
    {"PATH", "LANG", "LC_ALL", "HOME", "USER", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
)


@dataclass(frozen=True)
class LauncherConfig:
    """One run of the embedded AWS.

    ``run_folder`` holds everything the run writes; deleting it deletes every trace. ``parent_pid``
    names a process whose end ends the launcher (None: it runs until told). ``idle_seconds`` is how long
    an unused Lambda worker lives; ``concurrent_runs`` how many Lambdas work at the same time, and
    ``runs_of_one_function`` how many of them may be one function's: dozens that all wait for one engine would
    time out together; ``wait_scale`` shortens the waits between retries (never a timeout);
    ``loads_engines`` begins to load them at once instead of with the first file.
    """

    port: int
    run_folder: Path
    account_id: str
    region: str
    access_key_id: str
    secret_access_key: str
    enforce_iam: bool = True
    parent_pid: int | None = None
    idle_seconds: float = 120.0
    concurrent_runs: int = 8
    runs_of_one_function: int = 2
    wait_scale: float = 1.0
    loads_engines: bool = False

    @property
    def endpoint_url(self) -> str:
        """Where every AWS service of this run answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def temporary_folder(self) -> Path:
        """The only place where MiniStack and the workers put temporary files."""
        return self.run_folder / "tmp"

    @property
    def workers_folder(self) -> Path:
        """One private folder per live Lambda worker: its /tmp and its HOME."""
        return self.run_folder / "workers"

    @property
    def cold_starts(self) -> int:
        """How many Lambda workers may start at once: more than there are cores only slows all of them."""
        return max(1, os.cpu_count() or 1)


def prepare_environment(config: LauncherConfig, environ: MutableMapping[str, str]) -> None:
    """Replaces ``environ`` with what MiniStack needs and nothing else; call before MiniStack is imported.

    The user's own AWS settings (profiles, keys, endpoints) are removed: nothing in this process may ever
    reach a real account. ``DOCKER_HOST`` names a socket that doesn't exist, because MiniStack otherwise
    looks for containers of its own at start and at the end.
    """
    our_settings = {name: value for name, value in environ.items() if name.startswith(_OUR_SETTINGS)}
    kept = {name: value for name, value in environ.items() if name in _KEPT_FROM_HOST}
    environ.clear()
    environ.update(kept)
    environ.update(our_settings)
    environ.update(
        {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(config.port),
            "MINISTACK_ACCOUNT_ID": config.account_id,
            "MINISTACK_REGION": config.region,
            # MiniStack calls the holder of this key the account's root.
            "AWS_ACCESS_KEY_ID": config.access_key_id,
            "AWS_SECRET_ACCESS_KEY": config.secret_access_key,
            "AUTH": "true" if config.enforce_iam else "false",
            "TMPDIR": str(config.temporary_folder),
            "PERSIST_STATE": "0",
            # Otherwise two more ports open, one of them on every interface.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": f"unix://{config.run_folder}/no-docker",
            # The number of runs is bounded by our own queue, which waits instead of refusing.
            "LAMBDA_ACCOUNT_CONCURRENCY": "1000",
            "LOG_LEVEL": "INFO",
            "PYTHONUNBUFFERED": "1",
        }
    )


def python_version() -> str:
    """The interpreter's version as Lambda spells it, e.g. ``3.11``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"

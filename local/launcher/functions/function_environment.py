"""The environment variables of a Lambda worker: AWS's own, the function's, and nothing of the host's."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from local.launcher.config import python_version


def function_environment(
    function: Mapping[str, Any],
    *,
    credentials: Mapping[str, str],
    endpoint_url: str,
    region: str,
    runtime_api: str,
    task_root: str,
    layer_folders: Sequence[str],
    runtime_folder: str,
    private_folder: str,
) -> dict[str, str]:
    """All variables of the process; ``function`` is the configuration as GetFunctionConfiguration gives it.

    The function's own variables win over the defaults and lose to the names that AWS reserves. ``/tmp`` and
    HOME are the private folder. Imports are looked up as on AWS: task root, layers, then the runtime's own.
    """
    version = python_version()
    imports = [task_root]
    imports += [f"{layer}/python/lib/python{version}/site-packages" for layer in layer_folders]
    imports += [*(f"{layer}/python" for layer in layer_folders), runtime_folder]
    logging = function.get("LoggingConfig") or {}
    return {
        "PATH": ":".join(
            [*(f"{layer}/bin" for layer in layer_folders), "/usr/local/bin", "/usr/bin", "/bin"]
        ),
        "LD_LIBRARY_PATH": ":".join(f"{layer}/lib" for layer in layer_folders),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_ENDPOINT_URL": endpoint_url,
        # X-Ray's daemon listens beside a real Lambda; port 9 discards what the SDK sends there.
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:9",
        **((function.get("Environment") or {}).get("Variables") or {}),
        **credentials,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.get('Runtime', '')}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": str(function.get("FunctionName", "")),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.get("Version", "$LATEST")),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": str(
            logging.get("LogGroup") or f"/aws/lambda/{function.get('FunctionName')}"
        ),
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d')}/[$LATEST]{secrets.token_hex(16)}",
        "LAMBDA_TASK_ROOT": task_root,
        "LAMBDA_RUNTIME_DIR": runtime_folder,
        "_HANDLER": str(function.get("Handler", "")),
        "PYTHONPATH": ":".join(imports),
        "TMPDIR": private_folder,
        "HOME": private_folder,
    }

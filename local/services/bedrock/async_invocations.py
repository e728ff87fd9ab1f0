"""StartAsyncInvoke and GetAsyncInvoke of Luma Ray 2: takes its time, writes files, honours tokens.

The video is a camera move over a picture: one that is given, else a placeholder that says so.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
import string
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from local.engines.errors import EngineError
from local.engines.pool import EnginePool
from local.services.protocol import Caller, Objects, ServiceError

__all__ = ["AsyncInvocations"]

logger = logging.getLogger("braid.services")

_MODEL = "luma.ray-v2:0"
_REGION = "us-west-2"
_LETTERS = string.ascii_lowercase + string.digits
# Minutes at Bedrock; long enough here that somebody has to wait.
_LEAST_SECONDS = 3.0
_LINES = {"540p": 540, "720p": 720}
_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21")
_DURATIONS = {"5s": 5, "9s": 9}


@dataclass
class _Invocation:
    arn: str
    caller: Caller
    asked: Mapping[str, Any]
    folder: str
    submitted: datetime = field(default_factory=lambda: datetime.now(UTC))
    found: dict[str, Any] = field(default_factory=lambda: {"status": "InProgress"})

    def told(self) -> dict[str, Any]:
        """As GetAsyncInvoke tells it."""
        named = {"clientRequestToken": token} if (token := self.asked.get("clientRequestToken")) else {}
        return {
            "invocationArn": self.arn,
            "modelArn": f"arn:aws:bedrock:{self.caller.region}::foundation-model/{_MODEL}",
            "submitTime": self.submitted,
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": self.folder}},
            **named,
            **self.found,
        }


class AsyncInvocations:
    """The invocations of one run."""

    def __init__(self, objects: Objects, engines: EnginePool) -> None:
        self._objects = objects
        self._engines = engines
        self._invocations: dict[str, _Invocation] = {}
        self._lock = threading.Lock()

    def start(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Begins one, or gives the one that was begun under the same token."""
        if request["modelId"].rpartition("/")[2] != _MODEL or caller.region != _REGION:
            raise ServiceError("ValidationException", "The provided model identifier is invalid.")
        asked = _checked(request["modelInput"])
        token = request.get("clientRequestToken")
        folder = str(request["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]).rstrip("/")
        with self._lock:
            for known in self._invocations.values():
                if token and (known.asked.get("clientRequestToken"), known.caller.account_id) == (
                    token,
                    caller.account_id,
                ):
                    if known.asked["modelInput"] != request["modelInput"]:
                        message = "The token was used with other parameters."
                        raise ServiceError("ConflictException", message)
                    return {"invocationArn": known.arn}
            name = "".join(secrets.choice(_LETTERS) for _ in range(12))
            arn = f"arn:aws:bedrock:{caller.region}:{caller.account_id}:async-invoke/{name}"
            invocation = _Invocation(arn, caller, dict(request), f"{folder}/{name}")
            self._invocations[arn] = invocation
        thread = threading.Thread(
            target=self._run, args=(invocation, asked), name=f"video-{name}", daemon=True
        )
        thread.start()
        return {"invocationArn": arn}

    def get(self, request: Mapping[str, Any], _caller: Caller) -> dict[str, Any]:
        """One by its ARN."""
        found = self._invocations.get(str(request["invocationArn"]))
        if found is None:
            raise ServiceError("ValidationException", "Invalid invocation ARN.")
        return found.told()

    def list(self, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """The caller's, the newest first."""
        wanted = request.get("statusEquals")
        told = [
            item.told()
            for item in reversed(list(self._invocations.values()))
            if item.caller.account_id == caller.account_id
        ]
        return {"asyncInvokeSummaries": [item for item in told if wanted in (None, item["status"])]}

    def _run(self, invocation: _Invocation, asked: Mapping[str, Any]) -> None:
        began = time.monotonic()
        try:
            body = self._engines.run("drawing.video:video", **asked)
            time.sleep(max(0.0, _LEAST_SECONDS - (time.monotonic() - began)))
            parts = urlsplit(invocation.folder)
            self._objects.write(
                invocation.caller, parts.netloc, f"{parts.path[1:]}/output.mp4", body, "video/mp4"
            )
            invocation.found = {"status": "Completed"}
        except (EngineError, ServiceError, ValueError) as error:
            invocation.found = {"status": "Failed", "failureMessage": str(error)}
        except Exception as error:  # a defect of the service: nobody must wait for ever, and the log has it
            logger.exception("%s failed", invocation.arn)
            invocation.found = {
                "status": "Failed",
                "failureMessage": f"internal error: {type(error).__name__}",
            }
        invocation.found["endTime"] = invocation.found["lastModifiedTime"] = datetime.now(UTC)


def _checked(given: Any) -> dict[str, Any]:
    """The engine's arguments. Raises ``ServiceError`` for what Luma refuses."""
    asked = json.loads(given) if isinstance(given, str | bytes) else given
    prompt = asked.get("prompt")
    if not isinstance(prompt, str) or not 1 <= len(prompt) <= 5000:
        raise ServiceError("ValidationException", "prompt has 1 to 5000 characters.")
    ratio, lines = asked.get("aspect_ratio", "16:9"), _LINES.get(asked.get("resolution", "720p"))
    seconds = _DURATIONS.get(asked.get("duration", "5s"))
    if ratio not in _RATIOS or lines is None or seconds is None:
        raise ServiceError("ValidationException", "aspect_ratio, resolution or duration isn't offered.")
    across, down = (int(part) for part in ratio.split(":"))
    width, height = (lines * across / down, lines) if across >= down else (lines, lines * down / across)
    frames = [_frame(asked, "frame0"), _frame(asked, "frame1")]
    return {
        "prompt": prompt,
        "seconds": seconds,
        "width": round(width / 2) * 2,
        "height": round(height / 2) * 2,
        "first": frames[0],
        "last": frames[1],
        "loops": bool(asked.get("loop")),
    }


def _frame(asked: Mapping[str, Any], name: str) -> bytes | None:
    frame = (asked.get("keyframes") or {}).get(name)
    return base64.b64decode(frame["source"]["data"]) if frame else None

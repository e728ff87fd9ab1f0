"""What the adapters say of jobs and models, in one word for both services; and how creating is made safe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import ClientError

from braid.aws.service_errors import error_code, service_errors
from braid.domain.errors import BraidError, PendingError

__all__ = ["ItemState", "JobState", "deleted", "found"]

# How each service says that there is no such thing. SageMaker has no code of its own for most of them.
_GONE = {"ResourceNotFoundException", "ResourceNotFound"}
_GONE_WORDS = ("could not find", "does not exist", "not found")
_IN_USE = {"ConflictException", "ResourceInUse"}


@dataclass(frozen=True)
class JobState:
    """``made`` is the ARN of what a finished job made: a custom model's or a model package's."""

    arn: str
    status: Literal["running", "stopping", "completed", "failed", "stopped"]
    made: str = ""
    message: str = ""


@dataclass(frozen=True)
class ItemState:
    """A model, or what serves one."""

    arn: str
    status: Literal["creating", "ready", "failed"]
    message: str = ""


def found(operation: str, call: Callable[..., Any], **request: Any) -> Any | None:
    """What the call answers; ``None`` where there is no such thing. Raises as ``service_errors`` does."""
    try:
        with service_errors(operation):
            return call(**request)
    except BraidError as error:
        if _is_gone(error.__cause__):
            return None
        raise


def deleted(operation: str, call: Callable[..., Any], **request: Any) -> bool:
    """Deletes; ``False`` where it was gone already.

    Raises ``PendingError`` while something still holds it, or it is still being created: try again.
    """
    try:
        with service_errors(operation):
            call(**request)
    except BraidError as error:
        cause = error.__cause__
        if _is_gone(cause):
            return False
        if isinstance(cause, ClientError) and error_code(cause) in _IN_USE:
            raise PendingError(str(error)) from error
        raise
    return True


def _is_gone(cause: BaseException | None) -> bool:
    if not isinstance(cause, ClientError):
        return False
    told = str(cause.response.get("Error", {}).get("Message", "")).lower()
    code = error_code(cause)
    return code in _GONE or (code == "ValidationException" and any(words in told for words in _GONE_WORDS))

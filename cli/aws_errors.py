"""What AWS or its client refuses, said for people: what went wrong, and what to do."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

__all__ = ["explain", "is_from_aws"]

_SIGN_IN = "sign in again (such as `aws sso login`) or set AWS_PROFILE to a profile that works"
_CREDENTIALS_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_CREDENTIALS_UNKNOWN = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"})
_THROTTLED = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown"})


def is_from_aws(error: Exception) -> bool:
    """Whether AWS or its client raised it, so that ``explain`` can say it."""
    return isinstance(error, ClientError | BotoCoreError)


def explain(error: Exception) -> str:
    """One or two lines for the person at the terminal; the service's own words stay in them."""
    if isinstance(error, ClientError):
        return _explain_answer(error)
    return _explain_client(error) if isinstance(error, BotoCoreError) else str(error)


def _explain_answer(error: ClientError) -> str:
    code = error.response["Error"].get("Code", "")
    message = error.response["Error"].get("Message") or code
    operation = error.operation_name
    if code in _CREDENTIALS_EXPIRED:
        return f"the credentials have expired ({operation}); {_SIGN_IN}"
    if code in _CREDENTIALS_UNKNOWN:
        return f"AWS doesn't accept the credentials ({operation}: {code}); {_SIGN_IN}"
    if code in _DENIED:
        return (
            f"AWS denies {operation}: {message}\n"
            "The identity needs read access to the stack's outputs, table, buckets and executions, and "
            "PutObject on the input bucket; `aws sts get-caller-identity` shows who you are"
        )
    if code in _THROTTLED:
        return f"AWS throttles {operation}; processing continues, try again in a minute"
    return f"{operation}: {code}: {message}" if code and code not in message else f"{operation}: {message}"


def _explain_client(error: BotoCoreError) -> str:
    said = str(error).rstrip(".")
    if isinstance(error, NoRegionError):
        return "no region is set; set AWS_REGION, or `region` in the AWS profile"
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return f"{said}; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if isinstance(error, ProfileNotFound):
        return f"{said}; `aws configure list-profiles` lists the profiles, AWS_PROFILE selects one"
    if isinstance(error, SSOError | TokenRetrievalError):
        return f"{said}; {_SIGN_IN}"
    if isinstance(error, EndpointConnectionError):
        return f"{said}; check AWS_REGION and the network"
    return said

"""What AWS or its client refuses, said for people: what went wrong, and what to do."""

from __future__ import annotations

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from braid.domain.errors import BraidError, ServiceUnavailableError, ThrottledError

__all__ = ["can_explain", "explain", "is_denied", "is_passing"]

_SIGN_IN = "sign in again (such as `aws sso login`) or set AWS_PROFILE to a profile that works"
_CREDENTIALS_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_CREDENTIALS_UNKNOWN = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
)
# S3's "403" of a request without a body, SNS's "AuthorizationError", EC2's "UnauthorizedOperation".
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403"}
)
_THROTTLED = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown"})


def can_explain(error: Exception) -> bool:
    """Whether AWS, its client, or Braid on purpose raised it, so that ``explain`` has words for it."""
    return isinstance(error, ClientError | BotoCoreError | BraidError)


def is_denied(error: ClientError) -> bool:
    """Whether a permission is missing."""
    return error.response["Error"].get("Code", "") in _DENIED


def is_passing(error: Exception) -> bool:
    """Whether another time may go better: AWS is busy or ill, or nothing answers."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error.response["Error"].get("Code", "") in _THROTTLED or status >= 500
    return isinstance(error, HTTPClientError | ThrottledError | ServiceUnavailableError)


def explain(error: Exception) -> str:
    """One or two lines for the person at the terminal; the service's own words stay in them.

    Braid's own errors are named for Step Functions: what they were made of says more to a person.
    """
    if isinstance(error, BraidError) and isinstance(error.__cause__, ClientError | BotoCoreError):
        error = error.__cause__
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
    if is_denied(error):
        return (
            f"AWS denies {operation}: {message}\n"
            "docs/operating.md (In AWS) lists what each command needs; `aws sts get-caller-identity` shows "
            "who you are"
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

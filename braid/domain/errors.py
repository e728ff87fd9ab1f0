"""Every error that Braid raises on purpose.

Step Functions matches ``ErrorEquals`` on these class names, so they are workflow API: renaming one
changes ``statemachines/analyze_asset.asl.json``. Messages are written for people: what is wrong, with
which file, what to do.

BraidError
├── InvalidAssetError           the object can't be processed: the asset ends REJECTED with this message
├── InvalidInputError           a step got what its contract forbids: our bug, never retried
├── SupersededError             a newer attempt has taken the asset over: nothing more is paid for
├── InvalidServiceOutputError   a service or a model answered in a shape that we refuse: one retry
├── ServiceError
│   ├── ThrottledError          the service is out of capacity for us: retried with backoff
│   ├── ServiceUnavailableError 5xx, a timeout, a model that isn't ready: retried a few times
│   ├── AccessDeniedError       no permission, no model access, a quota of zero: never retried
│   ├── UnsupportedError        the service can't do this for this input (a language, a feature)
│   ├── RefusedByServiceError   a 4xx that nobody foresaw: costs the piece, else the operation; never retried
│   └── PendingError            the job still runs, a bundle's member isn't there yet: retried on a schedule
│       └── NoRoomError         the day's money is spent or reserved: retried for days
└── ConfigError                 settings are missing or malformed: never retried
"""

from __future__ import annotations

__all__ = [
    "AccessDeniedError",
    "BraidError",
    "ConfigError",
    "InvalidAssetError",
    "InvalidInputError",
    "InvalidServiceOutputError",
    "NoRoomError",
    "PendingError",
    "RefusedByServiceError",
    "ServiceError",
    "ServiceUnavailableError",
    "SupersededError",
    "ThrottledError",
    "UnsupportedError",
]


class BraidError(Exception):
    """The family's root; never raised itself."""


class InvalidAssetError(BraidError):
    """The object can't be processed; the message is shown to the person who dropped it."""


class InvalidInputError(BraidError):
    """A step was called with what its contract forbids."""


class SupersededError(BraidError):
    """A newer attempt has taken the asset over; what this one still did would be paid for and thrown away."""


class InvalidServiceOutputError(BraidError):
    """A service or a model answered in a shape that we refuse to read."""


class ServiceError(BraidError):
    """A service call failed; the subclass says whether trying again can help."""


class ThrottledError(ServiceError):
    """The service refused for capacity; try again later."""


class ServiceUnavailableError(ServiceError):
    """The service failed or did not answer in time; trying again may help."""


class AccessDeniedError(ServiceError):
    """The role, the account or its quota doesn't allow the call; trying again can't help."""


class UnsupportedError(ServiceError):
    """The service can't do this for this input, such as an unsupported language; trying again can't help."""


class RefusedByServiceError(ServiceError):
    """The service refused the request with a code that nobody foresaw; trying again can't help."""


class PendingError(ServiceError):
    """What is waited for isn't ready yet; try again on a schedule."""


class NoRoomError(PendingError):
    """What the day may cost is spent or reserved by others; try again, for days."""


class ConfigError(BraidError):
    """A setting is missing or malformed; the message lists every one that is wrong."""

"""What becomes of a check that AWS doesn't let `braid doctor` make: a finding like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError

from braid.domain.errors import BraidError
from cli.aws_errors import explain, is_denied
from cli.machine.doctor import Finding

__all__ = ["guarded", "refused"]


def refused(name: str, error: Exception, needs: str) -> Finding:
    """The finding of a check that AWS refuses; ``needs`` are the permissions that it takes.

    Any other error costs this check alone, and is said: nobody knows then what there is to fix.
    """
    if isinstance(error, ClientError) and is_denied(error):
        return Finding(name, False, f"AWS denies {error.operation_name}", f"allow your identity {needs}")
    return Finding(name, True, f"not checked: {explain(error)}")


def guarded(name: str, needs: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What the check finds, up to where AWS refuses it: what others found is to be read all the same."""
    try:
        yield from check()
    except (ClientError, BotoCoreError, BraidError) as error:
        yield refused(name, error, needs)

"""What becomes of a check that AWS doesn't let `braid doctor` make: a finding like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError

from braid.domain.errors import BraidError
from cli.aws_errors import explain, is_denied, is_passing
from cli.machine.doctor import Finding

__all__ = ["guarded", "refused"]


def refused(name: str, error: Exception, needs: str) -> Finding:
    """The finding of a check that AWS refuses; ``needs`` are the permissions that it takes.

    Where AWS is only busy, or can't be reached, all may be well: that is said. Any other error is a fault,
    such as a function or a bucket of the deployment that isn't there.
    """
    if isinstance(error, ClientError) and is_denied(error):
        return Finding(name, False, f"AWS denies {error.operation_name}", f"allow your identity {needs}")
    if is_passing(error):
        return Finding(name, True, f"not checked: {explain(error)}")
    return Finding(name, False, explain(error), "npx cdk deploy --all")


def guarded(name: str, needs: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What the check finds, up to where AWS refuses it: what others found is to be read all the same."""
    try:
        yield from check()
    except (ClientError, BotoCoreError, BraidError) as error:
        yield refused(name, error, needs)

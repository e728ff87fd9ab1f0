"""``aws:PrincipalArn`` of a role's session is the role's ARN, as policies compare it.

Symptom: MiniStack compares the session's own ARN (``arn:aws:sts::…:assumed-role/NAME/SESSION``), so that a
bucket policy that lets one role alone write refuses that role too. Upstream: none filed.
"aws:PrincipalArn", https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core import iam_evaluator

RELIES_ON = ("ministack.core.iam_evaluator:_resolve_condition_key(key, ctx)",)

_SESSION = re.compile(r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/.+")


def apply() -> None:
    """Policies of identities and of resources ask through the same function."""
    stock = iam_evaluator._resolve_condition_key

    def resolve(key: str, ctx: Any) -> Any:
        value = stock(key, ctx)
        return role_arn(value) if key.lower() == "aws:principalarn" and isinstance(value, str) else value

    iam_evaluator._resolve_condition_key = resolve


def role_arn(principal: str) -> str:
    """The role behind a session; any other principal is its own. Paths of roles aren't known here.

    >>> role_arn("arn:aws:sts::111122223333:assumed-role/publish/session")
    'arn:aws:iam::111122223333:role/publish'
    """
    session = _SESSION.fullmatch(principal)
    if session is None:
        return principal
    return f"arn:{session['partition']}:iam::{session['account']}:role/{session['role']}"

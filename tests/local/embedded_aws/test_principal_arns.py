"""A bucket that one role alone may write to takes that role's sessions, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

from local.launcher.ministack import principal_arns

ROLE = "arn:aws:iam::111122223333:role/publish"
POLICY = {
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": ["s3:PutObject"],
            "Resource": "arn:aws:s3:::published/*",
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": ROLE}},
        }
    ]
}


@pytest.fixture(autouse=True)
def _patched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(iam_evaluator, "_resolve_condition_key", iam_evaluator._resolve_condition_key)
    principal_arns.apply()
    return


@pytest.mark.parametrize(
    ("principal", "is_denied"),
    [
        ("arn:aws:sts::111122223333:assumed-role/publish/lambda", False),
        (ROLE, False),
        ("arn:aws:sts::111122223333:assumed-role/publisher/lambda", True),
        ("arn:aws:sts::999999999999:assumed-role/publish/lambda", True),
        ("arn:aws:sts::111122223333:assumed-role/other/publish", True),
        ("arn:aws:iam::111122223333:user/publish", True),
        ("arn:aws:iam::111122223333:root", True),
    ],
)
def test_only_the_named_role_writes(principal: str, is_denied: bool) -> None:
    context = EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole",
        principal_account="111122223333",
        action="s3:PutObject",
        resource_arn="arn:aws:s3:::published/dog/1/draft.png",
        region="us-east-1",
    )
    assert (evaluate_resource_policy(POLICY, context).decision == "Deny") is is_denied

"""A permission counts as used where IAM allowed the role's own sessions what its pattern covers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.after_run.role_usage import Permission, Reason, Usage, read_reasons, usage_of

REASONS = read_reasons(
    (Path(__file__).parents[1] / "e2e" / "after_run" / "unused_permissions.toml").read_text("utf-8")
)
BUCKET = "arn:aws:s3:::results"
ROLES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "braid-dev-FusionRole-1": (
        "pipeline/Fusion",
        [
            {
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": [f"{BUCKET}/assets/*", f"{BUCKET}/work/*"],
            },
            {"Action": "s3:ListBucket", "Resource": BUCKET},
        ],
    ),
    "braid-dev-OtherRole-2": (
        "pipeline/Other",
        [{"Action": "s3:GetObject", "Resource": f"{BUCKET}/assets/*"}],
    ),
}


def decision(role: str, action: str, resource: str, count: int = 1) -> dict[str, Any]:
    principal = f"arn:aws:sts::111122223333:assumed-role/{role}/session"
    return {"principal": principal, "action": action, "resource": resource, "count": count}


def test_each_action_on_each_resource_is_counted_for_its_own_role() -> None:
    usage = usage_of(
        ROLES,
        [
            decision("braid-dev-FusionRole-1", "s3:GetObject", f"{BUCKET}/assets/a/1/x.json", 2),
            decision("braid-dev-FusionRole-1", "s3:GetObject", f"{BUCKET}/assets/b/1/x.json"),
            decision("braid-dev-FusionRole-1", "s3:listbucket", BUCKET),
            decision("braid-dev-FusionRole-1", "s3:PutObject", f"{BUCKET}/elsewhere/x"),
            decision("administrator", "s3:PutObject", f"{BUCKET}/assets/x"),
        ],
    )

    assert usage.counts[Permission("pipeline/Fusion", "s3:GetObject", f"{BUCKET}/assets/*")] == 3
    assert [(each.role, each.shown) for each in usage.unused] == [
        ("pipeline/Fusion", "s3:GetObject on results/work/*"),
        ("pipeline/Fusion", "s3:PutObject on results/assets/*"),
        ("pipeline/Fusion", "s3:PutObject on results/work/*"),
        ("pipeline/Other", "s3:GetObject on results/assets/*"),
    ]
    assert next(usage.lines()) == "pipeline/Fusion: granted 5, used 2, unused 3"


def test_nothing_but_star_and_question_mark_is_special_in_a_pattern() -> None:
    def is_used(pattern: str, resource: str) -> bool:
        roles = {"role": ("stack/Role", [{"Action": "sqs:SendMessage", "Resource": pattern}])}
        return not usage_of(roles, [decision("role", "sqs:SendMessage", resource)]).unused

    assert is_used("arn:a.b+*", "arn:a.b+/x\ny")
    assert is_used("arn:?", "arn:x")
    assert not is_used("arn:a.b", "arn:axb")
    assert not is_used("arn:?", "arn:")
    assert not is_used("arn:x", "arn:xy")


def test_a_reason_speaks_of_what_it_names_and_is_idle_once_that_is_used() -> None:
    unused = usage_of(ROLES, [])
    writes = Reason("nothing is written", actions=("s3:Put*",), roles=("pipeline/Fusion",))
    reads = Reason("nothing is read", actions=("s3:GetObject",), resources=("results/work/*",))
    other = Reason("there is no such role", actions=("*",), roles=("search/*",))
    left = {(each.role, each.shown) for each in unused.unexplained([writes, reads, other])}

    assert left == {
        ("pipeline/Fusion", "s3:GetObject on results/assets/*"),
        ("pipeline/Fusion", "s3:ListBucket on results"),
        ("pipeline/Other", "s3:GetObject on results/assets/*"),
    }
    assert unused.idle([writes, reads, other]) == [other]


def test_reasons_are_read_as_they_are_written() -> None:
    text = '[[unused]]\nbecause = "X-Ray is on AWS"\nactions = ["xray:*"]\nroles = ["pipeline/*"]'
    assert read_reasons(text) == (Reason("X-Ray is on AWS", ("xray:*",), ("pipeline/*",)),)


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.because[:40])
def test_a_reason_names_what_it_is_about(reason: Reason) -> None:
    assert "*" not in reason.actions, "a reason for everything is none"
    assert len(reason.because) >= 40


def test_what_another_deployment_used_counts_for_the_same_permission() -> None:
    def usage_in(suffix: str, used: str, *more: str) -> Usage:
        bucket = f"arn:aws:s3:::results-bucketa95a2103-{suffix}"
        guardrails = [f"arn:aws:bedrock:us-east-1:1:guardrail/gr-{digit}{suffix[:-2]}" for digit in "ab"]
        statements = [
            {"Action": ["s3:GetObject", "s3:PutObject", *more], "Resource": f"{bucket}/assets/*"},
            {"Action": "bedrock:ApplyGuardrail", "Resource": guardrails},
        ]
        applied = decision("role", "bedrock:ApplyGuardrail", guardrails[0])
        return usage_of(
            {"role": ("stack/Role", statements)}, [decision("role", used, f"{bucket}/assets/x"), applied]
        )

    first = usage_in("4f25833197d8a", "s3:GetObject")
    usage = first.with_another(usage_in("9e25833197d8b", "s3:PutObject", "s3:DeleteObject"))

    shown = [each.shown for each in usage.unused]
    guardrail, delete = shown
    assert guardrail == "bedrock:ApplyGuardrail on guardrail/gr-b4f25833197d", (
        "nobody knows which it was there"
    )
    assert delete.startswith("s3:DeleteObject on results-bucketa95a2103-9e"), "only granted there"
    assert sum(usage.counts.values()) == 3

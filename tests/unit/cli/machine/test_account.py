"""What `braid doctor --stack` finds out about an account, each finding with what fixes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from cli.machine.account import (
    access_findings,
    bootstrap_findings,
    concurrency_findings,
    credential_findings,
    quota_findings,
    subscription_findings,
)
from cli.machine.doctor import Finding
from local.services.protocol import ServiceError
from tests.doubles.service_clients import answered_by

MICRO, GLOBAL_LITE = "us.amazon.nova-micro-v1:0", "global.amazon.nova-2-lite-v1:0"
MODELS = {
    "amazon.nova-micro-v1:0": ("Amazon", "Nova Micro"),
    "amazon.nova-2-lite-v1:0": ("Amazon", "Nova 2 Lite"),
}
TOPIC = "arn:aws:sns:us-east-1:111122223333:braid-dev-reviews"


def refusing(code: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError(code, "no", status=500 if code == "ServiceException" else 400)

    return refuse


def the_one(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_who_asks_is_named_and_nobody_is_told_to_sign_in() -> None:
    arn = "arn:aws:iam::111122223333:user/ann"
    sts = answered_by("sts", {"GetCallerIdentity": lambda _: {"Account": "111122223333", "Arn": arn}})

    def nobody() -> Any:
        raise NoCredentialsError

    assert the_one(credential_findings(lambda: sts)) == Finding("Credentials", True, arn)
    unsigned = the_one(credential_findings(nobody))
    assert not unsigned.ok
    assert "AWS_PROFILE" in unsigned.remedy
    expired = answered_by("sts", {"GetCallerIdentity": refusing("ExpiredToken")})
    assert "expired" in the_one(credential_findings(lambda: expired)).detail


@pytest.mark.parametrize(
    ("answer", "ok", "detail"),
    [
        (lambda _: {"Parameter": {"Value": "31"}}, True, "version 31"),
        (lambda _: {"Parameter": {"Value": "5"}}, False, "version 5, older than 6"),
        (refusing("ParameterNotFound"), False, "eu-west-1 isn't bootstrapped"),
    ],
)
def test_a_region_that_is_not_bootstrapped_gets_the_command(answer: Any, ok: bool, detail: str) -> None:
    finding = the_one(
        bootstrap_findings(answered_by("ssm", {"GetParameter": answer}), "111122223333", "eu-west-1")
    )

    assert (finding.ok, finding.detail) == (ok, detail)
    assert ok or finding.remedy == "npx cdk bootstrap aws://111122223333/eu-west-1"


@pytest.mark.parametrize(
    ("limit", "ok", "remedies"),
    [
        (1000, True, ()),
        (152, True, ()),
        (151, False, ("--desired-value 1000",)),
        (10, False, ("--service-code lambda --quota-code L-B99A9384", "-c max_assets_at_once=2")),
    ],
)
def test_a_new_account_runs_ten_functions_at_once(limit: int, ok: bool, remedies: tuple[str, ...]) -> None:
    client = answered_by(
        "lambda", {"GetAccountSettings": lambda _: {"AccountLimit": {"ConcurrentExecutions": limit}}}
    )

    finding = the_one(concurrency_findings(client, 50))

    assert finding.ok is ok
    assert all(remedy in finding.remedy for remedy in remedies)


def availability(**differences: Any) -> Any:
    told = {
        "modelId": "amazon.nova-micro-v1:0",
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
        **differences,
    }
    return answered_by("bedrock", {"GetFoundationModelAvailability": lambda _: told})


@pytest.mark.parametrize(
    ("differences", "remedy"),
    [
        ({"agreementAvailability": {"status": "NOT_AVAILABLE"}}, "create-foundation-model-agreement"),
        ({"agreementAvailability": {"status": "PENDING"}}, "in some minutes"),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, "ask whoever manages the account"),
        ({"entitlementAvailability": "NOT_AVAILABLE"}, "playground"),
    ],
)
def test_what_stands_between_an_account_and_a_model_is_said(differences: Any, remedy: str) -> None:
    assert the_one(access_findings([MICRO], availability())).ok
    finding = the_one(access_findings([MICRO], availability(**differences)))

    assert not finding.ok
    assert remedy in finding.remedy


def quota(name: str, value: float, *, adjustable: bool = False) -> dict[str, Any]:
    code = f"L-{abs(hash(name)) % 16**8:08X}"
    return {"QuotaName": name, "QuotaCode": code, "Value": value, "Adjustable": adjustable}


def quota_found(profile_id: str, *quotas: dict[str, Any]) -> list[Finding]:
    def model(members: dict[str, Any]) -> dict[str, Any]:
        name = members["modelIdentifier"]
        provider, shown = MODELS[name]
        arn = f"arn:aws:bedrock:us-east-1::foundation-model/{name}"
        details = {"modelArn": arn, "modelId": name, "providerName": provider, "modelName": shown}
        return {"modelDetails": details}

    bedrock = answered_by("bedrock", {"GetFoundationModel": model})
    pages = [{"Quotas": list(quotas[:1]), "NextToken": "more"}, {"Quotas": list(quotas[1:])}]
    service = answered_by(
        "service-quotas", {"ListServiceQuotas": lambda members: pages["NextToken" in members]}
    )
    return list(quota_findings([profile_id], bedrock, service))


def test_a_quota_of_zero_is_found_on_any_page_and_others_are_not_its() -> None:
    tokens = "Cross-region model inference tokens per minute for Amazon Nova Micro"
    others = [
        quota("On-demand model inference tokens per minute for Amazon Nova Micro", 0),
        quota("Global cross-region model inference tokens per minute for Amazon Nova Micro", 0),
        quota("Cross-region model inference tokens per minute for Amazon Nova Micro V2", 0),
    ]

    assert [finding.ok for finding in quota_found(MICRO, *others, quota(tokens, 200_000))] == [True]
    fixed = the_one(quota_found(MICRO, *others, quota(tokens, 0)))
    raised = the_one(quota_found(MICRO, *others, quota(tokens, 0, adjustable=True)))

    assert (fixed.ok, fixed.detail) == (False, f"{tokens} is 0: no call gets through")
    assert "AWS Support" in fixed.remedy
    assert raised.remedy.startswith(
        "aws service-quotas request-service-quota-increase --service-code bedrock"
    )


def test_a_global_profile_has_quotas_of_its_own() -> None:
    wide = "Global cross-region model inference requests per minute for Amazon Nova 2 Lite"
    near = "Cross-region model inference requests per minute for Amazon Nova 2 Lite"

    assert the_one(quota_found(GLOBAL_LITE, quota(near, 0), quota(wide, 10))).ok
    assert not the_one(quota_found(GLOBAL_LITE, quota(near, 10), quota(wide, 0))).ok
    assert "not checked" in the_one(quota_found(GLOBAL_LITE, quota(near, 10))).detail


def test_an_address_that_never_confirmed_hears_of_nothing() -> None:
    def subscription(arn: str) -> dict[str, str]:
        return {"SubscriptionArn": arn, "Protocol": "email", "Endpoint": "ann@example.com"}

    def found(arn: str) -> Finding:
        listed = {"Subscriptions": [subscription(arn)]}
        client = answered_by("sns", {"ListSubscriptionsByTopic": lambda _: listed})
        return the_one(subscription_findings(client, TOPIC))

    assert found(f"{TOPIC}:1234").ok
    waiting = found("PendingConfirmation")
    assert not waiting.ok
    assert "ann@example.com" in waiting.detail


@pytest.mark.parametrize(
    ("check", "permission"),
    [
        (
            lambda no: bootstrap_findings(answered_by("ssm", {"GetParameter": no}), "1", "eu-west-1"),
            "ssm:GetParameter",
        ),
        (
            lambda no: concurrency_findings(answered_by("lambda", {"GetAccountSettings": no}), 1),
            "lambda:GetAccountSettings",
        ),
        (
            lambda no: access_findings(
                [MICRO], answered_by("bedrock", {"GetFoundationModelAvailability": no})
            ),
            "bedrock:GetFoundationModelAvailability",
        ),
        (
            lambda no: quota_findings(
                [MICRO], None, answered_by("service-quotas", {"ListServiceQuotas": no})
            ),
            "servicequotas:ListServiceQuotas",
        ),
        (
            lambda no: subscription_findings(answered_by("sns", {"ListSubscriptionsByTopic": no}), TOPIC),
            "sns:ListSubscriptionsByTopic",
        ),
    ],
    ids=["bootstrap", "concurrency", "access", "quotas", "subscriptions"],
)
def test_what_an_identity_may_not_ask_is_a_finding_with_the_permission(check: Any, permission: str) -> None:
    finding = the_one(check(refusing("AccessDeniedException")))

    assert not finding.ok
    assert finding.remedy == f"allow your identity {permission}"


def test_an_error_that_nobody_foresaw_costs_its_own_check_alone() -> None:
    client = answered_by("service-quotas", {"ListServiceQuotas": refusing("ServiceException")})
    finding = the_one(quota_findings([MICRO], None, client))

    assert finding.ok
    assert finding.detail.startswith("not checked: ListServiceQuotas: ServiceException")

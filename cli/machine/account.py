"""What an account must have before anything can be deployed into it or run there, asked of AWS itself.

Each check asks one service and says in one line what it found. What an identity isn't allowed to ask is a
finding of its own, with the permission that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import (
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from braid.domain.model_registry import foundation_model_id
from cli.aws_errors import explain
from cli.machine.doctor import Finding
from cli.machine.refusals import refused

__all__ = [
    "access_findings",
    "bootstrap_findings",
    "concurrency_findings",
    "credential_findings",
    "quota_findings",
    "subscription_findings",
]

# The CDK's modern bootstrap, with the qualifier that it takes unless told otherwise
# (https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html).
_BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
_BOOTSTRAP_SINCE = 6  # the least that the templates' own rule "CheckBootstrapVersion" takes
# 1,000 functions at once, in new accounts fewer, mostly 10. An asset keeps at most three busy, a branch
# each; dispatching takes two (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
_CONCURRENCY_QUOTA = "L-B99A9384"
_PER_ASSET, _DISPATCHING = 3, 2
_NOBODY = (
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)


def credential_findings(sts: Callable[[], Any]) -> Iterator[Finding]:
    """Who asks. Without an answer there is nobody to ask about anything else; ``sts`` makes the client."""
    try:
        caller = sts().get_caller_identity()
    except (*_NOBODY, ClientError) as error:
        remedy = "aws sso login, or export AWS_PROFILE=NAME; `aws sts get-caller-identity` says who you are"
        yield Finding("Credentials", False, explain(error).partition(";")[0], remedy)
        return
    yield Finding("Credentials", True, caller["Arn"])


def bootstrap_findings(ssm: Any, account_id: str, region: str) -> Iterator[Finding]:
    """Whether the CDK may deploy into this account and region."""
    remedy = f"npx cdk bootstrap aws://{account_id}/{region}"
    try:
        found = ssm.get_parameter(Name=_BOOTSTRAP)["Parameter"]["Value"]
    except ClientError as error:
        if _code(error) == "ParameterNotFound":
            yield Finding("CDK bootstrap", False, f"{region} isn't bootstrapped", remedy)
        else:
            yield refused("CDK bootstrap", error, "ssm:GetParameter")
        return
    is_new_enough = int(found) >= _BOOTSTRAP_SINCE
    detail = f"version {found}" + ("" if is_new_enough else f", older than {_BOOTSTRAP_SINCE}")
    yield Finding("CDK bootstrap", is_new_enough, detail, "" if is_new_enough else remedy)


def concurrency_findings(lambda_: Any, assets_at_once: int) -> Iterator[Finding]:
    """Whether the account runs as many functions at once as the deployment lets assets in."""
    name, wanted = "Lambda concurrency", _PER_ASSET * assets_at_once + _DISPATCHING
    try:
        limit = int(lambda_.get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
    except ClientError as error:
        yield refused(name, error, "lambda:GetAccountSettings")
        return
    if limit >= wanted:
        yield Finding(name, True, f"{limit} functions at once, at most {wanted} are needed")
        return
    fits = max(1, (limit - _DISPATCHING) // _PER_ASSET)
    detail = (
        f"{limit} functions at once are enough for {fits} assets; the deployment takes in {assets_at_once}, "
        "whose functions are throttled and tried again"
    )
    raising = (
        "aws service-quotas request-service-quota-increase --service-code lambda "
        f"--quota-code {_CONCURRENCY_QUOTA} --desired-value {max(1000, wanted)}"
    )
    yield Finding(name, False, detail, f"{raising}, or deploy with -c max_assets_at_once={fits}")


def access_findings(profile_ids: Sequence[str], bedrock: Any) -> Iterator[Finding]:
    """Whether Bedrock lets this account call the models: agreement, permission and region, asked for each."""
    for model_id in sorted({foundation_model_id(each) for each in profile_ids}):
        name = f"Access to {model_id}"
        try:
            told = bedrock.get_foundation_model_availability(modelId=model_id)
        except ClientError as error:
            if _code(error) in ("ResourceNotFoundException", "ValidationException"):
                continue  # the model's own finding says that the region doesn't have it
            yield refused(name, error, "bedrock:GetFoundationModelAvailability")
            continue
        yield _access(name, model_id, told)


def _access(name: str, model_id: str, told: Mapping[str, Any]) -> Finding:
    agreement = told["agreementAvailability"]["status"]
    if agreement == "PENDING":
        detail = "AWS is still working on the agreement with the model's provider"
        return Finding(name, False, detail, "braid doctor again in some minutes")
    if agreement != "AVAILABLE":
        offers = f"aws bedrock list-foundation-model-agreement-offers --model-id {model_id}"
        remedy = (
            f"{offers}, then aws bedrock create-foundation-model-agreement --model-id {model_id} "
            "--offer-token TOKEN"
        )
        return Finding(name, False, "the account has no agreement (subscription) for it", remedy)
    if told["authorizationStatus"] != "AUTHORIZED":
        detail = "a policy of the account or its organisation forbids it"
        return Finding(name, False, detail, f"ask whoever manages the account to allow {model_id}")
    if told["entitlementAvailability"] != "AVAILABLE":
        detail = "the account isn't entitled to it"
        return Finding(name, False, detail, f"call it once in the Bedrock console's playground: {model_id}")
    return Finding(name, True, "agreed and allowed")


def quota_findings(profile_ids: Sequence[str], bedrock: Any, quotas: Any) -> Iterator[Finding]:
    """Quotas of the models that are zero, as new accounts have them: every call is then throttled for ever.

    Service Quotas has no model ids; a model's quotas are those whose name ends with its provider and name.
    """
    try:
        pages = quotas.get_paginator("list_service_quotas").paginate(ServiceCode="bedrock")
        known = [quota for page in pages for quota in page["Quotas"]]
    except ClientError as error:
        yield refused("Bedrock quotas", error, "servicequotas:ListServiceQuotas")
        return
    for profile_id in profile_ids:
        name, model_id = f"Quotas of {profile_id}", foundation_model_id(profile_id)
        try:
            details = bedrock.get_foundation_model(modelIdentifier=model_id)["modelDetails"]
        except ClientError:
            continue  # the model's own finding says what Bedrock refuses
        ending = f" for {details.get('providerName', '')} {details.get('modelName', '')}".casefold()
        # A profile's calls count against the quotas of its own kind alone.
        beginning = "global cross-region" if profile_id.startswith("global.") else "cross-region"
        mine = [
            quota
            for quota in known
            if quota["QuotaName"].casefold().startswith(beginning)
            and quota["QuotaName"].casefold().endswith(ending)
        ]
        if not mine:
            yield Finding(name, True, "not checked: Service Quotas lists none under its name")
            continue
        zero = [quota for quota in mine if not quota["Value"]]
        for quota in zero:
            yield Finding(name, False, f"{quota['QuotaName']} is 0: no call gets through", _raise(quota))
        if not zero:
            yield Finding(name, True, "none is 0")


def _raise(quota: Mapping[str, Any]) -> str:
    if not quota.get("Adjustable"):
        return f"open a case with AWS Support: {quota['QuotaCode']} can't be raised by request"
    return (
        "aws service-quotas request-service-quota-increase --service-code bedrock "
        f"--quota-code {quota['QuotaCode']} --desired-value N"
    )


def subscription_findings(sns: Any, topic_arn: str) -> Iterator[Finding]:
    """Addresses that shall hear of reviews and never confirmed it."""
    try:
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
        found = [each for page in pages for each in page["Subscriptions"]]
    except ClientError as error:
        yield refused("Review notifications", error, "sns:ListSubscriptionsByTopic")
        return
    waiting = [each["Endpoint"] for each in found if each["SubscriptionArn"] == "PendingConfirmation"]
    for address in waiting:
        yield Finding(
            "Review notifications",
            False,
            f"{address} hasn't confirmed yet and hears of nothing",
            f"open the mail of AWS Notifications, or send it again: aws sns subscribe --topic-arn "
            f"{topic_arn} --protocol email --notification-endpoint {address}",
        )
    if not waiting:
        yield Finding("Review notifications", True, f"{len(found)} subscribed")


def _code(error: ClientError) -> str:
    return str(error.response["Error"].get("Code", ""))

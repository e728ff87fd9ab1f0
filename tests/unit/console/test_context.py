"""What an identity may not do is asked of Lambda without running anything, and said at the button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from console.access import Access
from console.context import Context
from tests.doubles.served_console import target_over

DENIED = ClientError(
    {"Error": {"Code": "AccessDeniedException", "Message": "no lambda:InvokeFunction on review"}}, "Invoke"
)
ABSENT = ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "gone"}}, "Invoke")


class Lambda:
    """Answers a dry run, or refuses it."""

    def __init__(self, refusal: Exception | None) -> None:
        self.refusal, self.asked = refusal, list[dict[str, Any]]()

    def invoke(self, **asked: Any) -> dict[str, Any]:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal
        return {"StatusCode": 204}


def context(lambda_: Lambda, *, is_local: bool = False, is_read_only: bool = False) -> Context:
    session = boto3.Session("nobody", "nothing", region_name="us-east-1")
    target = replace(
        target_over(session, "http://127.0.0.1:9", inbox="i", results="r", table="t"), is_local=is_local
    )
    vars(target)["lambda_"] = lambda_
    return Context(target, Access.fresh(1), is_read_only=is_read_only)


def test_who_may_not_decide_reads_it_before_trying() -> None:
    lambda_ = Lambda(DENIED)
    made = context(lambda_)

    made.ask_rights()

    assert lambda_.asked == [{"FunctionName": "review", "InvocationType": "DryRun"}]
    assert made.hindrance("review") == "AWS denies Invoke: no lambda:InvokeFunction on review"
    assert made.hindrance("drop") == ""


@pytest.mark.parametrize("refusal", [None, ABSENT, EndpointConnectionError(endpoint_url="https://x")])
def test_no_button_is_locked_by_a_guess(refusal: Exception | None) -> None:
    made = context(Lambda(refusal))

    made.ask_rights()

    assert made.hindrance("review") == ""


def test_the_embedded_aws_runs_nothing_to_be_asked() -> None:
    lambda_ = Lambda(DENIED)

    context(lambda_, is_local=True).ask_rights()

    assert lambda_.asked == []


def test_read_only_goes_before_what_aws_says() -> None:
    made = context(Lambda(None), is_read_only=True)

    made.deny("review", "AWS denies Invoke\nmore")

    assert made.hindrance("review") == "the console was started with --read-only"

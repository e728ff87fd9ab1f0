"""What AWS refuses ends a command in a sentence, whichever of Braid's errors was made of it on the way."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from braid.aws.service_errors import service_errors
from braid.domain.audit.disagreements import Disagreement, Mend
from braid.domain.audit.facts import Facts
from braid.domain.errors import BraidError, ConfigError, InvalidInputError
from cli import main as command
from cli.repair.mending import mend
from cli.target import Target
from local.services.protocol import ServiceError
from tests.doubles.served_console import target_over
from tests.doubles.service_clients import answered_by


def refused(code: str, operation: str = "ListObjectVersions") -> None:
    """A call of one of our adapters, which AWS refuses."""
    with service_errors(f"s3:{operation}"):
        raise ClientError({"Error": {"Code": code, "Message": "no s3:ListBucket"}}, operation)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "braid: AWS denies ListObjectVersions: no s3:ListBucket"),
        ("SlowDown", "braid: AWS throttles ListObjectVersions"),
        ("NoSuchBucket", "braid: ListObjectVersions: NoSuchBucket: no s3:ListBucket"),
    ],
)
def test_a_refusal_of_aws_is_said_by_what_aws_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    monkeypatch.setattr(command, "app", lambda **_: refused(code))

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(said)


@pytest.mark.parametrize("error", [ConfigError("no model is left"), InvalidInputError("a day has 24 hours")])
def test_what_braid_itself_refuses_is_said_in_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BraidError
) -> None:
    def refuse(**_: Any) -> None:
        raise error

    monkeypatch.setattr(command, "app", refuse)

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert (ended.value.code, capsys.readouterr().err) == (1, f"braid: {error}\n")


def refusing_target() -> Target:
    """A deployment whose table lets nothing be changed."""

    def refuse(_members: dict[str, Any]) -> dict[str, Any]:
        raise ServiceError("AccessDeniedException", "no dynamodb:UpdateItem", status=400)

    session = boto3.Session("nobody", "nothing", region_name="us-east-1")
    target = target_over(session, "http://127.0.0.1:9", inbox="i", results="r", table="t")
    vars(target)["dynamodb"] = answered_by("dynamodb", defaultdict(lambda: refuse))
    return target


def test_what_one_finding_is_refused_leaves_the_others_to_be_mended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Disagreement("mark-of-none", "a-1", "a mark of nothing", "", Mend.REMOVE_MARK, "content#1")

    assert mend(refusing_target(), object.__new__(Facts), found) is False
    assert capsys.readouterr().err.startswith("a-1: AWS denies")

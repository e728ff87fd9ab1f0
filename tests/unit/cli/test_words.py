"""What people read: safe words, names, and what AWS refused."""

from __future__ import annotations

import unicodedata

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from hypothesis import given
from hypothesis import strategies as st

from cli.aws_errors import explain
from cli.printable import printable
from cli.showing.records import name_of


@given(st.text())
def test_no_word_of_a_file_steers_the_terminal(text: str) -> None:
    safe = printable(text)
    assert len(safe) == len(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in safe)
    assert printable(safe) == safe


def test_readable_words_stay_as_they_are() -> None:
    text = "Grüße, 日本, مرحبا, naïve — “quoted” 👩‍🌾"
    assert printable(text) == text
    assert printable("a\x1b[31mb\nc") == "a�[31mb c"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("inbox/talk.mp4", "talk.mp4"),
        ("inbox/general/2026/talk.mp4", "2026/talk.mp4"),
        ("inbox/general/mug.bundle/manifest.json", "mug.bundle"),
        ("inbox/general/manifest.json", "manifest.json"),
    ],
)
def test_people_call_an_asset_by_its_file(key: str, name: str) -> None:
    assert name_of(key, "general") == name


def refused(code: str, message: str = "not today") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (refused("ExpiredToken"), "sign in again"),
        (refused("InvalidClientTokenId"), "AWS_PROFILE"),
        (refused("AccessDenied", "User x may not"), "aws sts get-caller-identity"),
        (refused("ThrottlingException"), "try again"),
        (NoRegionError(), "AWS_REGION"),
        (NoCredentialsError(), "AWS_PROFILE"),
        (ProfileNotFound(profile="nope"), "list-profiles"),
        (EndpointConnectionError(endpoint_url="https://x"), "AWS_REGION"),
    ],
)
def test_every_refusal_has_its_remedy(error: ClientError | BotoCoreError, remedy: str) -> None:
    assert remedy in explain(error)


def test_other_refusals_keep_the_services_words() -> None:
    assert explain(refused("ValidationError", "bad name")) == "DescribeStacks: ValidationError: bad name"

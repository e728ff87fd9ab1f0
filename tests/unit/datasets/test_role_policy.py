"""Which objects a policy lets a service role read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.datasets.rules.role_policy import may_read, policy_problems, prefixes_of, reading_policy

KEY = st.from_regex(r"[a-z0-9]{1,4}(/[a-z0-9._ ]{1,6}){1,3}", fullmatch=True)


@given(st.lists(KEY.map("s3://pairs/{}".format), min_size=1, max_size=6))
def test_a_policy_reads_what_it_was_made_for_and_names_prefixes(uris: list[str]) -> None:
    policy = reading_policy(uris)
    assert all(may_read(policy, uri) for uri in uris)
    assert policy_problems(policy) == []
    assert not may_read(policy, "s3://pairs/none-of-them")
    assert not may_read(policy, uris[0].replace("s3://pairs/", "s3://other/"))


def test_prefixes_are_those_used_and_none_lies_in_another() -> None:
    found = prefixes_of(["s3://aaa/x/1.png", "s3://aaa/x/y/2.png", "s3://aaa/z/3.png", "s3://bbb/x/1.png"])
    assert found == ("s3://aaa/x/", "s3://aaa/z/", "s3://bbb/x/")


def test_an_object_at_the_root_has_no_prefix() -> None:
    with pytest.raises(ValueError, match="root of its bucket"):
        prefixes_of(["s3://pairs/1.png"])


def statement(
    effect: str = "Allow", action: Any = "s3:GetObject", resource: Any = "arn:aws:s3:::aaa/x/*"
) -> Any:
    return {"Effect": effect, "Action": action, "Resource": resource}


@pytest.mark.parametrize(
    ("statements", "readable"),
    [
        ([statement()], True),
        ([statement(action=["s3:PutObject", "s3:Get*"])], True),
        ([statement(action="s3:PutObject")], False),
        ([statement(resource="arn:aws:s3:::aaa/x")], False),
        ([statement(resource="arn:aws:s3:::aaa/*/1.png")], True),
        ([statement(resource="arn:aws:s3:::aaa/x/?.png")], True),
        ([statement(resource="arn:aws:s3:::aaa/x/[0-9].png")], False),
        ([statement(), statement("Deny", resource="arn:aws:s3:::aaa/x/1*")], False),
        ([statement(resource="*"), statement("Deny", "s3:DeleteObject", "*")], True),
        ([], False),
    ],
)
def test_allowed_and_denied(statements: list[Any], readable: bool) -> None:
    assert may_read({"Statement": statements}, "s3://aaa/x/1.png") is readable


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ("*", "names no bucket"),
        ("arn:aws:s3:::*", "names no bucket"),
        ("arn:aws:s3:::aaa/*", "opens the whole bucket"),
    ],
)
def test_a_policy_that_is_too_wide(resource: str, said: str) -> None:
    (found,) = policy_problems({"Statement": [statement(resource=resource)]})
    assert said in found

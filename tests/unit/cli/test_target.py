"""How the command calls functions: with patience, and once."""

from __future__ import annotations

import boto3
import pytest

from cli.target import Target


@pytest.mark.parametrize("endpoint_url", [None, "http://127.0.0.1:1"])
def test_a_function_is_waited_for_and_never_called_twice(endpoint_url: str | None) -> None:
    session = boto3.Session("AKIDEXAMPLE", "secret", region_name="us-east-1")
    names = ("results", "assets", "arn:machine", "review", "trial")
    target = Target("braid-dev-pipeline", endpoint_url is not None, "inputs", *names, session, endpoint_url)

    config = target.lambda_.meta.config

    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout > 900, "as long as a function may run"
    assert config.tcp_keepalive
    assert target.s3.meta.config.retries["total_max_attempts"] > 1

"""One client for a service, whoever asks first."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from braid.aws import clients


def test_threads_that_ask_at_once_get_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = boto3.client

    def make(service: str, **_options: Any) -> object:
        time.sleep(0.02)
        made.append(service)
        return real(service, region_name="us-east-1")

    monkeypatch.setattr(boto3, "client", make)
    clients.forget_clients()
    try:
        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(clients.client, ["rekognition"] * 8))
    finally:
        clients.forget_clients()
    assert len(found) == 1
    assert made == ["rekognition"]

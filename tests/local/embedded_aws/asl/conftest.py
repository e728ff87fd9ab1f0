"""The Lambda functions that the machines' tasks call: one that echoes, a slow one, one that raises."""

from __future__ import annotations

import pytest

from tests.local.embedded_aws.harness import Embedded

ECHO = "def handler(event, context): return event"
SLOW = "import time\ndef handler(event, context):\n    time.sleep(event.get('seconds', 3))\n    return event"
RAISES = """
class QuirkyError(Exception): pass
class OtherError(Exception): pass
def handler(event, context):
    if event.get("attempt", 0) < event.get("until", 99):
        raise {"quirky": QuirkyError, "other": OtherError}[event["kind"]](f"attempt {event.get('attempt')}")
    return event
"""


@pytest.fixture(scope="session")
def echo(embedded: Embedded) -> str:
    return embedded.function(ECHO)


@pytest.fixture(scope="session")
def slow(embedded: Embedded) -> str:
    return embedded.function(SLOW)


@pytest.fixture(scope="session")
def raises(embedded: Embedded) -> str:
    return embedded.function(RAISES)

"""A test that leaves something behind fails, and the next one doesn't see it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

LEAVING = """
import os, sys

def test_1_leaves(tmp_path):
    os.environ["LEFT"] = "1"
    os.environ.pop("TAKEN")
    os.chdir(tmp_path)
    sys.path.append("/left")

def test_2_comes_after():
    assert "LEFT" not in os.environ
    assert os.environ["TAKEN"] == "away"
    assert "/left" not in sys.path

def test_3_changes_it_properly(monkeypatch, tmp_path):
    monkeypatch.setenv("LEFT", "1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
"""
PERSONAL = """
import os, boto3

def test_there_is_no_account():
    assert "AWS_PROFILE" not in os.environ
    assert "BRAID_LLM_URL" not in os.environ
    assert boto3.Session().get_credentials() is None
"""
REMEMBERING = """
from braid.aws.clients import client
from braid.runtime.handler import logger

MADE = []

def makes_a_client(monkeypatch):
    assert "asset_id" not in logger.get_current_keys()
    logger.append_keys(asset_id="a-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    made = client("s3")
    assert made not in MADE
    MADE.append(made)

def test_1(monkeypatch):
    makes_a_client(monkeypatch)

def test_2(monkeypatch):
    makes_a_client(monkeypatch)
"""


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    # A process of its own: personal settings are taken out of the environment for good.
    return pytester.runpytest_subprocess("-p", "tests.plugins.isolation", "-p", "no:randomly")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))


def test_what_a_test_leaves_behind_is_named_and_put_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEN", "away")
    pytester.makepyfile(LEAVING)

    done = run(pytester)

    done.assert_outcomes(passed=3, errors=1)
    done.stdout.fnmatch_lines(
        [
            "*the test left LEFT in the environment, TAKEN in the environment, another working directory,"
            " another import path; change it through monkeypatch"
        ]
    )


def test_personal_settings_reach_no_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "BRAID_LLM_URL"):
        monkeypatch.setenv(name, "mine")
    pytester.makepyfile(PERSONAL)

    run(pytester).assert_outcomes(passed=1)


def test_what_the_deployed_code_keeps_is_forgotten(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(REMEMBERING)

    run(pytester).assert_outcomes(passed=2)

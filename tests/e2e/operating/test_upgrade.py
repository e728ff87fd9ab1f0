"""A deployment of 0.2.0 in use is updated in place, and keeps what an upgrade promises."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from local import lifecycle
from tests.e2e.conftest import KNOBS, Deployed, free_port
from tools.rehearse_upgrade import deployed as upgraded
from tools.rehearse_upgrade.earlier import deploy_earlier
from tools.rehearse_upgrade.promises import PROMISES
from tools.rehearse_upgrade.rehearsal import Rehearsal, upgrade, use
from tools.verify_account.places import Laptop, StageError

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def rehearsal(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """In an embedded AWS of its own; what is deployed over it was synthesized for the other tests."""
    home = tmp_path_factory.mktemp("upgrade") / "home"
    shutil.copytree(deployed.home / "cdk.out", home / "cdk.out")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRAID_WRITER", "off")
        for variable in ("BRAID_LLM_URL", "BRAID_LLM_MODEL"):
            patch.delenv(variable, raising=False)
        aws = lifecycle.up(home, free_port(), wait_scale=0.2, parent_pid=os.getpid())
    try:
        deploy_earlier("0.2.0", aws, home.parent, _silent)
        begun = use(Laptop(home, aws.port), upgraded.Deployed(aws), {}, _silent)
        upgrade(begun, KNOBS)
        yield begun
    finally:
        lifecycle.down(home)


def test_every_promise_of_an_upgrade_is_kept(rehearsal: Rehearsal) -> None:
    broken = {}
    for promise in PROMISES:
        try:
            promise.holds(rehearsal)
        except (upgraded.RehearsalError, StageError) as error:
            broken[promise.name] = str(error)
    assert broken == {}


def _silent(_line: str) -> None:
    """What failed is in the exception."""

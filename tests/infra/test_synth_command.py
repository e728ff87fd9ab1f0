"""`cdk synth` on a plain checkout: no account, no credentials, no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from stacks.packaging.layers import LayerRecipe
from tests.infra.conftest import REPOSITORY, committed_context

CDK = REPOSITORY / "node_modules" / ".bin" / "cdk"
# Where nothing listens: whoever asks for an address is refused at once.
NOWHERE = "http://127.0.0.1:9"


@pytest.mark.slow
def test_cdk_synth_needs_neither_credentials_nor_network(tmp_path: Path) -> None:
    if not CDK.exists() or not (REPOSITORY / ".venv").exists():
        pytest.skip("the CDK command line isn't installed here (make setup)")
    committed = committed_context()
    for name in ("core", "media", "documents"):  # the one part that asks the package index, once per machine
        LayerRecipe(name, committed["architecture"], committed["python_version"]).built()

    done = subprocess.run(
        [CDK, "synth", "--quiet", "--output", str(tmp_path / "cdk.out")],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "HTTP_PROXY": NOWHERE,
            "HTTPS_PROXY": NOWHERE,
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    templates = {path.name for path in (tmp_path / "cdk.out").glob("*.template.json")}
    assert templates == {"braid-dev-storage.template.json", "braid-dev-pipeline.template.json"}
    archives = [path.stat().st_size for path in (tmp_path / "cdk.out").glob("asset.*.zip")]
    assert len(archives) == 3, "the layers are in the assembly, packed"
    shutil.rmtree(tmp_path / "cdk.out")

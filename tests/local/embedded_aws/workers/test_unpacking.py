"""Layers and code lie unpacked when a deployment has ended, whole and with their modes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import pytest

from local.launcher.functions import unpacking_main
from tests.local.embedded_aws.harness import Embedded, until

pytestmark = pytest.mark.patch("functions/unpacking.py", "functions/unpacking_main.py")

HANDLER = """
import in_layer, os, stat
def handler(event, context):
    tool = os.path.join(os.path.dirname(in_layer.__file__), "..", "tool")
    return [in_layer.NAME, oct(stat.S_IMODE(os.stat(tool).st_mode))]
"""


def archive(files: dict[str, tuple[str, int]]) -> bytes:
    """A zip of these texts with these modes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, (text, mode) in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            packed.writestr(entry, text)
    return made.getvalue()


def unpack(content: bytes, target: Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", "-S", str(unpacking_main.__file__), str(target)]
    return subprocess.run(command, input=content, capture_output=True, check=False)


def test_a_stack_s_layer_and_code_are_there_for_its_first_call(embedded: Embedded) -> None:
    name = f"unpacked-{uuid.uuid4().hex[:8]}"
    s3 = embedded.client("s3")
    s3.create_bucket(Bucket=name)
    layer = archive({"python/in_layer.py": (f"NAME = {name!r}", 0o644), "tool": ("#!/bin/sh\n", 0o755)})
    s3.put_object(Bucket=name, Key="layer.zip", Body=layer)
    s3.put_object(Bucket=name, Key="code.zip", Body=archive({"main.py": (HANDLER, 0o644)}))
    function = {
        "FunctionName": name,
        "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "Handler": "main.handler",
        "Role": embedded.role(),
        "Timeout": 30,
        "Code": {"S3Bucket": name, "S3Key": "code.zip"},
        "Layers": [{"Ref": "Layer"}],
    }
    template = {
        "Resources": {
            "Layer": {
                "Type": "AWS::Lambda::LayerVersion",
                "Properties": {"LayerName": name, "Content": {"S3Bucket": name, "S3Key": "layer.zip"}},
            },
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        }
    }
    formation = embedded.client("cloudformation")
    formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    until(lambda: formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE")

    assert embedded.invoke(name) == ([name, "0o755"], None)


def test_modes_are_kept(tmp_path: Path) -> None:
    done = unpack(archive({"bin/tool": ("", 0o755), "data": ("x", 0o640)}), tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bin/tool").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o640


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    target = tmp_path / "inner"

    assert unpack(archive({"../escaped": ("x", 0o644), "/rooted": ("x", 0o644)}), target).returncode == 0

    assert not (tmp_path / "escaped").exists()
    assert sorted(path.name for path in target.iterdir()) == ["escaped", "rooted"]


@pytest.mark.parametrize("content", [b"", b"no archive", archive({"a": ("text", 0o644)})[:-30]])
def test_what_is_no_archive_is_told_in_a_line(tmp_path: Path, content: bytes) -> None:
    done = unpack(content, tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith(b"BadZipFile: ")
    assert done.stderr.count(b"\n") == 1

"""What a person reads while the CDK deploys."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from local import deploy
from local.home import LocalAws
from local.host_knobs import host_context


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "braid-dev-storage |  3/12 | 1:02:03 AM | CREATE_COMPLETE   | AWS::S3::Bucket | Input (InputB)",
            "deploying braid-dev-storage: 3 Input",
        ),
        (
            "s |  3 | 1:02:03 AM | CREATE_FAILED | AWS::S3::Bucket | Input (InputBucket) already exists",
            "deploying s: 3 Input FAILED",
        ),
        ("s |  3/12 | 1:02:03 AM | CREATE_IN_PROGRESS   | AWS::S3::Bucket    | Input (InputBucket)", None),
        ("s: start: Publishing Layer/Code (current_account-current_region-243b4236)", "uploading Layer/Code"),
        (
            "Bundling asset braid-dev-pipeline/MediaLayer/Version/Code/Stage...",
            "building MediaLayer (slow only the first time)",
        ),
        (
            "CDKToolkit |  4/15 | 1:02:03 AM | CREATE_COMPLETE | AWS::S3::Bucket | StagingBucket",
            "bootstrapping the account: 4 StagingBucket",
        ),
        (" ✅  braid-dev-storage", None),
        ("✨  Synthesis time: 0.03s", None),
        ("", None),
    ],
)
def test_progress(line: str, told: str | None) -> None:
    assert deploy.progress_line(line) == told


@pytest.mark.parametrize(
    ("machine", "architecture"), [("x86_64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_the_hosts_knobs(monkeypatch: pytest.MonkeyPatch, machine: str, architecture: str) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert host_context()["architecture"] == architecture


@pytest.mark.parametrize("spelled", ["no_proxy", "NO_PROXY"])
def test_the_cdk_asks_the_embedded_aws_directly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelled: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv(spelled, "intranet.example")
    aws = LocalAws("http://127.0.0.1:9", 9, 1, "us-east-1", "000000000000", "key", "secret", "now")

    environment = deploy._cdk(tmp_path, aws)._environment

    assert environment["no_proxy"] == environment["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"
    assert environment["https_proxy"] == "http://proxy.example:3128", "for the layers' packages"


def test_an_unknown_processor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(ValueError, match="riscv64"):
        host_context()


def test_two_tasks_at_once_share_one_line() -> None:
    said: list[str] = []
    both = deploy._SideBySide(said.append)
    first, second = both.of("first"), both.of("second")
    for tell, line in ((first, "a"), (second, "b"), (first, ""), (second, "c"), (second, "")):
        tell(line)
    assert said == ["a", "a · b", "b", "c"]

"""What a person reads while the CDK deploys."""

from __future__ import annotations

import platform

import pytest

from local import deploy


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "braid-dev-storage |  3/12 | 1:02:03 AM | CREATE_COMPLETE   | AWS::S3::Bucket | Input (InputB)",
            "braid-dev-storage 3 Input (AWS::S3::Bucket)",
        ),
        (
            "s |  3 | 1:02:03 AM | CREATE_FAILED | AWS::S3::Bucket | Input (InputBucket) already exists",
            "s 3 Input (AWS::S3::Bucket) FAILED",
        ),
        ("s |  3/12 | 1:02:03 AM | CREATE_IN_PROGRESS   | AWS::S3::Bucket    | Input (InputBucket)", None),
        ("s: start: Publishing Layer/Code (current_account-current_region-243b4236)", None),
        (" ✅  braid-dev-storage", "✅  braid-dev-storage"),
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
    assert deploy.host_context()["architecture"] == architecture


def test_an_unknown_processor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(deploy.DeployError, match="riscv64"):
        deploy.host_context()

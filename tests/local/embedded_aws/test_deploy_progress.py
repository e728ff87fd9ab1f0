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
            "building MediaLayer (only the first time)",
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
    assert deploy.host_context()["architecture"] == architecture


def test_an_unknown_processor_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(deploy.DeployError, match="riscv64"):
        deploy.host_context()


def test_two_tasks_at_once_share_one_line() -> None:
    said: list[str] = []
    both = deploy._SideBySide(said.append)
    first, second = both.of("first"), both.of("second")
    for tell, line in ((first, "a"), (second, "b"), (first, ""), (second, "c"), (second, "")):
        tell(line)
    assert said == ["a", "a · b", "b", "c"]

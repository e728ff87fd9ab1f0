"""What `braid process` refuses before it asks a deployment anything."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from cli.errors import EXIT_MISUSE, CommandError
from cli.processing import process_command
from cli.processing.process_command import process


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["archive/photos"], "'archive/photos' isn't s3://bucket/prefix"),
        (["s3://"], "'s3://' isn't s3://bucket/prefix"),
        (["s3://archive/", "--stop", "job"], "give either S3_URI or --stop NAME"),
    ],
)
def test_misuses_are_one_sentence(arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_stack: str | None) -> None:
        raise AssertionError("a deployment was asked")

    monkeypatch.setattr(process_command, "chosen_target", asked)
    app = typer.Typer()
    app.command()(process)

    result = CliRunner().invoke(app, arguments)

    assert isinstance(result.exception, CommandError)
    assert (result.exception.message, result.exception.exit_code) == (said, EXIT_MISUSE)

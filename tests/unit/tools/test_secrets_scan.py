"""The search for secrets: it finds keys of several kinds, and tells where without telling what."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tools.secrets_scan import main, suspects_in, tracked_files

# Put together here, so that this file holds none.
AWS_KEY = "AKIA" + "Q3EGRIPLXKWD7MNV"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'key = "{AWS_KEY}"', "AWS Access Key"),
        (PEM, "Private Key"),
        ('url = "https://ann:' + 'Tr0ub4dor3@example.com/"', "Basic Auth Credentials"),
        ("github_pat = '" + "ghp_" + "a1B2" * 9 + "'", "GitHub Token"),
    ],
)
def test_a_secret_is_found_by_its_kind_and_line(tmp_path: Path, line: str, kind: str) -> None:
    path = tmp_path / "settings.py"
    path.write_text(f"# settings\n{line}\n", "utf-8")

    assert (2, kind) in {(found.line, found.kind) for found in suspects_in([path])}


def test_what_is_printed_names_the_place_and_not_the_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = secrets.token_hex(20)
    path = tmp_path / "settings.py"
    path.write_text(f'PASSWORD = "{secret}"\n', "utf-8")

    assert main([str(path)]) == 1
    told = capsys.readouterr().out
    assert f"{path}:1:" in told
    assert secret not in told


def test_files_that_tools_make_are_left_out_and_the_rest_is_there() -> None:
    names = {path.name for path in tracked_files()}

    assert {"Makefile", "README.md", "app.py"} <= names
    assert not {"package-lock.json", "dev.txt"} & names

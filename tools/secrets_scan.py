"""Looks for keys, tokens and passwords in every file of the repository, by detect-secrets. Needs no network.

    python -m tools.secrets_scan [FILE ...]

Prints path, line and kind of each, never the secret itself. What looks like one and isn't is listed in
``secrets_allowed.toml`` with its reason; an entry that nothing needs fails too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detect_secrets.core import scan
from detect_secrets.settings import transient_settings

__all__ = ["Suspect", "main", "suspects_in", "tracked_files"]

_ROOT = Path(__file__).resolve().parents[1]
_ALLOWED = Path(__file__).with_name("secrets_allowed.toml")
# Random text of any kind is looked for by its entropy; what of that is a name or a hash, filters tell.
_PLUGINS = (
    *("AWSKeyDetector", "ArtifactoryDetector", "AzureStorageKeyDetector", "BasicAuthDetector"),
    *("Base64HighEntropyString", "GitHubTokenDetector", "GitLabTokenDetector", "HexHighEntropyString"),
    *("JwtTokenDetector", "KeywordDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector"),
    *("PypiTokenDetector", "SendGridDetector", "SlackDetector", "StripeDetector", "TwilioKeyDetector"),
)
_FILTERS = ("is_sequential_string", "is_potential_uuid", "is_templated_secret", "is_indirect_reference")
# Locks and goldens hold hashes on every line, and are made by tools.
_MADE = ("requirements/*.txt", "package-lock.json", "tests/goldens/**", "local/weights/catalogue.toml")


@dataclass(frozen=True, order=True)
class Suspect:
    """What looks like a secret."""

    path: str
    line: int
    kind: str


def suspects_in(paths: Sequence[Path]) -> Iterator[Suspect]:
    """Everything in the files that looks like a secret."""
    settings = {
        "plugins_used": [{"name": name} for name in _PLUGINS],
        "filters_used": [{"path": f"detect_secrets.filters.heuristic.{name}"} for name in _FILTERS],
    }
    with transient_settings(settings):
        for path in paths:
            for found in scan.scan_file(str(path)):
                yield Suspect(
                    path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else str(path),
                    found.line_number,
                    found.type,
                )


def tracked_files() -> list[Path]:
    """The files of the repository that people wrote."""
    command = ["git", "ls-files", "-z", "--", *(f":!:{pattern}" for pattern in _MADE)]
    listed = subprocess.run(command, cwd=_ROOT, capture_output=True, check=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := _ROOT / name).is_file()]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        "python -m tools.secrets_scan", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="instead of every tracked file")
    files: list[Path] = parser.parse_args(arguments).files
    if missing := [str(file) for file in files if not file.is_file()]:
        parser.error(f"there is no file {', '.join(missing)}")
    allowed = {(each["path"], each["kind"]) for each in tomllib.loads(_ALLOWED.read_text("utf-8"))["allowed"]}
    found = sorted(suspects_in([file.resolve() for file in files] or tracked_files()))
    wrong = [each for each in found if (each.path, each.kind) not in allowed]
    for each in wrong:
        print(
            f"{each.path}:{each.line}: {each.kind}: take it out, or list it in {_ALLOWED.name} with a reason"
        )
    unneeded = allowed - {(each.path, each.kind) for each in found} if not files else set()
    for path, kind in sorted(unneeded):
        print(f"{_ALLOWED.name}: nothing in {path} is a {kind}: take the entry out")
    return 1 if wrong or unneeded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Fetching results to this machine."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from cli.errors import CommandError
from cli.target import Target
from domain.result import Result

__all__ = ["get_result", "open_report", "save_report"]


def get_result(target: Target, result: Result, name: str) -> bytes:
    """The bytes of the named result; ``result`` itself is a name too."""
    if name in ("result", "result.json"):
        return _read(target, target.results_bucket, f"assets/{result.asset_id}/result.json")
    claim = result.results.get(name) or result.results.get(name.rsplit(".", 1)[0])
    if claim is None:
        names = ", ".join(["result", *sorted(result.results)])
        raise CommandError(f"{result.asset_id} has no result {name!r}; it has: {names}")
    return _read(target, claim.bucket, claim.key)


def save_report(target: Target, result: Result, folder: Path) -> Path:
    """Writes the asset's report below ``folder`` and returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.asset_id}.html"
    path.write_bytes(get_result(target, result, "report"))
    return path


def open_report(target: Target, result: Result, folder: Path) -> Path:
    """Writes the report, opens it in the user's browser and returns where it is."""
    path = save_report(target, result, folder)
    webbrowser.open(path.as_uri())
    return path


def _read(target: Target, bucket: str, key: str) -> bytes:
    body: bytes = target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return body

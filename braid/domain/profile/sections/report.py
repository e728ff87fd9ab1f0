"""What a profile wants of its report: the ``[report]`` section of ``profile.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["MAX_EMBEDDED_BYTES", "ReportPlan"]

# What a report may carry in itself beside its pictures; as base64 it is a third more.
MAX_EMBEDDED_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class ReportPlan:
    """``embed_media``: the report plays by itself, where the file or its sound is at most 8 MiB."""

    embed_media: bool = False

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        yield from ()

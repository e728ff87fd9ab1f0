"""What reads documents that Braid stored, as an earlier version, or somebody's editor, may have left them."""

from __future__ import annotations

from functools import partial

from braid.domain.wire import decode_json
from evaluation.fuzzing.seeds import documents
from evaluation.fuzzing.target import Form, Target
from schemas.regenerate import DOCUMENTS

__all__ = ["STORED"]

STORED: tuple[Target, ...] = tuple(
    Target(
        f"document-{name}",
        Form.JSON,
        partial(decode_json, cls, source=f"{name}.json"),
        partial(documents, name),
    )
    for name, cls in DOCUMENTS.items()
)

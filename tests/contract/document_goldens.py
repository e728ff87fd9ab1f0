"""What a version stores, kept as goldens: `python -m tests.contract.document_goldens 0.2.0` writes them.

One document of every stored shape, with every member of it filled in. They are written once, when a version
is released: code reads what the version before wrote, so that a redrive or a review that waited for weeks
ends well.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import types
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from braid.domain.asset.asset import AssetRef
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.asset.execution_state import (
    AdmissionOutcome,
    AnswerOutcome,
    FusionOutcome,
    PostsOutcome,
    ReviewOutcome,
)
from braid.domain.claim_check import Claim
from braid.domain.datasets.features import ObjectReport, SourceObject
from braid.domain.evidence.timeline import Alignment
from braid.domain.evidence.vision import KeyframeList
from braid.domain.generation.draft import GenerationPlan
from braid.domain.generation.library import PromptLibrary
from braid.domain.generation.outcomes import DraftOutcome, MadeOutput
from braid.domain.generation.quality import Baseline
from braid.domain.posts.decisions import ChunkStats
from braid.domain.posts.file import PostsFile
from braid.domain.posts.verdict import Verdict
from braid.domain.span import Span
from braid.domain.wire import encode
from braid.store.review_records import Decided, OpenReview
from lambdas.transcription.sound_plan import Sounds
from schemas.regenerate import DOCUMENTS

__all__ = ["FOLDER", "STORED", "filled"]

FOLDER = Path(__file__).resolve().parents[1] / "goldens" / "documents"
# The published documents, and what only Braid itself reads back: from a record, an execution, ``work/``.
STORED: dict[str, type] = {
    **DOCUMENTS,
    "admission_outcome": AdmissionOutcome,
    "answer_outcome": AnswerOutcome,
    "asset_ref": AssetRef,
    "branch_outcome": BranchOutcome,
    "decided": Decided,
    "draft_outcome": DraftOutcome,
    "fusion_outcome": FusionOutcome,
    "generation_baseline": Baseline,
    "generation_plan": GenerationPlan,
    "keyframes": KeyframeList,
    "made_output": MadeOutput,
    "object_report": ObjectReport,
    "open_review": OpenReview,
    "posts_chunk": ChunkStats,
    "posts_file": PostsFile,
    "posts_outcome": PostsOutcome,
    "posts_verdict": Verdict,
    "prompt_library": PromptLibrary,
    "review_outcome": ReviewOutcome,
    "sounds": Sounds,
    "source_object": SourceObject,
}
# Where any values won't do: members that exclude each other, or have a form.
_VALUES: dict[type, Any] = {
    Span: Span(1000, 2500),
    Claim: Claim("s3://bucket/key", "application/json", 17, "ab" * 32),
    Alignment: Alignment("captions", "speech", offset_ms=-120, drift_ppm=3.5, confidence=0.9),
    str: "text",
    int: 7,
    float: 0.5,
    bool: True,
}


def filled(kind: Any) -> Any:
    """A value of ``kind`` with every optional member there and one item in every list."""
    origin = get_origin(kind)
    if kind in _VALUES:
        return _VALUES[kind]
    if kind is Any:
        return {"any": ["value", 1]}
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (Union, types.UnionType):
        return filled(next(choice for choice in get_args(kind) if choice is not types.NoneType))
    if origin is tuple:
        kinds = get_args(kind)
        return (filled(kinds[0]),) if Ellipsis in kinds else tuple(filled(each) for each in kinds)
    if origin is not None and issubclass(origin, Mapping):
        key, value = get_args(kind)
        return {filled(key): filled(value)}
    if issubclass(kind, Enum):
        return next(iter(kind))
    hints = get_type_hints(kind)
    members = {field.name: filled(hints[field.name]) for field in dataclasses.fields(kind)}
    if "schema_version" in members:
        members["schema_version"] = "1"
    return kind(**members)


def write(version: str) -> None:
    """Writes the goldens of ``version``; refuses to change what is there."""
    folder = FOLDER / version
    folder.mkdir(parents=True)
    for name, cls in STORED.items():
        text = json.dumps(encode(filled(cls)), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (folder / f"{name}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m tests.contract.document_goldens", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("version", help="as 0.2.0")
    write(parser.parse_args().version)

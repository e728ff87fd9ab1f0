"""Writes ``schemas/*.schema.json`` from the dataclasses: ``python -m schemas.regenerate``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from braid.domain.accessibility.accessibility import Accessibility
from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.answer.review import Review, ReviewExample
from braid.domain.asset.admission import Admission, MemberRole
from braid.domain.asset.manifest import MAX_MEMBERS, MAX_NAME_BYTES, Manifest
from braid.domain.asset.result import Result
from braid.domain.datasets.features import Features
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.generation.draft import Draft, Publication
from braid.domain.generation.request import GenerationRequest
from braid.domain.json_schema import schema_of
from braid.domain.money.price_book import PriceBook
from braid.domain.money.receipt import Receipt
from braid.domain.posts.decisions import LineDecision, PostsSummary

__all__ = ["BUNDLES", "DOCUMENTS", "FOLDER", "schema_text"]

FOLDER = Path(__file__).parent
# By the name that result.json gives a document, beside the three files that people write themselves and what
# a Processing job leaves of an object.
DOCUMENTS: dict[str, type] = {
    "accessibility": Accessibility,
    "admission": Admission,
    "answer": Answer,
    "draft": Draft,
    "example": ReviewExample,
    "features": Features,
    "generation_request": GenerationRequest,
    "language": LanguageAnalysis,
    "manifest": Manifest,
    "passages": Passages,
    "post_decision": LineDecision,
    "posts_summary": PostsSummary,
    "price_book": PriceBook,
    "publication": Publication,
    "receipt": Receipt,
    "result": Result,
    "review": Review,
    "timeline": Timeline,
    "transcript": Transcript,
    "unanswered": Unanswered,
    "vision": Vision,
}
# What belongs together, as the manifest says it: the schema's examples.
BUNDLES: dict[str, tuple[tuple[str, MemberRole], ...]] = {
    "picture and text": (("mug.jpg", "image"), ("mug.md", "text")),
    "sound and slides": (("talk.mp3", "audio"), ("talk.pdf", "slides")),
    "video and captions": (("talk.mp4", "video"), ("talk.vtt", "captions")),
    "sound and its given transcript": (("talk.wav", "audio"), ("talk.txt", "transcript")),
    "slides and narration": (("deck.pdf", "slides"), ("told.mp3", "narration")),
    "several pictures with one description": (
        ("front.jpg", "image"),
        ("back.jpg", "image"),
        ("lamp.md", "text"),
    ),
}


def schema_text(name: str) -> str:
    """The text of ``<name>.schema.json``."""
    schema = schema_of(DOCUMENTS[name], f"Braid {name.replace('_', ' ')}")
    if name == "manifest":
        _loosen_manifest(schema)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _loosen_manifest(schema: dict[str, Any]) -> None:
    """People write manifests: without a version, with ``$`` comments, and never with the role ``main``."""
    schema["required"] = ["members"]
    schema["patternProperties"] = {"^\\$": {}}
    schema["properties"]["members"] |= {"minItems": 1, "maxItems": MAX_MEMBERS}
    schema["examples"] = [
        {"members": [{"name": name, "role": role} for name, role in members]} for members in BUNDLES.values()
    ]
    member = schema["$defs"]["ManifestMember"]
    member["patternProperties"] = {"^\\$": {}}
    member["properties"]["role"]["enum"].remove("main")
    # A path below the bundle's folder: no empty part, no '.' and '..', no backslash, no control character.
    member["properties"]["name"] |= {
        "minLength": 1,
        "maxLength": MAX_NAME_BYTES,
        "pattern": r"^(?![\s\S]*(^|/)\.{0,2}(/|$))(?!manifest\.json$)"
        r"[^\\\u0000-\u001f\u007f-\u009f]+(?![\s\S])",
    }


if __name__ == "__main__":
    argparse.ArgumentParser(
        "python -m schemas.regenerate", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    for document in DOCUMENTS:
        (FOLDER / f"{document}.schema.json").write_text(schema_text(document), "utf-8")

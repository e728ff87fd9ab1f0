"""Writes ``schemas/*.schema.json`` from the dataclasses: ``python -m schemas.regenerate``."""

from __future__ import annotations

import json
from pathlib import Path

from domain.admission import Admission
from domain.answer import Answer
from domain.json_schema import schema_of
from domain.language import LanguageAnalysis
from domain.manifest import Manifest
from domain.passages import Passages
from domain.price_book import PriceBook
from domain.receipt import Receipt
from domain.result import Result
from domain.timeline import Timeline
from domain.transcript import Transcript
from domain.vision import Vision

__all__ = ["DOCUMENTS", "FOLDER", "schema_text"]

FOLDER = Path(__file__).parent
# By the name that result.json gives a document, beside the two files that people write themselves.
DOCUMENTS: dict[str, type] = {
    "admission": Admission,
    "answer": Answer,
    "language": LanguageAnalysis,
    "manifest": Manifest,
    "passages": Passages,
    "price_book": PriceBook,
    "receipt": Receipt,
    "result": Result,
    "timeline": Timeline,
    "transcript": Transcript,
    "vision": Vision,
}


def schema_text(name: str) -> str:
    """The text of ``<name>.schema.json``."""
    schema = schema_of(DOCUMENTS[name], f"Braid {name.replace('_', ' ')}")
    if name == "manifest":
        _loosen_manifest(schema)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _loosen_manifest(schema: dict[str, object]) -> None:
    """People write manifests: without a version, with ``$`` comments, and never with the role ``main``."""
    schema["required"] = ["members"]
    schema["patternProperties"] = {"^\\$": {}}
    member = schema["$defs"]["ManifestMember"]  # type: ignore[index]  # built by schema_of just now
    member["patternProperties"] = {"^\\$": {}}
    member["properties"]["role"]["enum"].remove("main")


if __name__ == "__main__":
    for document in DOCUMENTS:
        (FOLDER / f"{document}.schema.json").write_text(schema_text(document), "utf-8")

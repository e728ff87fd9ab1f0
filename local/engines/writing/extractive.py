"""Answers from evidence without a language model. Everything it says stands in the evidence it cites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.engines.errors import CannotDeriveError
from local.engines.writing.evidence_lines import Evidence, read_evidence
from local.engines.writing.schema_filling import fill_schema
from local.engines.writing.selection import Corpus
from local.engines.writing.slot_lists import read_slots
from local.engines.writing.statements import in_order, join_statements, make_statements

__all__ = ["fill_from_evidence", "summarise"]

_MOST_SENTENCES = 5


def fill_from_evidence(prompt: str, schema: Mapping[str, Any]) -> Any:
    """Fills a JSON Schema from the evidence lines in the prompt. The same input gives the same answer.

    Raises CannotDeriveError if the evidence, or its absence, can't give what the schema requires.
    """
    return fill_schema(schema, make_statements(read_evidence(prompt)), read_slots(prompt))


def summarise(prompt: str) -> str:
    """The central sentences of the evidence lines in the prompt, or of the prompt's own text without any."""
    evidence = read_evidence(prompt) or [_whole(prompt)]
    statements = make_statements(evidence)
    if not statements:
        raise CannotDeriveError("the message has no text to summarise")
    return join_statements(in_order(Corpus(statements).central(1, _MOST_SENTENCES)))


def _whole(text: str) -> Evidence:
    return Evidence("", text, "text", "passage", 1.0, None, None, None, {})

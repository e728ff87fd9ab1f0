"""Fills a JSON Schema from evidence, without a language model: it quotes, counts and compares, never invents.

What a property wants is read from its name and description: a summary, topics, moments, or the statements
closest to a question. Ids, spans, pages and confidences are copied from the evidence that is quoted. What
can't be derived is left out, null or empty where the schema allows it, else ``CannotDeriveError`` says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import fastjsonschema

from local.engines.errors import CannotDeriveError
from local.engines.writing.quotes import Quote, Quotes, unique
from local.engines.writing.schema_words import (
    has_type,
    is_citation,
    is_judgement,
    is_nullable,
    means_undecided,
    means_unknown,
    name_of,
    question_of,
    type_of,
    wants_a_title,
)
from local.engines.writing.selection import Corpus
from local.engines.writing.slot_lists import Slots
from local.engines.writing.statements import Statement, excerpt

__all__ = ["fill_schema"]

_NUMBER = re.compile(r"(?<![\w.,])[-+]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|[.,]\d)")
_MOST_REFERENCES_FOLLOWED = 16
_MOST_LEVELS = 8  # a schema may refer to itself
_LEAST_CLASS_COSINE = 0.12  # to a label, for a text to belong to it where "unknown" is a choice


@dataclass
class _Filled:
    """A value and the ids of the evidence that it was taken from."""

    value: Any
    evidence_ids: list[str] = field(default_factory=list)


def fill_schema(schema: Mapping[str, Any], statements: list[Statement], slots: Slots | None = None) -> Any:
    """A value that the schema accepts, every text of it copied from the statements.

    ``slots`` are what lists are to be filled with one by one, by the list's name.
    Raises CannotDeriveError where the evidence can't give what the schema requires.
    """
    filled = _Filler(schema, statements, slots or {}).fill("", schema, None)
    try:
        fastjsonschema.compile(dict(schema))(filled.value)
    except fastjsonschema.JsonSchemaException as error:
        raise CannotDeriveError(f"what the evidence gives doesn't satisfy the schema: {error}") from error
    return filled.value


class _Filler:
    def __init__(self, root: Mapping[str, Any], statements: list[Statement], slots: Slots) -> None:
        self._root = root
        self._quotes = Quotes(statements, slots)
        self._corpus = self._quotes.corpus

    def fill(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled:
        """The value at a path; ``quote`` is what the list item around it is about."""
        if path.count("/") > _MOST_LEVELS:
            raise CannotDeriveError(
                f"{path[:80]}…: the schema is nested more than {_MOST_LEVELS} levels deep"
            )
        schema = self._resolved(path, schema)
        alternatives = schema.get("anyOf") or schema.get("oneOf")
        if alternatives:
            return self._first_possible(path, schema, alternatives, quote)
        if "const" in schema:
            return _Filled(schema["const"])
        try:
            return self._typed(path, schema, quote)
        except CannotDeriveError:
            if is_nullable(schema):
                return _Filled(None)
            raise

    def _typed(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled:
        copied = self._copied(path, schema, quote)
        if copied is not None:
            return copied
        if is_judgement(path) and type_of(schema) not in ("object", "array"):
            return _left_open(path, schema)
        if "enum" in schema:
            return self._class(path, schema, quote)
        kind = type_of(schema)
        if kind == "object":
            return self._object(path, schema, quote)
        if kind == "array":
            return self._array(path, schema)
        if kind == "string":
            return self._string(path, schema, quote)
        if kind in ("number", "integer"):
            return self._number(path, schema, quote)
        raise CannotDeriveError(f"{path}: a {kind} needs a language model")

    def _resolved(self, path: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema with its ``$ref`` and ``allOf`` put in place."""
        for _ in range(_MOST_REFERENCES_FOLLOWED):
            reference = schema.get("$ref")
            if reference is None:
                break
            target: Any = self._root
            for part in str(reference).removeprefix("#").strip("/").split("/"):
                target = target.get(part) if part and isinstance(target, Mapping) else target
            if not str(reference).startswith("#") or not isinstance(target, Mapping):
                raise CannotDeriveError(f"{path}: the schema refers to {reference}, which isn't in it")
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        for part in schema.get("allOf", ()):
            merged = {**self._resolved(path, part), **{k: v for k, v in schema.items() if k != "allOf"}}
            schema = merged
        return schema

    def _first_possible(
        self,
        path: str,
        schema: Mapping[str, Any],
        alternatives: list[Mapping[str, Any]],
        quote: Quote | None,
    ) -> _Filled:
        reasons = []
        around = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        for alternative in sorted(alternatives, key=lambda each: each.get("type") == "null"):
            if alternative.get("type") == "null":
                return _Filled(None)
            try:
                return self.fill(path, {**around, **alternative}, quote)
            except CannotDeriveError as error:
                reasons.append(str(error))
        raise CannotDeriveError("; ".join(reasons) or f"{path}: no alternative can be derived")

    def _object(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled:
        required = set(schema.get("required", ()))
        properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
        unfillable = required - set(properties)
        if unfillable:
            raise CannotDeriveError(f"{path}: nothing says what {', '.join(sorted(unfillable))} should hold")
        if quote is None:
            quote = self._quote_of_class(path, properties)
        value: dict[str, Any] = {}
        evidence_ids = list(quote.evidence_ids) if quote else []
        citations = []
        for name, below in properties.items():
            if is_citation(name, self._resolved(path, below)):
                citations.append(name)
                continue
            try:
                filled = self.fill(f"{path}/{name}", below, quote)
            except CannotDeriveError:
                if name in required:
                    raise
                continue
            if filled.value == {} and name not in required:
                continue
            value[name] = filled.value
            evidence_ids = unique([*evidence_ids, *filled.evidence_ids])
        for name in citations:  # last: they cite what the properties beside them were taken from
            value[name] = _cited(f"{path}/{name}", self._resolved(path, properties[name]), evidence_ids)
        ordered = {name: value[name] for name in properties if name in value}
        return _Filled(ordered, evidence_ids)

    def _array(self, path: str, schema: Mapping[str, Any]) -> _Filled:
        items = self._resolved(path, schema.get("items", {}))
        fewest = int(schema.get("minItems", 0))
        if "enum" in items:
            return self._classes(path, schema, items)
        if items.get("type") in ("number", "integer", "boolean", "array"):
            if fewest:
                raise CannotDeriveError(f"{path}: a list of {items['type']} needs a language model")
            return _Filled([])
        filled = []
        refused = ""
        for quote in self._quotes.for_list(path, schema, items, fewest):
            try:
                filled.append(self.fill(f"{path}[]", items, quote))
            except CannotDeriveError as error:
                refused = f" ({error})"  # an item less, as long as enough remain
        if len(filled) < fewest:
            raise CannotDeriveError(f"{path}: the evidence gives {len(filled)} of at least {fewest}{refused}")
        ids = unique(identifier for each in filled for identifier in each.evidence_ids)
        return _Filled([each.value for each in filled], ids)

    def _quote_of_class(self, path: str, properties: Mapping[str, Mapping[str, Any]]) -> Quote | None:
        """For an object that classifies and cites: the statement closest to the class that fits best."""
        below = {name: self._resolved(path, each) for name, each in properties.items()}
        classes = [name for name, each in below.items() if "enum" in each and not is_judgement(name)]
        cites = any(is_citation(name, each) for name, each in below.items())
        if not classes or not cites or not self._corpus.statements:
            return None
        chosen = self._class(f"{path}/{classes[0]}", below[classes[0]], None).value
        return self._quotes.for_class(str(chosen), classes[0])

    def _string(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled:
        if quote is None:
            quote = self._quotes.for_string(path, schema)
        text = quote.title if wants_a_title(path) else quote.text
        most = schema.get("maxLength")
        if most is not None and len(text) > most:
            text = excerpt(text, most_words=len(text), most_characters=int(most))
        if len(text) < int(schema.get("minLength", 0)):
            raise CannotDeriveError(
                f"{path}: the evidence has no statement of {schema['minLength']} characters"
            )
        pattern = schema.get("pattern")
        if pattern is not None and not re.search(pattern, text):
            raise CannotDeriveError(f"{path}: no statement of the evidence has the form {pattern}")
        return _Filled(text, quote.evidence_ids)

    def _copied(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled | None:
        """What the quoted evidence itself says under the property's name: a span, a page, a modality."""
        if quote is None:
            return None
        name = name_of(path)
        found = quote.known.get(name)
        if found is not None and (has_type(found, type_of(schema)) or type_of(schema) == "array"):
            return _Filled(quote.known[name], quote.evidence_ids)
        statement = quote.statements[0]
        known = {
            "start_ms": statement.start_ms,
            "at_ms": statement.start_ms,
            "end_ms": statement.end_ms,
            "page": statement.page,
            "end_page": statement.page,
            "confidence": min(piece.confidence for each in quote.statements for piece in each.pieces),
        }
        record = statement.pieces[0].record
        if name in known:
            if known[name] is None:
                raise CannotDeriveError(f"{path}: the evidence that is quoted has none")
            return _Filled(known[name])
        kind = type_of(schema)
        if name not in ("text", "evidence_id") and name in record and has_type(record[name], kind):
            allowed = schema.get("enum")
            if kind != "object" and (allowed is None or record[name] in allowed):
                return _Filled(record[name])
        return None

    def _class(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled:
        labels = list(schema["enum"])
        corpus = Corpus(list(quote.statements)) if quote else self._corpus
        unknown = [label for label in labels if label is None or means_unknown(str(label))]
        choices = [label for label in labels if label not in unknown]
        if not corpus.statements or not choices:
            if unknown:
                return _Filled(unknown[0])
            raise CannotDeriveError(f"{path}: there is no evidence to classify")
        closeness = corpus.classify([str(label) for label in choices])
        best = max(range(len(choices)), key=lambda index: closeness[index])
        if unknown and closeness[best] < _LEAST_CLASS_COSINE:
            return _Filled(unknown[0])
        return _Filled(choices[best])

    def _classes(self, path: str, schema: Mapping[str, Any], items: Mapping[str, Any]) -> _Filled:
        labels = list(items["enum"])
        fewest, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", len(labels)))
        if not self._corpus.statements:
            if fewest:
                raise CannotDeriveError(f"{path}: there is no evidence to classify")
            return _Filled([])
        closeness = self._corpus.classify([str(label) for label in labels])
        ranked = sorted(range(len(labels)), key=lambda index: -closeness[index])
        clear = [
            index
            for index in ranked
            if closeness[index] >= max(_LEAST_CLASS_COSINE, 0.7 * closeness[ranked[0]])
        ]
        return _Filled(
            [labels[index] for index in (clear if len(clear) >= fewest else ranked[:fewest])[:most]]
        )

    def _number(self, path: str, schema: Mapping[str, Any], quote: Quote | None) -> _Filled:
        """A number that stands in the statement closest to the question, within the schema's bounds."""
        candidates = quote.statements if quote else self._corpus.about(question_of(path, schema), 1, 5)
        for statement in candidates:
            for figure in _NUMBER.findall(statement.text):
                number = float(figure.replace(",", ""))
                whole = int(number) if number.is_integer() else None
                if type_of(schema) == "integer" and whole is None:
                    continue
                value = number if whole is None else whole
                if schema.get("minimum", value) <= value <= schema.get("maximum", value):
                    return _Filled(value, list(statement.evidence_ids))
        raise CannotDeriveError(f"{path}: no number in the evidence has to do with it")


def _left_open(path: str, schema: Mapping[str, Any]) -> _Filled:
    """The choice that leaves a judgement to somebody else, where there is one."""
    for label in schema.get("enum", ()):
        if means_undecided(str(label)):
            return _Filled(label)
    raise CannotDeriveError(f"{path}: a judgement needs a language model")


def _cited(path: str, schema: Mapping[str, Any], evidence_ids: list[str]) -> Any:
    if type_of(schema) == "string":
        if not evidence_ids:
            raise CannotDeriveError(f"{path}: there is no evidence to cite")
        return evidence_ids[0]
    if len(evidence_ids) < int(schema.get("minItems", 0)):
        raise CannotDeriveError(
            f"{path}: {len(evidence_ids)} pieces of evidence for {schema['minItems']} citations"
        )
    return evidence_ids[: int(schema.get("maxItems", len(evidence_ids)))]

"""The question: rules and the profile's words as instructions, the evidence fenced as data, a forced tool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import AgreementKind, Timeline
from braid.domain.legible import legible
from braid.domain.profile.profile import Profile
from braid.domain.wire import encode
from braid.models.question import Guardrail, Picture, Question, Text, Tool
from braid.models.routing import Route
from lambdas.inference.request.told_schema import told_schema

__all__ = ["TOOL_NAME", "build_question", "evidence_lines", "fence", "instructions"]

TOOL_NAME = "answer"
_MAX_RELATED = 4


def evidence_lines(timeline: Timeline) -> list[str]:
    """Each piece of evidence as a line of JSON, in order, with the ids of what confirms or contradicts it.

    Its text is what people see of it: no invisible character reaches a model.
    """
    confirmed = _related(timeline, AgreementKind.REDUNDANT)
    contradicted = _related(timeline, AgreementKind.CONTRADICTORY)
    return [_line(piece, confirmed, contradicted) for piece in timeline.evidence]


def _related(timeline: Timeline, kind: AgreementKind) -> dict[str, list[str]]:
    """For each id the ids of other modalities that an agreement of ``kind`` names with it."""
    chosen = {piece.evidence_id: piece for piece in timeline.evidence}
    related: dict[str, list[str]] = {}
    for segment in timeline.segments:
        for agreement in segment.agreements:
            if agreement.kind is not kind:
                continue
            ids = [name for name in agreement.observation_ids if name in chosen]
            for name in ids:
                others = related.setdefault(name, [])
                for other in ids:
                    is_apart = (chosen[other].modality, chosen[other].member) != (
                        chosen[name].modality,
                        chosen[name].member,
                    )
                    if is_apart and other not in others and len(others) < _MAX_RELATED:
                        others.append(other)
    return related


def _line(
    piece: Evidence, confirmed: Mapping[str, Sequence[str]], contradicted: Mapping[str, Sequence[str]]
) -> str:
    record: dict[str, Any] = {
        "evidence_id": piece.evidence_id,
        "modality": str(piece.modality),
        "kind": piece.kind,
        "span": encode(piece.span),
        "text": legible(piece.text),
        "confidence": round(piece.confidence, 2),
    }
    if piece.member:
        record["member"] = legible(piece.member)
    for name, related in (("confirmed_by", confirmed), ("contradicted_by", contradicted)):
        if related.get(piece.evidence_id):
            record[name] = list(related[piece.evidence_id])
    return _safe_json(record)


def _safe_json(record: Mapping[str, Any]) -> str:
    """JSON on one line for every reader, without angle brackets: content can't look like the fence."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    for character in "<>\u0085\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def fence(lines: Sequence[str]) -> str:
    """The lines between marks with a nonce that none of them contains; the same lines get the same nonce."""
    body = "\n".join(lines)
    nonce = hashlib.sha256(body.encode()).hexdigest()[:16]
    while nonce in body:
        nonce = hashlib.sha256(nonce.encode()).hexdigest()[:16]
    return f'<evidence nonce="{nonce}">\n{body}\n</evidence nonce="{nonce}">'


def instructions(profile: Profile, language_code: str | None = None) -> str:
    """The system prompt: rules, the profile's words, and its references as they read for that language."""
    parts = [profile.rules.strip(), profile.prompt.strip()]
    for reference in profile.references:
        text = reference.text_for(language_code)
        parts.append(f'<reference name="{reference.name}">\n{text}\n</reference>')
    return "\n\n".join(parts)


def build_question(
    profile: Profile,
    route: Route,
    lines: Sequence[str],
    *,
    max_output_tokens: int,
    language_code: str | None = None,
    pictures: Mapping[str, bytes] | None = None,
    slots: str = "",
    note: str = "",
    guardrail: Guardrail | None = None,
) -> Question:
    """What the route's model is asked; ``pictures`` are JPEGs by keyframe id.

    Behind the evidence stand ``slots``, what is to be filled one by one, and ``note``.

    ``language_code`` is the asset's, which chooses among the variants of a reference.
    """
    content: list[Text | Picture] = []
    for name, picture in (pictures or {}).items():
        content += [Text(f"Keyframe {name}:"), Picture(picture)]
    content.append(Text(fence(lines), is_evidence=True))
    content += [Text(text) for text in (slots, note) if text]
    plan = profile.inference
    return Question(
        route=route,
        instructions=instructions(profile, language_code),
        content=tuple(content),
        tool=Tool(TOOL_NAME, profile.description, told_schema(profile, language_code)),
        max_output_tokens=max_output_tokens,
        temperature=plan.temperature,
        guardrail=guardrail,
        caches_instructions=plan.cache_prompt,
        service_tier=plan.service_tier,
    )

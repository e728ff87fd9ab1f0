"""Evidence of an invented talk: slides, unpunctuated speech as a recogniser gives it, and labels."""

from __future__ import annotations

import json
from typing import Any

NONCE = "5f0c"


def line(
    evidence_id: str, modality: str, kind: str, text: str, confidence: float = 0.9, **span: int
) -> dict[str, Any]:
    return {
        "evidence_id": evidence_id,
        "modality": modality,
        "kind": kind,
        "span": span,
        "text": text,
        "confidence": confidence,
    }


def said(number: int, start_ms: int, end_ms: int, text: str) -> dict[str, Any]:
    return line(f"u{number}", "speech", "utterance", text, 0.8, start_ms=start_ms, end_ms=end_ms)


def shown(name: str, start_ms: int, end_ms: int, text: str, kind: str = "detected_text") -> dict[str, Any]:
    return line(name, "vision", kind, text, 0.97, start_ms=start_ms, end_ms=end_ms)


TALK = [
    said(1, 0, 5000, "welcome to this short talk about how solar panels turn sunlight into electricity"),
    shown("k1-text1", 0, 9000, "Solar power at home"),
    shown("k1-text2", 0, 9000, "How sunlight becomes electricity"),
    shown("k1-label1", 0, 9000, "Text", "label"),
    said(2, 5200, 9000, "i will show you three things the cell the inverter and the battery"),
    said(3, 9300, 14000, "the silicon cells inside each panel absorb photons and release electrons"),
    shown("k2-text1", 9000, 18000, "1. The solar cell"),
    shown("k2-text2", 9000, 18000, "Silicon absorbs light and frees\nelectrons. Efficiency: 22 percent."),
    said(4, 14200, 18000, "a modern cell turns about twenty two percent of the light into power"),
    said(5, 18500, 23000, "an inverter converts direct current into alternating current for the house"),
    shown("k3-text1", 18000, 27000, "2. The inverter"),
    shown("k3-text2", 18000, 27000, "DC to AC, 97% efficient"),
    said(6, 23500, 27000, "it loses only three percent of the energy"),
    said(
        7, 27300, 33000, "and a battery stores what you do not use so that the lights stay on in the evening"
    ),
    shown("k4-text1", 27000, 36000, "3. The battery"),
    shown("k4-text2", 27000, 36000, "10 kWh lasts one evening"),
    said(8, 33200, 36000, "thank you for listening"),
]


def fenced(lines: list[dict[str, Any]], nonce: str = NONCE) -> str:
    body = "\n".join(json.dumps(each) for each in lines)
    return f"Answer from the evidence.\n<evidence nonce={nonce}>\n{body}\n</evidence nonce={nonce}>\n"


_IDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}


def cited(text_name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [text_name, "evidence_ids"],
        "properties": {text_name: {"type": "string"}, "evidence_ids": _IDS, **more},
    }


GENERAL = {
    "type": "object",
    "additionalProperties": False,
    "required": ["summary", "topics", "key_moments"],
    "properties": {
        "summary": {"type": "array", "minItems": 1, "maxItems": 5, "items": cited("text")},
        "topics": {"type": "array", "maxItems": 8, "items": cited("name")},
        "key_moments": {
            "type": "array",
            "maxItems": 10,
            "items": cited(
                "title",
                span={
                    "type": "object",
                    "properties": {"start_ms": {"type": "integer"}, "end_ms": {"type": "integer"}},
                },
            ),
        },
    },
}

"""C2PA: the signed statement, inside the file, that it was made by a model, by which one, and from what.

https://spec.c2pa.org. The statement is whole or broken: whoever changes a byte of the picture breaks it, and
whoever re-encodes the picture loses it, which is what the watermark is for. A certificate that no list of
trusted ones leads to is reported as *untrusted*: the statement is unaltered, who made it is anybody's word.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import c2pa

__all__ = ["ASSERTION", "Ingredient", "Provenance", "Signature", "Signing", "check", "has_statement", "sign"]

ASSERTION = "braid.generation"
_CREATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
# Nothing is fetched, neither while signing nor while reading: a function that marks needs no way out.
_SETTINGS = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}
_UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True)
class Signing:
    """``sign`` gives r and s (64 bytes) of ECDSA, P-256 and SHA-256; ``chain`` is PEM, the signer first."""

    sign: Callable[[bytes], bytes]
    chain: str


@dataclass(frozen=True)
class Ingredient:
    """A picture that something was made from: the provider's own output, or a reference."""

    title: str
    media_type: str
    body: bytes
    is_parent: bool = False


@dataclass(frozen=True)
class Provenance:
    """What the statement says. The prompt itself stays out: ``prompt_sha256`` is its hash.

    ``is_composite`` where somebody's picture was changed rather than one made of words alone.
    """

    title: str
    model_id: str
    task: str
    asset_id: str
    prompt_sha256: str
    made_at: str
    watermark: int | None
    is_composite: bool
    ingredients: Sequence[Ingredient] = ()


@dataclass(frozen=True)
class Signature:
    """How a file's statement reads: ``problems`` is empty where it is whole; ``is_trusted`` whose it is."""

    model_id: str
    asset_id: str
    watermark: int | None
    issuer: str
    is_trusted: bool
    problems: tuple[str, ...]


def sign(body: bytes, media_type: str, provenance: Provenance, signing: Signing) -> bytes:
    """The file with the statement in it. PNG, JPEG and mp4 alike."""
    signer = c2pa.Signer.from_callback(signing.sign, c2pa.C2paSigningAlg.ES256, signing.chain, None)
    builder = c2pa.Builder(json.dumps(_definition(provenance, media_type)), _context())
    for number, ingredient in enumerate(provenance.ingredients):
        relation = "parentOf" if ingredient.is_parent else "inputTo"
        described = {"title": ingredient.title, "relationship": relation, "label": _label(number)}
        builder.add_ingredient(json.dumps(described), ingredient.media_type, io.BytesIO(ingredient.body))
    signed = io.BytesIO()
    builder.sign(signer, media_type, io.BytesIO(body), signed)
    return signed.getvalue()


def has_statement(body: bytes, media_type: str) -> bool:
    """Whether anybody's statement is in a file: providers write their own into what they make."""
    return c2pa.Reader.try_create(media_type, io.BytesIO(body), context=_context()) is not None


def check(body: bytes, media_type: str) -> Signature | None:
    """The statement in a file, read anew; ``None`` where there is none of ours."""
    reader = c2pa.Reader.try_create(media_type, io.BytesIO(body), context=_context())
    if reader is None:
        return None
    manifest = reader.get_active_manifest() or {}
    data = next((item["data"] for item in manifest.get("assertions", []) if item["label"] == ASSERTION), None)
    if data is None:
        return None
    failures = [
        failure
        for failure in (reader.get_validation_results() or {}).get("activeManifest", {}).get("failure", [])
        if failure["code"] != _UNTRUSTED
    ]
    return Signature(
        model_id=str(data.get("model_id")),
        asset_id=str(data.get("asset_id")),
        watermark=data.get("watermark"),
        issuer=str((manifest.get("signature_info") or {}).get("common_name", "")),
        is_trusted=reader.get_validation_state() == "Trusted",
        problems=tuple(f"{failure['code']}: {failure.get('explanation', '')}" for failure in failures),
    )


def _context() -> Any:
    return c2pa.Context(c2pa.Settings.from_dict(_SETTINGS))


def _definition(provenance: Provenance, media_type: str) -> dict[str, Any]:
    source = _COMPOSITE if provenance.is_composite else _CREATED
    agent = {"softwareAgent": {"name": provenance.model_id}, "when": provenance.made_at}
    has_parent = any(ingredient.is_parent for ingredient in provenance.ingredients)
    labels = {
        is_parent: [
            _label(number)
            for number, ingredient in enumerate(provenance.ingredients)
            if ingredient.is_parent is is_parent
        ]
        for is_parent in (True, False)
    }
    used = {"parameters": {"ingredientIds": labels[False]}} if labels[False] else {}
    opened = {"action": "c2pa.opened", "parameters": {"ingredientIds": labels[True]}}
    made = {
        "action": "c2pa.edited" if has_parent else "c2pa.created",
        "digitalSourceType": source,
        **agent,
        **used,
    }
    data = {
        "task": provenance.task,
        "model_id": provenance.model_id,
        "asset_id": provenance.asset_id,
        "prompt_sha256": provenance.prompt_sha256,
        **({} if provenance.watermark is None else {"watermark": provenance.watermark}),
    }
    return {
        "claim_generator_info": [{"name": "Braid"}],
        "title": provenance.title,
        "format": media_type,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [*([opened] if has_parent else []), made]}},
            {"label": ASSERTION, "data": data},
        ],
    }


def _label(number: int) -> str:
    return f"ingredient-{number}"

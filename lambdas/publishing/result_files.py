"""The files below an attempt that people and players read: captions, a text, descriptions, the checklist."""

from __future__ import annotations

from braid.domain.captions.captions import write_srt, write_vtt
from braid.domain.claim_check import Claim
from braid.domain.evidence.transcript_text import transcript_text
from braid.store.documents import DocumentStore
from lambdas.publishing.content import Content

__all__ = ["write_files"]


def write_files(store: DocumentStore, content: Content) -> dict[str, Claim]:
    """Writes what there is something to write of; claims by the name of the result."""
    written = _words(content) | _descriptions(content)
    results = {
        name: store.put_bytes(store.result_key(file), text.encode(), media_type)
        for name, (file, text, media_type) in written.items()
    }
    if content.accessibility is not None:
        key = store.result_key("accessibility.json")
        results["accessibility"] = store.put_document(key, content.accessibility)
    return results


def _words(content: Content) -> dict[str, tuple[str, str, str]]:
    """WebVTT, SubRip and a readable text of what was said; nothing where nobody spoke."""
    cues = content.captions.cues
    if not cues:
        return {}
    text = transcript_text(content.transcript)
    return {
        "captions_vtt": ("captions.vtt", write_vtt(cues), "text/vtt"),
        "captions_srt": ("captions.srt", write_srt(cues), "application/x-subrip"),
        "transcript_text": ("transcript.txt", text, "text/plain; charset=utf-8"),
    }


def _descriptions(content: Content) -> dict[str, tuple[str, str, str]]:
    """WebVTT of kind ``descriptions``."""
    if not content.descriptions:
        return {}
    return {"descriptions_vtt": ("descriptions.vtt", write_vtt(content.descriptions), "text/vtt")}

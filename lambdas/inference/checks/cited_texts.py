"""The texts of cited evidence as sentences: what was said in one breath, or a cue cut in two, is one.

What two speakers say is never one, where they were told apart: one asks, and the other says no. Captions tell
that another speaks by a dash or by angle brackets.

Transcripts begin an utterance after every pause. Who denies something may pause after the denial, which would
then stand in a clause that has nothing to deny.
"""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.evidence.observation import Evidence

__all__ = ["cited_texts"]

_SPOKEN = frozenset({"utterance", "cue"})
_ENDS = (".", "!", "?", "…", "。", "！", "？", "؟", "।")
_ANOTHER_SPEAKS = ("-", "–", "—", ">>")
# A longer pause ends what was said, whether or not a mark says so.
_PAUSE_MS = 2_000


def cited_texts(cited: Sequence[Evidence]) -> list[str]:
    """A text for each piece; spoken pieces that go on where the one before broke off are one text with it."""
    spoken = sorted(
        (piece for piece in cited if piece.kind in _SPOKEN and piece.span.start_ms is not None),
        # A speaker goes on after what another threw in.
        key=lambda piece: (piece.modality, piece.member, piece.speaker or "", piece.span.start_ms),
    )
    texts = [piece.text for piece in cited if piece not in spoken]
    before: Evidence | None = None
    for piece in spoken:
        if before is not None and _goes_on(before, piece):
            texts[-1] = f"{texts[-1]} {piece.text}"
        else:
            texts.append(piece.text)
        before = piece
    return texts


def _goes_on(before: Evidence, piece: Evidence) -> bool:
    start_ms, end_ms = piece.span.start_ms, before.span.end_ms
    return (
        (before.modality, before.member, before.speaker) == (piece.modality, piece.member, piece.speaker)
        and not (piece.kind == "cue" and piece.text.lstrip().startswith(_ANOTHER_SPEAKS))
        and start_ms is not None
        and end_ms is not None
        and 0 <= start_ms - end_ms <= _PAUSE_MS
        and not before.text.rstrip("\"'”’) ").endswith(_ENDS)
    )

"""Where a hit leads: to its report at the moment, and to the picture that it cites."""

from __future__ import annotations

from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from braid.domain.asset.asset import Modality
from braid.domain.asset.result import Result
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.vision import KeyframeAnalysis, Vision, is_disturbing
from braid.domain.search.hit import Hit
from braid.domain.wire import decode_json
from cli.errors import CommandError
from cli.showing.documents import read_claim
from cli.showing.records import read_result
from cli.showing.results import get_result
from cli.target import Target

__all__ = ["Places", "fragment"]

_LINK_SECONDS = 3_600


def fragment(hit: Hit) -> str:
    """The part of a report's address that leads to a hit: ``#t=6.2`` for a moment, else what it cites."""
    if hit.span.start_ms is not None:
        return f"#t={hit.span.start_ms / 1000:g}"
    return f"#{_unit(hit)}" if hit.kind != "whole" else ""


@dataclass
class Places:
    """Reads each asset once. What can't be had is left out: a hit is worth showing without."""

    target: Target
    _results: dict[str, Result | None] = field(default_factory=dict)
    _visions: dict[str, Vision | None] = field(default_factory=dict)

    def link(self, hit: Hit) -> str:
        """An address that opens the report at the hit for an hour, for whoever has it; empty without one."""
        if not hit.asset_id:  # of a knowledge base
            return hit.evidence_id if hit.evidence_id.startswith("https://") else ""
        result = self._result(hit)
        report = result.results.get("report") if result else None
        if report is None:
            return ""
        address: str = self.target.s3.generate_presigned_url(
            "get_object", Params={"Bucket": report.bucket, "Key": report.key}, ExpiresIn=_LINK_SECONDS
        )
        return address + fragment(hit)

    def keyframe(self, hit: Hit) -> KeyframeAnalysis | None:
        """The keyframe that a hit was seen in."""
        is_seen = hit.modality is Modality.VISION and hit.asset_id  # a knowledge base's has no asset
        result = self._result(hit) if is_seen else None
        vision = self._vision(hit, result) if result else None
        keyframe_id = _unit(hit)
        found = (each for each in (vision.keyframes if vision else ()) if each.keyframe_id == keyframe_id)
        return next(found, None)

    def picture(self, hit: Hit) -> bytes | None:
        """The keyframe that a hit was seen in, as a JPEG file's bytes.

        None of what nobody should meet unprepared: a terminal can't veil it.
        """
        keyframe = self.keyframe(hit)
        if keyframe is None or is_disturbing(keyframe):
            return None
        try:
            return read_claim(self.target, keyframe.image)
        except (CommandError, ClientError):  # it is gone, or another than was looked at
            return None

    def _result(self, hit: Hit) -> Result | None:
        if hit.asset_id not in self._results:
            try:
                self._results[hit.asset_id] = read_result(self.target, hit.asset_id)
            except (CommandError, ClientError):
                self._results[hit.asset_id] = None
        return self._results[hit.asset_id]

    def _vision(self, hit: Hit, result: Result) -> Vision | None:
        if hit.asset_id not in self._visions:
            try:
                body = get_result(self.target, result, "vision")
                self._visions[hit.asset_id] = decode_json(Vision, body, source="vision.json")
            except (CommandError, ClientError, InvalidInputError):
                self._visions[hit.asset_id] = None
        return self._visions[hit.asset_id]


def _unit(hit: Hit) -> str:
    """The keyframe that a hit names, or the first thing it cites: of ``…:k0001..k0005`` the ``k0001``."""
    return hit.keyframe_id or hit.source.rpartition(":")[2].partition("..")[0]

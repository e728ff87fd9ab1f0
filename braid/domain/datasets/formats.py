"""The formats of data sets, and the bounds that their services have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["COUNT_BOUNDS", "Bounds", "DatasetFormat", "DatasetRole"]


class DatasetFormat(StrEnum):
    """What a line of the file looks like."""

    TITAN_IMAGE = "titan-image"  # Titan Multimodal Embeddings: "image-ref" and "caption"
    NOVA_TEXT = "nova-text"  # Nova's conversations, "bedrock-conversation-2024"
    GEN_QA = "gen-qa"  # evaluation of one's own data: "query" and "response", in gen_qa.jsonl


class DatasetRole(StrEnum):
    """What the file is for."""

    TRAIN = "train"
    VALIDATION = "validation"
    EVALUATION = "evaluation"


@dataclass(frozen=True)
class Bounds:
    """How many lines a service takes, both included, and which document says so."""

    least: int
    most: int
    source: str

    def problem(self, count: int, what: str) -> str | None:
        """What is wrong with ``count``, or nothing."""
        if self.least <= count <= self.most:
            return None
        side = (
            f"too few; the least is {self.least:,}"
            if count < self.least
            else f"too many; the most is {self.most:,}"
        )
        return f"{count:,} {what} are {side} ({self.source})"


_TITAN = "Titan Multimodal Embeddings, model customization quotas"
_NOVA = "fine-tuning Nova on Bedrock, data requirements"
COUNT_BOUNDS: Mapping[tuple[DatasetFormat, DatasetRole], Bounds] = {
    (DatasetFormat.TITAN_IMAGE, DatasetRole.TRAIN): Bounds(1_000, 500_000, _TITAN),
    (DatasetFormat.TITAN_IMAGE, DatasetRole.VALIDATION): Bounds(8, 50_000, _TITAN),
    (DatasetFormat.NOVA_TEXT, DatasetRole.TRAIN): Bounds(100, 20_000, _NOVA),
}

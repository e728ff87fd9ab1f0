"""A space: what one model gives vectors of, and the index that holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "CITATION_KEY",
    "KEY_MEMBER",
    "PICTURE_DIMENSIONS",
    "TERMS_KEY",
    "TEXT_DIMENSIONS",
    "VECTOR_MEMBER",
    "Purpose",
    "Space",
    "without_dots",
]

Purpose = Literal["text", "pictures"]

# As fusion asks for: half of the full length keeps 99 % of the accuracy (AWS Machine Learning Blog).
TEXT_DIMENSIONS = 512
# What every joint model of AWS gives.
PICTURE_DIMENSIONS = 384

# Metadata of a vector: what is searched by words, and what a hit shows, which no filter may name.
TERMS_KEY = "terms"
CITATION_KEY = "citation"
# Where a vector is a document, members of it beside the metadata.
KEY_MEMBER, VECTOR_MEMBER = "key", "vector"


@dataclass(frozen=True)
class Space:
    """``text``: what is said, written and shown as words; ``pictures``: keyframes, which words find too.

    Vectors of two models can't be compared, so the index carries model, dimensions and purpose in its name:
    another model is another index.
    """

    purpose: Purpose
    model_id: str
    dimensions: int

    @property
    def index_name(self) -> str:
        """``text.amazon.titan-embed-text-v2-0.512``: lower case, 3 to 63 characters."""
        return f"{self.purpose}.{re.sub(r'[^a-z0-9.-]', '-', self.model_id.lower())}.{self.dimensions}"


def without_dots(index_name: str) -> str:
    """An index's name as OpenSearch Serverless takes it from CloudFormation."""
    return index_name.replace(".", "_")

"""What a check of a data set finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Problem", "Rule"]


class Rule(StrEnum):
    """Which rule a line breaks."""

    JSON = "json"
    KEYS = "keys"
    SHAPE = "shape"
    EMPTY = "empty"
    LENGTH = "length"
    RESERVED = "reserved-words"
    PERSONAL = "personal-data"
    IMAGE = "image"
    BUCKET = "same-bucket"
    POLICY = "role-policy"
    GRAMMAR = "grammar"
    DUPLICATE = "duplicate"
    CONFLICT = "label-conflict"
    LEAKAGE = "leakage"
    BALANCE = "balance"
    COUNT = "count"
    NAME = "file-name"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in words. ``line`` counts from 1; 0 is the whole file.

    A warning is worth a look, but nothing refuses the file for it.
    """

    line: int
    rule: Rule
    problem: str
    is_warning: bool = False

"""How many tokens a text costs a model, estimated without the model's tokenizer."""

from __future__ import annotations

__all__ = ["estimate_tokens"]

# Byte-pair tokenizers spend about one token on four characters of English and about one on each character
# of scripts that they saw less of; digits and punctuation cost more than letters. The estimate leans to the
# high side: a prompt that turns out smaller than thought does no harm, one that is larger is refused.
_CHARACTERS_PER_TOKEN = 3.5


def estimate_tokens(text: str) -> int:
    """About how many tokens ``text`` is, rather too many than too few; 0 for an empty text."""
    ascii_count = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    other_count = len(text) - ascii_count
    return -int(-(ascii_count / _CHARACTERS_PER_TOKEN + other_count) // 1)

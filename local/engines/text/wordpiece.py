"""BERT's uncased WordPiece tokenizer, in the standard library.

The vocabulary lies beside MiniLM's weights. The text is cleaned, accents are dropped, punctuation and CJK
characters stand alone, and each word is cut greedily into the longest known pieces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from local import weights
from local.engines.errors import EngineMissingError

__all__ = ["WordPiece", "count_tokens", "model_file", "tokenizer"]

_MAX_WORD_CHARACTERS = 100  # longer "words" are unknown to BERT
_CJK_BLOCKS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


class WordPiece:
    """Turns text into the token ids that BERT-like encoders were trained on."""

    def __init__(self, vocabulary: Path) -> None:
        """Reads one token per line; a token's id is its line number."""
        lines = vocabulary.read_text(encoding="utf-8").splitlines()
        self._ids = {token: index for index, token in enumerate(lines)}
        self._unknown, self._start, self._end = (self._ids[token] for token in ("[UNK]", "[CLS]", "[SEP]"))

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """The ids of at most ``max_tokens`` tokens, the start and end markers included."""
        ids = [self._start]
        for word in _words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= max_tokens:
                break
        return [*ids[: max_tokens - 1], self._end]

    def count(self, text: str) -> int:
        """How many tokens the whole text has, without markers."""
        return sum(len(self._pieces(word)) for word in _words(text))

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _MAX_WORD_CHARACTERS:
            return [self._unknown]
        pieces = []
        begin = 0
        while begin < len(word):
            end = len(word)
            while end > begin:
                piece = self._ids.get(("##" if begin else "") + word[begin:end])
                if piece is not None:
                    break
                end -= 1
            else:
                return [self._unknown]
            pieces.append(piece)
            begin = end
        return pieces


def _words(text: str) -> list[str]:
    spaced = "".join(_spaced(character) for character in text)
    decomposed = unicodedata.normalize("NFD", spaced)
    plain = "".join(each for each in decomposed if unicodedata.category(each) != "Mn").lower()
    return "".join(f" {each} " if _is_punctuation(each) else each for each in plain).split()


def _spaced(character: str) -> str:
    if character.isspace():
        return " "
    code = ord(character)
    if code == 0xFFFD or unicodedata.category(character).startswith("C"):
        return ""
    if any(first <= code <= last for first, last in _CJK_BLOCKS):
        return f" {character} "
    return character


def _is_punctuation(character: str) -> bool:
    code = ord(character)
    # BERT counts every ASCII symbol as punctuation, also those that Unicode calls symbols ($, +, ^).
    return (
        33 <= code <= 47
        or 58 <= code <= 64
        or 91 <= code <= 96
        or 123 <= code <= 126
        or unicodedata.category(character).startswith("P")
    )


def model_file(name: str) -> Path:
    """A file of MiniLM's set of weights, its bytes checked. Raises ``EngineMissingError``."""
    try:
        return weights.path("sentences", name)
    except weights.WeightsMissingError as error:
        raise EngineMissingError(f"{error}") from error


@cache
def tokenizer() -> WordPiece:
    """The tokenizer of MiniLM, read once per process. Raises ``EngineMissingError``."""
    return WordPiece(model_file("vocab.txt"))


def count_tokens(texts: Sequence[str]) -> list[int]:
    """How many WordPiece tokens each text has: an estimate of what a model would count.

    Raises ``EngineMissingError``.
    """
    return [tokenizer().count(text) for text in texts]

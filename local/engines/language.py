"""Which language a text is in, by py3langid (140 languages, byte n-grams)."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["dominant_languages"]

_LEAST_PROBABILITY = 0.05
_MOST_BYTES = 20_000  # more text doesn't change the verdict, only the time


def dominant_languages(text: str) -> list[dict[str, Any]]:
    """The likely languages, best first: ``{"code", "probability"}``; none if the text has no letters.

    ``code`` is ISO 639-1, but Chinese in traditional characters is ``zh-TW``, as Amazon Comprehend says it.
    """
    if not any(character.isalpha() for character in text):
        return []
    sample = text.encode()[:_MOST_BYTES].decode(errors="ignore")
    ranked = _identifier().rank(sample)
    likely = [ranked[0], *(entry for entry in ranked[1:5] if entry[1] >= _LEAST_PROBABILITY)]
    return [
        {"code": _chinese_script(sample) if code == "zh" else code, "probability": float(probability)}
        for code, probability in likely
    ]


def _chinese_script(text: str) -> str:
    """``zh`` for simplified, ``zh-TW`` for traditional characters.

    Characters that only one of the two national encodings knows give it away.
    """
    votes = 0
    for character in text:
        if character.isalpha() and not character.isascii():
            votes += _encodable(character, "big5") - _encodable(character, "gb2312")
    return "zh-TW" if votes > 0 else "zh"


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _identifier() -> Any:
    from py3langid import langid  # loads its model on import: only where it is needed

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)

"""Which language a text is in, by py3langid (byte n-grams), among the languages that Comprehend names."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["dominant_languages"]

_LEAST_PROBABILITY = 0.05
_MOST_BYTES = 20_000  # more text doesn't change the verdict, only the time
# https://docs.aws.amazon.com/comprehend/latest/dg/how-languages.html
_NAMED_BY_COMPREHEND = frozenset(
    """
    af am ar as az ba be bn bs bg ca ceb cs cv cy da de el en eo et eu fa fi fr gd ga gl gu ht he ha hi hr
    hu hy ilo id is it jv ja kn ka kk km ky ko ku lo la lv lt lb ml mt mr mk mg mn ms my ne new nl no or om
    pa pl pt ps qu ro ru sa si sk sl sd so es sq sr su sw sv ta tt te tg tl th tk tr ug uk ur uz vi yi yo zh
    """.split()  # noqa: SIM905 - codes read better than a list of literals
)


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

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(_NAMED_BY_COMPREHEND.intersection(identifier.labels))
    return identifier

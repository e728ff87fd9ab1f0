"""Languages that captions can be translated into, and how the lines of some are written."""

from __future__ import annotations

__all__ = ["TRANSLATED_LANGUAGES", "is_right_to_left", "is_unspaced", "translation_language"]

# Amazon Translate's codes, as of November 2026:
# https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html
TRANSLATED_LANGUAGES = (
    *("af", "am", "ar", "az", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "es-MX"),
    *("et", "fa", "fa-AF", "fi", "fr", "fr-CA", "ga", "gu", "ha", "he", "hi", "hr", "ht", "hu", "hy", "id"),
    *("is", "it", "ja", "ka", "kk", "kn", "ko", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "nl"),
    *("no", "pa", "pl", "ps", "pt", "pt-PT", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw"),
    *("ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "zh", "zh-TW"),
)
# What Transcribe and people call otherwise, lower case.
_OTHER_NAMES = {
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "iw": "he",
    "zh-hant": "zh-TW",
    "zh-hk": "zh-TW",
}
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
# Written without blanks between words: a line may end behind most characters.
_UNSPACED = frozenset({"ja", "zh", "th", "lo", "km", "my"})


def translation_language(tag: str) -> str | None:
    """Amazon Translate's code for a language tag: ``en`` for ``en-US``; ``None`` where it knows none.

    A region of its own (``fr-CA``, ``pt-PT``) is kept; any other stands for the language.
    """
    by_lower = {code.lower(): code for code in TRANSLATED_LANGUAGES}
    primary = tag.split("-")[0].lower()
    for name in (tag.lower(), primary):
        if name in _OTHER_NAMES:
            return _OTHER_NAMES[name]
        if name in by_lower:
            return by_lower[name]
    return None


def is_right_to_left(tag: str) -> bool:
    """Whether the language's lines run from right to left."""
    return tag.split("-")[0].lower() in _RIGHT_TO_LEFT


def is_unspaced(tag: str) -> bool:
    """Whether the language is written without blanks between words."""
    return tag.split("-")[0].lower() in _UNSPACED

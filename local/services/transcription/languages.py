"""Transcribe's language codes (``en-GB``) and the ISO 639 codes of what is heard (``en``). Pure."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "CODES",
    "heard_language",
    "language_name",
    "scores_by_code",
    "spoken_languages",
    "transcribe_code",
]

# LanguageCode of botocore's model of Transcribe; of several for one language the usual one stands first.
_CODES = """
    en-US en-GB en-AU en-IN en-IE en-AB en-WL en-ZA en-NZ es-US es-ES es-MX fr-FR fr-CA de-DE de-CH pt-BR
    pt-PT it-IT nl-NL zh-CN zh-TW zh-HK ja-JP ko-KR hi-IN ar-SA ar-AE ru-RU tr-TR pl-PL uk-UA vi-VN th-TH
    id-ID ms-MY sv-SE da-DK no-NO fi-FI cs-CZ sk-SK sl-SI hu-HU ro-RO bg-BG el-GR he-IL fa-IR fa-AF ta-IN
    te-IN bn-IN gu-IN kn-IN ml-IN mr-IN pa-IN or-IN ne-NP si-LK my-MM km-KH tl-PH jv-ID su-ID af-ZA zu-ZA
    sw-KE sw-TZ sw-UG sw-RW sw-BI ha-NG so-SO rw-RW lg-IN wo-SN am-ET ca-ES eu-ES gl-ES ast-ES cy-GB cy-WL
    ga-IE gd-GB is-IS mt-MT et-EE et-ET lt-LT lv-LV hr-HR sr-RS bs-BA mk-MK sq-AL be-BY hy-AM az-AZ ka-GE
    ab-GE kk-KZ ky-KG uz-UZ tt-RU ba-RU mhr-RU mn-MN ug-CN ps-AF ckb-IQ ckb-IR ht-HT mi-NZ kab-DZ
"""
CODES = tuple(_CODES.split())
"""All that Transcribe knows, the usual one of each language before its others."""

# Where the recogniser's code isn't the first part of Transcribe's.
_HEARD = {"jv-ID": "jw", "zh-HK": "yue"}

_NAMES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "zh": "Chinese",
    "yue": "Cantonese",
    "ja": "Japanese",
    "ko": "Korean",
    "hi": "Hindi",
    "ar": "Arabic",
    "ru": "Russian",
    "tr": "Turkish",
    "pl": "Polish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "th": "Thai",
    "sv": "Swedish",
    "da": "Danish",
    "no": "Norwegian",
    "fi": "Finnish",
    "cs": "Czech",
    "hu": "Hungarian",
    "ro": "Romanian",
    "el": "Greek",
    "he": "Hebrew",
    "fa": "Persian",
    "id": "Indonesian",
    "ms": "Malay",
    "cy": "Welsh",
    "ca": "Catalan",
    "la": "Latin",
}


def heard_language(code: str) -> str:
    """The recogniser's code for one of Transcribe's."""
    return _HEARD.get(code, code.partition("-")[0])


def spoken_languages(codes: Sequence[str]) -> tuple[str, ...]:
    """The recogniser's codes for those of a request, each once; for no code those of all."""
    return tuple(dict.fromkeys(heard_language(code) for code in codes or CODES))


def transcribe_code(language: str, codes: Sequence[str] = ()) -> str:
    """Transcribe's code for a language that was heard: the first fitting one of ``codes``, else the usual.

    Dialects can't be told apart. Raises ``LookupError`` where Transcribe names no such language.
    """
    fitting = [code for code in (*codes, *CODES) if heard_language(code) == language]
    if not fitting:
        raise LookupError(f"Transcribe has no code for the language {language!r}")
    return fitting[0]


def scores_by_code(
    languages: Sequence[tuple[str, float]], codes: Sequence[str] = ()
) -> list[tuple[str, float]]:
    """Scores of heard languages by Transcribe's codes, the best first: five at most, as Transcribe lists."""
    wanted = spoken_languages(codes)
    named = [(transcribe_code(language, codes), score) for language, score in languages if language in wanted]
    return named[:5]


def language_name(language: str) -> str:
    """The language in English; its code where we have no name."""
    return _NAMES.get(language, language)

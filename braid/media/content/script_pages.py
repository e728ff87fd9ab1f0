"""Which code page an undeclared text in Cyrillic, Greek, Japanese, Chinese or Korean letters is written in.

As for Latin letters (``charset``) two detectors must read the same letters. Then the letters themselves must
be those of one language, written as it writes them: a text in the wrong code page of its script comes out in
letters that are rare, in capitals within words, or in signs between letters.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

import webencodings  # type: ignore[import-untyped]  # ships no types

__all__ = ["detected_script_page"]

# What Python calls these reads less than what writes them.
_WIDER = {
    "shift_jis": "cp932", "shift_jis_2004": "cp932", "shift_jisx0213": "cp932", "euc_jis_2004": "euc_jp",
    "euc_jisx0213": "euc_jp", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
}  # fmt: skip
_JUDGED_BYTES = 64 * 1024


@dataclass(frozen=True)
class _Alphabet:
    """A language's letters (small ones) and the more frequent of them, of which any text has a good share."""

    letters: frozenset[str]
    frequent: frozenset[str]


_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_CYRILLIC = {"cp1251", "koi8-r", "koi8-u", "iso8859-5"}
_GREEK = {"cp1253", "iso8859-7"}
_ALPHABETS = {
    codec: tuple(_Alphabet(frozenset(letters), frozenset(frequent)) for letters, frequent in languages)
    for codecs_, languages in (
        (
            _CYRILLIC,
            (
                (_RUSSIAN + "ё", "оеаинтсрвл"),
                ("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "оанивіертсл"),
                ("абвгдеёжзійклмнопрстуўфхцчшыьэюя", "аніеыраоклс"),
                ("абвгдежзийклмнопрстуфхцчшщъьюяѝ", "аеоинтрсвлд"),
                ("абвгдђежзијклљмнњопрстћуфхцчџш", "аоиенрсјтву"),
                ("абвгдѓежзѕијклљмнњопрстќуфхцчџш", "аоеинтрсвлд"),
            ),
        ),
        ({"cp866"}, ((_RUSSIAN + "ё", "оеаинтсрвл"),)),
        (_GREEK, (("αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ", "αοιετσνηρυ"),)),
    )
    for codec in codecs_
}
# In every language above the frequent letters are 60 % of a text and more; of a wrong reading they are 35 %.
_MIN_FREQUENT_SHARE = 0.48
# With less text than this the detectors agree by accident.
_MIN_LETTERS = 20
_MIN_CHARACTERS = 12
# Nothing like these stands in words: capitals behind small letters, and signs between or in front of letters.
_ODD = re.compile(
    r"[^\W\d_A-Za-z](?=[A-Za-z])|[A-Za-z](?=[^\W\d_A-Za-z])|[\x80-\x9f\ue000-\uf8ff\ufffd─-▟≈≤≥√⌠⌡]"
    r"|(?<=[^\W\d_])[^\x00-\x7f\w\s’ʼ—–…«»“”„‚‘№·\xad](?=[^\W\d_])"
    r"|(?<!\w)[¶’](?=[Ͱ-Ͽ])"  # where one of the Greek pages has Ά, the other has these
)
_MIXED_CASE = re.compile(r"[^\W\d_]+")
_KANA = re.compile("[぀-ゟ゠-ヿ]")
_HANGUL = re.compile("[가-힣]")
_IDEOGRAPH = re.compile("[一-鿿]")
_HALF_WIDTH = re.compile("[｡-ﾟ]")
# Of any text: kana are half of Japanese, ideographs next to none of Korean.
_MIN_KANA_SHARE, _MIN_HANGUL_SHARE = 0.25, 0.9
# Kana have the same codes in EUC-JP and GB2312: ideographs alone tell these apart.
_MIN_IDEOGRAPHS = 6
# National sets put the characters of daily use first (level 1): by the lead bytes of their code.
_DAILY = {
    "cp932": ("euc_jp", 0xB0, 0xCF), "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "gb18030": ("gb2312", 0xB0, 0xD7), "big5hkscs": ("big5", 0xA4, 0xC6),
}  # fmt: skip
_MIN_DAILY_SHARE = 0.9
# These are two fifths of what is written in Chinese, and one in twenty of a wrong reading.
_FREQUENT_CHINESE = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出会也时要就可以生得着下自之年过后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想日者意无力它与长把机十民第公此已工使"
    "情明性知全三又关点正业外将两高间由问很最重并物手应向头文体月号请元每这個來說們為會時過後裡種經麼學現當沒動開還"
    "進樣無從與長機關點業將兩間問並應頭體號請"
)
_MIN_FREQUENT_CHINESE = 0.2


def detected_script_page(data: bytes) -> str | None:
    """The Python codec of a text in another script than Latin which isn't UTF-8; ``None`` if unsure."""
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_JUDGED_BYTES]
    codec = _agreed(lines)
    if codec in _GREEK:
        codec = _one_of(_GREEK, lines, codec)
    if codec is None:
        return None
    text = _decoded(lines, codec)
    return codec if text is not None and _is_written_in(text, codec) else None


def _agreed(lines: bytes) -> str | None:
    """What both detectors find, or find to be the same letters."""
    # Both take long to import, and few texts need them.
    import chardet
    from chardetng_py import EncodingDetector  # type: ignore[import-untyped]  # ships no types

    detector = EncodingDetector()
    detector.feed(lines, last=True)
    by_pairs = webencodings.lookup(detector.guess(tld=None, allow_utf8=False))
    by_models = chardet.detect(lines, compat_names=False)["encoding"]
    if by_pairs is None or by_models is None:
        return None
    ours, theirs = _codec(str(by_pairs.codec_info.name)), _codec(by_models)
    if ours is None or theirs is None:
        return None
    if {ours, theirs} <= _GREEK:
        return ours
    text = _decoded(lines, ours)
    return ours if text is not None and text == _decoded(lines, theirs) else None


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        return None
    return _WIDER.get(codec, codec)


def _decoded(lines: bytes, codec: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)().decode(lines)
    except UnicodeDecodeError:
        return None


def _one_of(pages: Iterable[str], lines: bytes, agreed: str | None) -> str | None:
    """Of code pages with the same letters but a few the one that gives words; ``None`` if several do."""
    readings = {page: _decoded(lines, page) for page in pages}
    good = {page: text for page, text in readings.items() if text is not None and _is_written_in(text, page)}
    if len(set(good.values())) != 1:
        return None
    return agreed if agreed in good else next(iter(good))


def _is_written_in(text: str, codec: str) -> bool:
    """Whether a text reads as a language does that is written in this code page."""
    if codec in _ALPHABETS:
        return not _ODD.search(text) and any(_is_of(text, alphabet) for alphabet in _ALPHABETS[codec])
    if _HALF_WIDTH.search(text) or re.search("[\ue000-\uf8ff]", text):
        return False
    kana, hangul, ideographs = (len(part.findall(text)) for part in (_KANA, _HANGUL, _IDEOGRAPH))
    count = kana + hangul + ideographs
    if count < _MIN_CHARACTERS:
        return False
    if codec == "cp949":
        return not kana and hangul >= _MIN_HANGUL_SHARE * count
    if hangul or _daily_share(text, codec) < _MIN_DAILY_SHARE:
        return False
    if codec in ("cp932", "euc_jp"):
        if codec == "euc_jp" and ideographs < _MIN_IDEOGRAPHS:
            return False
        return kana >= _MIN_KANA_SHARE * count
    frequent = sum(character in _FREQUENT_CHINESE for character in text)
    return not kana and frequent >= _MIN_FREQUENT_CHINESE * ideographs


def _is_of(text: str, alphabet: _Alphabet) -> bool:
    words = [word for word in _MIXED_CASE.findall(text) if not word.isascii()]
    letters = "".join(words)
    small = letters.lower()
    if len(letters) < _MIN_LETTERS or not alphabet.letters.issuperset(small):
        return False
    has_odd_case = any(any(map(str.isupper, word[1:])) and not word.isupper() for word in words)
    frequent = sum(letter in alphabet.frequent for letter in _without_accents(small))
    return not has_odd_case and frequent >= _MIN_FREQUENT_SHARE * len(small)


_ACCENTS = str.maketrans("άέήίόύώϊϋΐΰς", "αεηιουωιυιυσ")


def _without_accents(small: str) -> str:
    return small.translate(_ACCENTS)


def _daily_share(text: str, codec: str) -> float:
    """How many of the ideographs are of daily use."""
    national, first, last = _DAILY[codec]
    ideographs: list[str] = _IDEOGRAPH.findall(text)
    leads = [character.encode(national, "replace")[0] for character in ideographs]
    return sum(first <= lead <= last for lead in leads) / len(leads) if leads else 1.0

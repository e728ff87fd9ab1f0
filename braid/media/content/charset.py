"""Which encoding a text declares, and which code page an undeclared one is written in.

Names of encodings are those of the web (https://encoding.spec.whatwg.org/#names-and-labels): on it
``iso-8859-1`` is Windows-1252, and every browser reads it so.

An undeclared code page is told by two detectors that know nothing of each other, Firefox's (chardetng: pairs
of letters) and chardet (models of languages). Each errs over short texts, but hardly ever in the same way:
where both read the same letters, these are right; where they differ, nobody knows.
"""

from __future__ import annotations

import re

import webencodings  # type: ignore[import-untyped]  # ships no types

__all__ = ["declared_charset", "detected_code_page", "labelled_codec"]

# HTML's meta elements count within so many bytes, as in browsers; the others stand in the first line.
_META_BYTES = 1024
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_META = re.compile(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:+-]+)", re.I)
_XML = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:+-]+)", re.I)
_CSS = re.compile(rb'@charset "([^"]*)";')
# What Python calls these reads less than browsers do.
_WIDER = {"shift_jis": "cp932", "euc-kr": "cp949", "gbk": "gb18030", "big5": "big5hkscs"}

# Windows-1250 and ISO-8859-2 differ in a dozen letters only, which detectors mix up; no language has both
# readings of them.
_CENTRAL_EUROPEAN = ("cp1250", "iso8859-2")
_ALPHABETS = tuple(
    frozenset(letters + letters.upper())
    for letters in ("ąćęłńóśźż", "áčďéěíňóřšťúůýžĺľŕôä", "áéíóöőúüű", "čćđšž", "ăâîşţ", "äöüß")
)
_MIN_ALPHABET_SHARE = 0.75

_CODE_PAGES = ("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257")
# Old machines' code pages compete too: a text that one of them explains as well isn't sure.
_COMPETITORS = ("cp437", "cp850", "cp852", "cp857", "mac_roman")
# Judging more takes long and changes nothing.
_JUDGED_BYTES = 64 * 1024
# Most texts that declare nothing are western: there it is enough that chardet finds no other much likelier.
_CLOSE = 0.65
# Signs where Windows-1252 has them. In other places they are letters of another code page.
_SIGNS = re.compile(
    r"[£€¥]\s?(?=\d)|(?<=\d)\s?[£€¥¢°]|§+\s?(?=\d)|(?<=[\dm])[²³](?!\w)|(?<!\w)\d*\s?[½¼¾](?!\w)"
    r"|(?<![^\W\d_])[±×÷–—\xa0](?![^\W\d_])|(?<!\w)©|(?<=\w)[®™](?!\w)|(?<=\w)\xa0(?=[?!:;»%€\d])"
    r"|(?<!\w)[“‘](?=\w)|(?<=[\w.,!?])[”](?!\w)|(?<=\w)’(?=(?:s|t|re|ve|ll|d|m)\b)|(?<=s)’(?!\w)"
    r"|\b[OD]’(?=[A-Z])|„(?=[^„“”]{1,300}[“”])|(?<=[\w.,!?])“(?!\w)|(?<=\d)\s?[¤µ]|¤\s?(?=\d)|(?<!\w)£(?!\w)"
    r"|(?<=[\w.,!?)\]\"'”’])…(?=\s*(?:[A-Z\"'”’)\]]|$))|(?<![\w\s])…|(?<=\d)…"
    r"|(?<!\w)«(?=\s?\w)|(?<=[\w.!?\s])»(?!\w)|^\s*[•·]",
    re.M,
)
# Signs inside of words or at their ends, and capitals behind small letters: letters of another code page.
_ODD = re.compile(
    "\ufffd"
    "|(?<=[^\\W\\d_])[‚ƒ„…†‡ˆ‰‹›˜¡-©«-\xad¯°±¶¸»¿‘“”•™](?=[^\\W\\d_])"
    "|(?<=[^\\W\\d_])[‚„†‡•ƒˆ˜¡¢¤¦¨¬¯¸¿¹]|[†‡](?=[^\\W\\d_])"
    "|[a-zß-ÿ][ŠŽŒŸÀ-ÖØ-Þ]|[ŽŠ]\\b"
)
# ISO-8859-15 has letters and the euro where Windows-1252 has fractions and the sign of no currency.
_LATIN_9 = re.compile("\\d\\s?¤|¤\\s?\\d|(?<=[^\\W\\d_])[¼½](?=[^\\W\\d_])")
_C1 = re.compile(rb"[\x80-\x9f]")
_C1_CHARACTERS = re.compile("[\x80-\x9f]")


def declared_charset(head: bytes) -> str | None:
    """The Python codec of the encoding that HTML, XML or CSS declares at its beginning; ``None`` if none.

    UTF-16 can't be declared in bytes that can be read without it: it stands for UTF-8 there, as in browsers.
    """
    beginning = _COMMENT.sub(b"", head[:_META_BYTES])
    found = _XML.match(head) or _CSS.match(head) or _META.search(beginning)
    codec = labelled_codec(found[1].decode("ascii", errors="replace")) if found else None
    return "utf-8" if codec in ("utf-16-le", "utf-16-be") else codec


def labelled_codec(label: str) -> str | None:
    """The Python codec that reads what browsers read under that name of an encoding; ``None`` if unknown."""
    encoding = webencodings.lookup(label)
    if encoding is None:
        return None
    if encoding.name == "x-user-defined":
        return "cp1252"
    return _WIDER.get(encoding.name) or str(encoding.codec_info.name)


def detected_code_page(data: bytes) -> str | None:
    """The code page of Latin letters that a text which isn't UTF-8 is written in; ``None`` if unsure."""
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_JUDGED_BYTES]
    codec = _agreed_code_page(lines)
    if codec in _CENTRAL_EUROPEAN:
        codec = _central_european(lines, codec)
    if codec is None or _ODD.search(lines.decode(codec, "replace")):
        return None
    if codec == "cp1252" and not _C1.search(lines) and _LATIN_9.search(lines.decode(codec)):
        return "iso8859-15"
    return codec


def _agreed_code_page(lines: bytes) -> str | None:
    if _SIGNS.sub("", lines.decode("cp1252", "replace")).isascii():
        return "cp1252"  # beside ASCII it has prices, degrees or quotation marks alone
    # Both take long to import, and few texts need them.
    import chardet
    from chardetng_py import EncodingDetector  # type: ignore[import-untyped]  # ships no types

    detector = EncodingDetector()
    detector.feed(lines, last=True)
    by_pairs = webencodings.lookup(detector.guess(tld=None, allow_utf8=False))
    codec = str(by_pairs.codec_info.name) if by_pairs else ""
    by_models = chardet.detect_all(
        lines, ignore_threshold=True, include_encodings=_CODE_PAGES + _COMPETITORS, compat_names=False
    )
    best = by_models[0]
    if codec not in _CODE_PAGES or best["encoding"] not in _CODE_PAGES:
        return None
    if lines.decode(codec, "replace") == lines.decode(best["encoding"], "replace"):
        return codec
    western = next((one["confidence"] for one in by_models if one["encoding"] == "cp1252"), 0.0)
    is_close = western >= best["confidence"] * _CLOSE
    return codec if codec == "cp1252" and is_close else None


def _central_european(lines: bytes, agreed: str) -> str | None:
    """Whichever of the two code pages gives the letters of one language; the agreed one if both do."""
    shares = {codec: _alphabet_share(lines.decode(codec, "replace")) for codec in _CENTRAL_EUROPEAN}
    best = max(_CENTRAL_EUROPEAN, key=lambda codec: (shares[codec], codec == agreed))
    return best if shares[best] >= _MIN_ALPHABET_SHARE else None


def _alphabet_share(text: str) -> float:
    """How much of what isn't ASCII is letters of the one language that has most of them; 0 with controls."""
    if _C1_CHARACTERS.search(text):
        return 0
    beyond_ascii = [character for character in text if character.isalpha() and not character.isascii()]
    counts = (sum(character in alphabet for character in beyond_ascii) for alphabet in _ALPHABETS)
    # Signs inside of words count against a reading, elsewhere they are nothing.
    odd_count = len(_ODD.findall(text))
    return max(counts) / max(1, len(beyond_ascii) + odd_count)

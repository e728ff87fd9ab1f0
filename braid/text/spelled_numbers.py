"""Numbers in words of other languages than English, put into digits: "neunundvierzig Euro" becomes "49 Euro".

German, French, Spanish, Italian and Portuguese up to the millions; Japanese and Chinese numerals where a
counter, a unit or a power of ten shows that they are meant as numbers. English is read by ``number_words``.
"One" is left alone everywhere: it is an article more often than a number.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence

__all__ = ["in_digits"]

_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 5  # "quatre vingt dix neuf" and what joins it

# French "neuf" is also "new", Italian "sei" also "you are": alone they aren't taken for numbers.
_AMBIGUOUS = {"fr": {"neuf"}, "it": {"sei"}, "de": {"acht"}}
_AND = {"es": "y", "pt": "e", "fr": "et"}
_DECIMAL = {"de": "komma", "fr": "virgule", "es": "coma", "it": "virgola", "pt": "vírgula"}


def in_digits(text: str, language: str | None) -> str:
    """``text`` with its number words in digits, units of Japanese and Chinese in English words."""
    if language in ("ja", "zh", "ko"):
        return _from_east_asian(text)
    if language not in _BUILDERS:
        return text
    found = list(_WORD.finditer(text))
    names = [match.group().lower() for match in found]
    parts: list[str] = []
    read = 0
    index = 0
    while index < len(names):
        begin = index
        value, index = _number(names, begin, language)
        if value is None:
            index = begin + 1
            continue
        if not _joined(text, found[begin:index]) or (
            index == begin + 1 and names[begin] in _AMBIGUOUS.get(language, ())
        ):
            index = begin + 1
            continue
        parts += (text[read : found[begin].start()], value)
        read = found[index - 1].end()
    return "".join((*parts, text[read:]))


def _joined(text: str, matches: Sequence[re.Match[str]]) -> bool:
    """Whether nothing but blanks and hyphens stands between the words."""
    return all(
        text[one.end() : other.start()].strip(" -\u2010\u2011") == ""
        for one, other in itertools.pairwise(matches)
    )


def _number(names: Sequence[str], begin: int, language: str) -> tuple[str | None, int]:
    """The number from ``begin`` in digits, and the index behind it."""
    value, index = _whole(names, begin, language)
    if value is None or (value == 1 and index == begin + 1):
        return None, begin + 1
    if index + 1 < len(names) and names[index] == _DECIMAL.get(language):
        part, after = _whole(names, index + 1, language)
        if part is not None:
            return f"{value}.{part}", after
    return str(value), index


def _whole(names: Sequence[str], begin: int, language: str) -> tuple[int | None, int]:
    table, longest = _table(language)
    total = 0
    part: int | None = None
    index = begin
    while index < len(names):
        step = next(
            (
                (table[key], length)
                for length in range(min(longest, len(names) - index), 0, -1)
                if (key := " ".join(names[index : index + length])) in table
            ),
            None,
        )
        if step is None and index > begin and names[index] == _AND.get(language) and part is not None:
            following = table.get(names[index + 1]) if index + 1 < len(names) else None
            if following is None or following >= 100 or part % 100:
                break
            index += 1
            continue
        if step is None:
            break
        value, length = step
        if value in (1_000, 1_000_000):
            total += (1 if part is None else part) * value
            part = None
        elif value == 100 and part is not None and 1 < part < 10:
            part *= 100
        elif part is None:
            part = value
        elif value < _open_below(part):
            part += value
        else:
            break
        index += length
    if index == begin:
        return None, begin
    return total + (part or 0), index


def _open_below(part: int) -> int:
    """Below what a number can go on: of 300 below 100, of 2000 below 1000, of 47 nothing."""
    power = 1
    while part and part % (10 * power) == 0:
        power *= 10
    return power if power >= 100 else 0


@functools.cache
def _table(language: str) -> tuple[dict[str, int], int]:
    """Spelled forms (words joined by a blank) to values, and how many words the longest has."""
    forms = dict(_BUILDERS[language]())
    return forms, min(_MOST_WORDS, max(form.count(" ") + 1 for form in forms))


def _german() -> Iterator[tuple[str, int]]:
    units = ("", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
    teens = [
        "zehn",
        "elf",
        "zwölf",
        "dreizehn",
        "vierzehn",
        "fünfzehn",
        "sechzehn",
        "siebzehn",
        "achtzehn",
        "neunzehn",
    ]
    tens = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
    small = {"null": 0, "eins": 1, "zwo": 2, **{unit: n for n, unit in enumerate(units) if n > 1}}
    small |= {word: n for n, word in enumerate(teens, 10)}
    for n, ten in enumerate(tens, 2):
        small[ten] = 10 * n
        small |= {f"{unit}und{ten}": 10 * n + k for k, unit in enumerate(units) if k}
    small |= {word.replace("ß", "ss"): n for word, n in small.items()}
    below_thousand = dict(small)
    for n, unit in enumerate(units):
        for head in {f"{unit}hundert"} | ({"hundert"} if n == 1 else set()):
            if n:
                below_thousand[head] = 100 * n
                for joint in ("", "und"):
                    below_thousand |= {f"{head}{joint}{word}": 100 * n + k for word, k in small.items() if k}
    yield from below_thousand.items()
    yield "tausend", 1_000
    yield "million", 1_000_000
    yield "millionen", 1_000_000
    heads = {"ein": 1, "hundert": 100, **{word: n for word, n in small.items() if 1 < n < 100}}
    for head, n in heads.items():
        yield f"{head}tausend", 1_000 * n
        yield from (
            (f"{head}tausend{rest}", 1_000 * n + k) for rest, k in below_thousand.items() if k and n < 21
        )


def _french() -> Iterator[tuple[str, int]]:
    low = [
        "zéro",
        "un",
        "deux",
        "trois",
        "quatre",
        "cinq",
        "six",
        "sept",
        "huit",
        "neuf",
        "dix",
        "onze",
        "douze",
        "treize",
        "quatorze",
        "quinze",
        "seize",
    ]
    forms = {word: n for n, word in enumerate(low)} | {f"dix {low[n]}": 10 + n for n in (7, 8, 9)}
    below_twenty = {n: word for word, n in forms.items()}
    tens = {
        20: "vingt",
        30: "trente",
        40: "quarante",
        50: "cinquante",
        60: "soixante",
        70: "septante",
        90: "nonante",
    }
    for ten, word in tens.items():
        forms[word] = ten
        forms[f"{word} et un"] = ten + 1
        forms |= {f"{word} {low[n]}": ten + n for n in range(2, 10)}
    forms |= {f"soixante {below_twenty[n]}": 60 + n for n in range(10, 20)} | {"soixante et onze": 71}
    forms |= {"quatre vingt": 80, "quatre vingts": 80, "huitante": 80}
    forms |= {f"quatre vingt {below_twenty[n]}": 80 + n for n in range(1, 20)}
    yield from forms.items()
    yield from (("cent", 100), ("cents", 100), ("mille", 1_000), ("million", 10**6), ("millions", 10**6))


def _spanish() -> Iterator[tuple[str, int]]:
    low = [
        "cero",
        "uno",
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "diez",
        "once",
        "doce",
        "trece",
        "catorce",
        "quince",
        "dieciséis",
        "diecisiete",
        "dieciocho",
        "diecinueve",
        "veinte",
        "veintiuno",
        "veintidós",
        "veintitrés",
        "veinticuatro",
        "veinticinco",
        "veintiséis",
        "veintisiete",
        "veintiocho",
        "veintinueve",
    ]
    yield from ((word, n) for n, word in enumerate(low))
    yield from (
        ("dieciseis", 16),
        ("veintidos", 22),
        ("veintitres", 23),
        ("veintiseis", 26),
        ("veintiún", 21),
    )
    for ten, word in enumerate(
        ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"], 3
    ):
        yield word, 10 * ten
        yield from ((f"{word} y {low[n]}", 10 * ten + n) for n in range(1, 10))
        yield f"{word} y un", 10 * ten + 1
    hundreds = [
        "doscient",
        "trescient",
        "cuatrocient",
        "quinient",
        "seiscient",
        "setecient",
        "ochocient",
        "novecient",
    ]
    yield from ((f"{root}{ending}", 100 * n) for n, root in enumerate(hundreds, 2) for ending in ("os", "as"))
    yield from (("cien", 100), ("ciento", 100), ("mil", 1_000), ("millón", 10**6), ("millones", 10**6))


def _italian() -> Iterator[tuple[str, int]]:
    low = [
        "zero",
        "uno",
        "due",
        "tre",
        "quattro",
        "cinque",
        "sei",
        "sette",
        "otto",
        "nove",
        "dieci",
        "undici",
        "dodici",
        "tredici",
        "quattordici",
        "quindici",
        "sedici",
        "diciassette",
        "diciotto",
        "diciannove",
    ]
    small = {word: n for n, word in enumerate(low)}
    for ten, word in enumerate(
        ["venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"], 2
    ):
        small[word] = 10 * ten
        for n in range(1, 10):
            head = word[:-1] if n in (1, 8) else word
            small[f"{head}{low[n]}"] = 10 * ten + n
        small[f"{word}tré"] = 10 * ten + 3
    below_thousand = dict(small)
    for n in range(1, 10):
        head = "cento" if n == 1 else f"{low[n]}cento"
        below_thousand[head] = 100 * n
        below_thousand |= {f"{head}{word}": 100 * n + k for word, k in small.items() if k}
    yield from below_thousand.items()
    yield from (("mille", 1_000), ("mila", 1_000), ("milione", 10**6), ("milioni", 10**6))
    for word, n in small.items():
        if n > 1:
            yield f"{word}mila", 1_000 * n
            yield from (
                (f"{word}mila{rest}", 1_000 * n + k) for rest, k in below_thousand.items() if k and n < 21
            )
    yield from ((f"mille{rest}", 1_000 + k) for rest, k in below_thousand.items() if k)


def _portuguese() -> Iterator[tuple[str, int]]:
    low = [
        "zero",
        "um",
        "dois",
        "três",
        "quatro",
        "cinco",
        "seis",
        "sete",
        "oito",
        "nove",
        "dez",
        "onze",
        "doze",
        "treze",
        "catorze",
        "quinze",
        "dezesseis",
        "dezessete",
        "dezoito",
        "dezenove",
    ]
    yield from ((word, n) for n, word in enumerate(low))
    yield from (("duas", 2), ("quatorze", 14), ("dezasseis", 16), ("dezassete", 17), ("dezanove", 19))
    for ten, word in enumerate(
        ["vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"], 2
    ):
        yield word, 10 * ten
        yield from ((f"{word} e {low[n]}", 10 * ten + n) for n in range(1, 10))
        yield f"{word} e uma", 10 * ten + 1
    hundreds = ["duzent", "trezent", "quatrocent", "quinhent", "seiscent", "setecent", "oitocent", "novecent"]
    yield from ((f"{root}{ending}", 100 * n) for n, root in enumerate(hundreds, 2) for ending in ("os", "as"))
    yield from (("cem", 100), ("cento", 100), ("mil", 1_000), ("milhão", 10**6), ("milhões", 10**6))


_BUILDERS = {"de": _german, "fr": _french, "es": _spanish, "it": _italian, "pt": _portuguese}

_DIGITS = {character: n for n, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_POWERS = {"十": 10, "百": 100, "千": 1_000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}
_NUMERAL = "〇零一二三四五六七八九两兩十百千万萬億亿"
# What is counted in; a numeral in front of one of them is a number.
_COUNTERS = (
    "個个人名円圓元块年月日時时分秒台本枚回冊杯匹頭歳岁度階层層室つ件種种倍番号號章只把瓶ドユパ"
    "キグメセリ％%点點"
)
_EAST_ASIAN_NUMBER = re.compile(
    rf"[{_NUMERAL}]+(?=[{_COUNTERS}])|(?=[{_NUMERAL}]*[十百千万萬億亿])[{_NUMERAL}]{{2,}}"
)
_MIXED = re.compile(r"(\d+(?:\.\d+)?)([万萬億亿])")
_EAST_ASIAN_UNITS = {
    "円": "yen",
    "日元": "yen",
    "元": "yuan",
    "块": "yuan",
    "人民币": "yuan",
    "원": "won",
    "ドル": "dollars",
    "美元": "dollars",
    "달러": "dollars",
    "ユーロ": "euros",
    "欧元": "euros",
    "유로": "euros",
    "パーセント": "percent",
    "퍼센트": "percent",
    "時間": "hours",
    "小时": "hours",
    "시간": "hours",
    "分間": "minutes",
    "分钟": "minutes",
    "분": "minutes",
    "秒": "seconds",
    "초": "seconds",
    "日間": "days",
    "週間": "weeks",
    "キログラム": "kg",
    "公斤": "kg",
    "グラム": "grams",
    "克": "grams",
    "キロメートル": "km",
    "公里": "km",
    "センチ": "cm",
    "厘米": "cm",
    "メートル": "meters",
    "米": "meters",
    "ミリリットル": "ml",
    "毫升": "ml",
    "リットル": "liters",
    "升": "liters",
    "度": "degrees",
}
_AFTER_NUMBER = re.compile(
    r"(\d)\s*(" + "|".join(sorted(map(re.escape, _EAST_ASIAN_UNITS), key=len, reverse=True)) + ")"
)


def _from_east_asian(text: str) -> str:
    text = _EAST_ASIAN_NUMBER.sub(lambda match: str(_numeral_value(match.group())), text)
    text = _MIXED.sub(lambda match: str(round(float(match[1]) * _MYRIADS[match[2]])), text)
    return _AFTER_NUMBER.sub(lambda match: f"{match[1]} {_EAST_ASIAN_UNITS[match[2]]} ", text)


def _numeral_value(text: str) -> int:
    """``三百五十`` is 350; without a power of ten the digits stand as they are: ``二〇二六`` is 2026."""
    if not any(character in _POWERS or character in _MYRIADS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total += (section + digit or 1) * _MYRIADS[character]
            section = digit = 0
    return total + section + digit

"""How numbers are spelled in German, French, Spanish, Italian and Portuguese: forms and their values.

A form is lower case, its words joined by one blank; ``spelled_numbers`` puts the forms of a number together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

__all__ = ["FORMS"]


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


FORMS: Mapping[str, Callable[[], Iterator[tuple[str, int]]]] = {
    "de": _german,
    "fr": _french,
    "es": _spanish,
    "it": _italian,
    "pt": _portuguese,
}

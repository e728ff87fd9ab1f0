"""Kinds of texts that come out in wrong letters, in pieces or not at all."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from evaluation.real_files.reading import Inputs, kind, read

__all__ = ["TEXT_KINDS"]

# What is written in which code pages, by language.
_TEXTS: dict[str, tuple[str, ...]] = {
    "pl": (
        "Muzeum jest otwarte od dziewiątej do piątej, a w poniedziałki zamknięte. Bilety są tanie.",
        "Wczoraj wieczorem spadł śnieg i wszystkie łąki były białe. Droga do wsi jest jeszcze nieprzejezdna.",
    ),
    "cs": (
        "Muzeum je otevřeno od devíti do pěti, v pondělí je zavřeno. Děti mají vstupné levnější.",
        "Včera večer napadl sníh a všechny louky byly bílé. Cesta do vesnice je ještě neprůjezdná.",
    ),
    "hu": (
        "A múzeum kilenctől ötig tart nyitva, hétfőn zárva. Tegnap este hó esett, és minden rét fehér lett.",
    ),
    "hr": (
        "Muzej je otvoren od devet do pet, a ponedjeljkom je zatvoren. Jučer je navečer pao snijeg na šumu.",
    ),
    "tr": (
        "Müze dokuzdan beşe kadar açık, pazartesi günleri kapalıdır. Dün akşam kar yağdı, çayırlar beyazdı.",
    ),
    "de": (
        "Das Museum ist von neun bis fünf geöffnet, montags geschlossen. Gestern fiel Schnee auf die Straße.",
    ),
    "fr": (
        "Le musée est ouvert de neuf à cinq, fermé le lundi. Hier soir, il a neigé ; les prés sont gelés.",
    ),
    "es": ("El museo está abierto de nueve a cinco; los niños pagan menos. Ayer nevó en la montaña.",),
    "ru": ("Музей открыт с девяти до пяти, в понедельник закрыт. Вчера вечером выпал снег.",),
    "el": ("Το μουσείο είναι ανοιχτό από τις εννέα έως τις πέντε, κλειστό τη Δευτέρα.",),
    "ja": ("博物館は九時から五時まで開いています。月曜日は休みです。",),
    "zh": ("博物馆从九点到五点开放，星期一闭馆。昨天晚上下雪了。",),
    "ko": ("박물관은 아홉 시부터 다섯 시까지 열려 있으며 월요일에는 닫습니다.",),
}
_CODECS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(("pl", "cs", "hu", "hr"), (("cp1250", "windows-1250"), ("iso8859-2", "iso-8859-2"))),
    "tr": (("cp1254", "iso-8859-9"), ("cp1254", "windows-1254")),
    **dict.fromkeys(("de", "fr", "es"), (("cp1252", "iso-8859-1"), ("cp1252", "windows-1252"))),
    "ru": (("cp1251", "windows-1251"), ("koi8-r", "koi8-r")),
    "el": (("iso8859-7", "iso-8859-7"),),
    "ja": (("cp932", "shift_jis"), ("euc_jp", "euc-jp"), ("iso2022_jp", "iso-2022-jp")),
    "zh": (("gb18030", "gb2312"), ("gb18030", "gbk")),
    "ko": (("cp949", "euc-kr"),),
}
_PAGES = (
    '<!DOCTYPE html><html><head><meta charset="{}"><title>a</title></head><body><p>{}</p></body></html>',
    "<html><head><meta http-equiv=Content-Type content='text/html; charset={}'></head><p>{}</p></html>",
    '<?xml version="1.0" encoding="{}"?>\n<html><body><p>{}</p></body></html>',
    '@charset "{}";\n/* {} */\np {{ color: red }}\n',
)


def _holds(text: str) -> Callable[[bytes], bool]:
    return lambda data: " ".join(text.split()) in " ".join(read(data).text.split())


def _declared() -> Inputs:
    for language, texts in _TEXTS.items():
        for codec, label in _CODECS[language]:
            for number, page in enumerate(_PAGES):
                name = f"{language}-{label}-{number}"
                yield name, page.format(label, texts[0]).encode(codec), _holds(texts[0])


def _undeclared() -> Inputs:
    """Right letters or a refusal; most must be right."""
    for language, texts in _TEXTS.items():
        codecs = {codec for codec, _ in _CODECS[language]}
        if language in ("de", "fr", "es"):
            codecs |= {"cp850", "mac_roman"}
        elif language in ("pl", "cs", "hu", "hr"):
            codecs |= {"cp852"}
        for codec in sorted(codecs):
            for number, text in enumerate(texts):
                sentences = [text, *text.split(". ")]
                for place, part in enumerate(sentences):
                    yield (
                        f"{language}-{codec}-{number}-{place}.txt",
                        part.encode(codec),
                        _holds_or_refused(part),
                    )


def _holds_or_refused(text: str) -> Callable[[bytes], bool]:
    return lambda data: "UTF-8" in read(data).reason or _holds(text)(data)


def _read_undeclared() -> Inputs:
    """Ordinary texts are to be read, not only refused."""
    for language in ("pl", "cs", "hr", "tr", "de", "fr", "es", "ru", "el", "ja", "zh", "ko"):
        for codec in dict.fromkeys(codec for codec, _ in _CODECS[language]):
            for number, text in enumerate(_TEXTS[language]):
                yield f"{language}-{codec}-{number}.txt", (text * 3).encode(codec), _holds(text)


_LINES = {
    "log": "[2031-01-01 12:00:{:02}] INFO The gate was opened {} times.\n",
    "references": "[{}] Smith, J. (2001). On gardens, page {}.\n",
    "definitions": "[{}]: Smith, J. (2001). On gardens, page {}.\n",
    "sections": "[gate{}]\nopens = {}\n# until May\n",
    "tables": '[[gate]]\nnumber = {}\nnames = ["a", "b{}"]\n',
    "template": "{{{{ name{} }}}} lives at number {}.\n",
    "speakers": "[Ada {}] I have {} lamps.\n",
    "commented": '{{ // {}\n  "opens": {}\n',
}


def _brackets() -> Inputs:
    for name, line in _LINES.items():
        for count in (2, 40, 4_000):
            lines = [line.format(number % 60, number) for number in range(count)]
            yield f"{name}-{count}.txt", "".join(lines).encode(), _holds(lines[-1])


def _json_lines() -> Inputs:
    random_ = random.Random(14)
    for count in (2, 30, 1_000, 5_000):
        for tail in ("", "\n", '{"id": '):
            records = [
                {
                    "id": number,
                    "size": {"width": random_.randint(1, 99)},
                    "note": f"Parcel {number},\nat the gate",
                }
                for number in range(count)
            ]
            data = "\n".join(map(json.dumps, records)) + "\n" * bool(tail.strip()) + tail
            yield f"{count}-{tail!r}.jsonl", data.encode(), _one_line_each(count)
    for length in (2, 12, 20, 30):
        whole, cut = (json.dumps({"id": number, "note": f"Parcel {number}, blue"}) for number in range(2))
        yield (
            f"second cut-{length}.jsonl",
            f"{whole}\n{cut[:length]}".encode(),
            _begins("id: 0; note: Parcel 0,"),
        )


def _begins(line: str) -> Callable[[bytes], bool]:
    return lambda data: read(data).text.startswith(line) and bool(read(data).warnings)


def _one_line_each(count: int) -> Callable[[bytes], bool]:
    def check(data: bytes) -> bool:
        lines = [line for line in read(data).lines if "Parcel" in line]
        return len(lines) == count and all(
            f"id: {number};" in line and f"Parcel {number}," in line for number, line in enumerate(lines)
        )

    return check


def _numbers() -> Inputs:
    random_ = random.Random(15)
    for number in range(40):
        values = [
            random_.choice(
                ["12.50", "1E5", "0.1234567890123456789", "12345678901234567890123", "-0.0", "7", "1e-7"]
            )
            for _ in range(6)
        ]
        names = ["total", "total", "a.b", "sum", "sum", "c"]
        pairs = list(zip(names, values, strict=True))
        body = ", ".join(f'"{name}": {value}' for name, value in pairs)
        text = f'{{"bill": {{{body}}}}}' if number % 2 else f"{{{body}}}"
        yield f"{number}.json", text.encode(), _holds("; ".join(f"{name}: {value}" for name, value in pairs))


_FIELDS = {
    "text": ('Name <input value="Ada Quist">', "Name Ada Quist"),
    "label elsewhere": ("<p><label for=n>Name</label><p><input id=n value=Ada>", "Name: Ada"),
    "ticked": ("<input type=checkbox checked> needs water", "☒ needs water"),
    "unticked": ("<input type=radio> needs power", "☐ needs power"),
    "chosen": (
        "Pays <select><option>monthly<option selected>weekly</select> from May",
        "Pays weekly from May",
    ),
    "several": ("<select multiple><option selected>Mo<option>Tu<option selected>We</select>", "Mo, We"),
    "glued": ("Notes<textarea>two stalls</textarea>by May", "Notes two stalls by May"),
    "secret": (
        "Word <input type=password value=s3cret> and <input type=hidden value=t0ken>more",
        "Word and more",
    ),
}


def _fields() -> Inputs:
    for name, (markup, shown) in _FIELDS.items():
        page = f"<!DOCTYPE html><html><body><form>{markup}</form></body></html>"
        yield f"{name}.html", page.encode(), _is_last(shown)


def _is_last(line: str) -> Callable[[bytes], bool]:
    return lambda data: read(data).text.split("\n")[-1] == line


TEXT_KINDS = (
    kind("Texts that begin with [ or {", _brackets),
    kind("JSON lines", _json_lines),
    kind("JSON: numbers and double names as written", _numbers),
    kind("Forms of web pages: what is filled in", _fields),
    kind("Encodings: declared by HTML, XML or CSS", _declared),
    kind("Encodings: undeclared, right or refused", _undeclared),
    kind("Encodings: undeclared, three lines are read", _read_undeclared),
)

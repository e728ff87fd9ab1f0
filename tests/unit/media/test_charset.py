"""Texts come out in their own letters or are refused: never in others."""

from __future__ import annotations

import pytest

from braid.domain.errors import InvalidAssetError
from braid.media.encoding import decode_text, detect_encoding, read_text

POLISH = "Najemca płaci czynsz do piątego dnia miesiąca, a w święta biuro jest zamknięte. Żółta łódź płynie."
CZECH = "Obchod je otevřen od osmi do šesti, o svátcích je zavřeno. Žluté autobusy jezdí každou čtvrthodinu."
SLOVENE = "Trgovina je odprta od osmih do šestih, ob praznikih zaprta. Številka je na vratih, češnje zorijo."
TURKISH = (
    "Dükkân sekizden altıya kadar açıktır. Lütfen kapıda yazılı olan numarayı arayın; kiracı kirayı öder."
)
GERMAN = "Das Geschäft ist von acht bis sechs geöffnet. Größere Straßen werden früh geräumt."
FRENCH = "Le magasin est fermé les jours fériés. Le locataire règle le loyer avant le cinquième jour, à midi."
RUSSIAN = "Магазин открыт с восьми до шести, в праздники закрыт. Звоните по номеру на двери."
JAPANESE = "店は八時から六時まで開いています。祝日は休みです。"
KOREAN = "가게는 여덟 시부터 여섯 시까지 열려 있습니다."
CHINESE = "商店从八点到六点营业，节假日关门。"

_DECLARED = [
    (POLISH, "iso8859-2", "iso-8859-2"),
    (POLISH, "iso8859-2", "latin2"),
    (POLISH, "cp1250", "Windows-1250"),
    (TURKISH, "cp1254", "iso-8859-9"),
    (GERMAN, "cp1252", "ISO-8859-1"),
    (RUSSIAN, "koi8-r", "koi8-r"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (JAPANESE, "cp932", "x-sjis"),
    (JAPANESE, "euc_jp", "EUC-JP"),
    (JAPANESE, "iso2022_jp", "iso-2022-jp"),
    (KOREAN, "cp949", "ks_c_5601-1987"),
    (CHINESE, "gb18030", "gb2312"),
]
_DECLARATIONS = {
    "meta": '<html><head><meta charset="{}"></head><body>{}</body></html>',
    "http-equiv": "<html><meta http-equiv='Content-Type' content='text/html; charset={}'>{}</html>",
    "xml": '<?xml version="1.0" encoding="{}"?>\n<html>{}</html>',
    "css": '@charset "{}";\n/* {} */',
}


@pytest.mark.parametrize("form", _DECLARATIONS)
@pytest.mark.parametrize(("text", "codec", "label"), _DECLARED)
def test_what_is_declared_decides(form: str, text: str, codec: str, label: str) -> None:
    page = _DECLARATIONS[form].format(label, text)
    assert decode_text(page.encode(codec)) == page


def test_a_declaration_that_a_conversion_left_behind_is_passed_over() -> None:
    page = _DECLARATIONS["meta"].format("iso-8859-1", POLISH)
    assert decode_text(page.encode()) == page
    page = _DECLARATIONS["meta"].format("utf-8", POLISH)
    assert decode_text(page.encode("cp1250")) == page
    assert decode_text(page.encode("utf-16")) == page, "a byte order mark comes first"
    commented = "<!-- <meta charset=koi8-r> -->" + GERMAN
    assert decode_text(commented.encode("cp1252")) == commented


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        (SLOVENE, "cp1250"),
        (TURKISH, "cp1254"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        ("The naïve façade of Zoë’s café – it cost £5 – was “restored”.", "cp1252"),
        ("O’Neil’s “Gate” – open 8–20, 5 € a head", "cp1252"),
        ("Prices in £ and §4, 20 °C", "cp1252"),
        ("Preis: 5 € für Gäste", "iso8859-15"),
    ],
)
def test_undeclared_latin_letters_are_recognised(text: str, codec: str) -> None:
    assert decode_text(text.encode(codec)) == text


_WORDS = [POLISH, CZECH, SLOVENE, TURKISH, GERMAN, FRENCH]
_CODE_PAGES = ["cp1250", "iso8859-2", "cp1254", "cp1252", "cp850", "cp852", "cp857", "mac_roman"]


@pytest.mark.parametrize("codec", _CODE_PAGES)
@pytest.mark.parametrize("text", _WORDS)
def test_undeclared_letters_are_right_or_refused(text: str, codec: str) -> None:
    for begin in (0, 15, 30):
        data = text[begin:].encode(codec, errors="ignore")
        if detect_encoding(data) is not None:
            assert decode_text(data) == data.decode(codec)


@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN, "koi8-r"), (RUSSIAN, "cp1251"), (RUSSIAN, "cp866"), (JAPANESE, "cp932"), (KOREAN, "cp949"),
     (CHINESE, "gb18030"), (GERMAN, "cp850"), (FRENCH, "mac_roman"), (POLISH, "cp852")],
)  # fmt: skip
def test_what_is_unsure_is_refused_in_words(text: str, codec: str) -> None:
    with pytest.raises(InvalidAssetError, match=r"can't be recognised.* Save it as UTF-8"):
        decode_text(text.encode(codec))


def test_escapes_of_japanese_mail_are_no_ascii() -> None:
    assert decode_text(f"Gate: {JAPANESE}".encode("iso2022_jp")) == f"Gate: {JAPANESE}"


def test_a_damaged_character_of_a_declared_encoding_is_told() -> None:
    data = (
        _DECLARATIONS["meta"]
        .format("shift_jis", JAPANESE * 5)
        .encode("cp932")
        .replace(b"</body>", b"\x81</body>")
    )
    read = read_text(data)
    assert read.encoding == "cp932"
    assert read.text.count(JAPANESE) == 5
    assert "1 of its characters are damaged" in (read.damage or "")

"""Texts come out in their own letters or are refused: never in others."""

from __future__ import annotations

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.media.content.encoding import decode_text, detect_encoding, read_text

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
TRADITIONAL = "商店從早上八點到下午六點營業，節假日關門休息；請撥打門上的電話號碼。"
UKRAINIAN = "Крамниця працює з восьмої до шостої, у свята зачинено. Її власник живе поруч, на розі вулиці."
BULGARIAN = "Магазинът е отворен от осем до шест, а на празници е затворен. Обадете се на номера на вратата."
SERBIAN = "Продавница ради од осам до шест, празником је затворена. Улазнице за децу су бесплатне."
GREEK = "Το κατάστημα είναι ανοιχτό από τις οκτώ έως τις έξι. Άλλη είσοδος υπάρχει δίπλα, στην οδό Άνδρου."
HEBREW = "החנות פתוחה משמונה בבוקר עד שש בערב ובחגים היא סגורה."

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


_SCRIPTS = [
    *((text, codec) for text in (RUSSIAN, BULGARIAN) for codec in ("cp1251", "koi8-r", "iso8859-5", "cp866")),
    *((text, codec) for text in (UKRAINIAN,) for codec in ("cp1251", "koi8-u", "iso8859-5")),
    *((text, codec) for text in (SERBIAN,) for codec in ("cp1251", "iso8859-5")),
    *((GREEK, codec) for codec in ("cp1253", "iso8859-7")),
    *((JAPANESE, codec) for codec in ("cp932", "euc_jp")),
    (CHINESE, "gb18030"),
    (TRADITIONAL, "big5"),
    (KOREAN, "euc_kr"),
]


@pytest.mark.parametrize(("text", "codec"), _SCRIPTS)
def test_undeclared_letters_of_other_scripts_are_recognised(text: str, codec: str) -> None:
    assert decode_text(text.encode(codec)) == text
    mixed = f"Gate 7: open\n{text}\nid;name\n"
    assert decode_text(mixed.encode(codec)) == mixed


_CYRILLIC = ("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "cp855", "mac_cyrillic", "cp1125", "koi8-t")
_OTHER_PAGES = {
    **dict.fromkeys((RUSSIAN, UKRAINIAN, BULGARIAN, SERBIAN), _CYRILLIC),
    GREEK: ("cp1253", "iso8859-7", "cp737", "cp869", "mac_greek"),
    JAPANESE: ("cp932", "euc_jp"),
    CHINESE: ("gb18030",),
    TRADITIONAL: ("big5", "gb18030"),
    KOREAN: ("cp949", "johab", "gb18030"),
}


@given(st.data())
def test_undeclared_letters_of_other_scripts_are_right_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sorted(_OTHER_PAGES)))
    parts = text.split() if " " in text else [text[at : at + 3] for at in range(0, len(text), 3)]
    said = data.draw(st.lists(st.sampled_from(parts), min_size=4, max_size=30))
    written = (" " if " " in text else "").join(said)
    written = data.draw(st.sampled_from([written, written.upper(), written.lower()]))
    codec = data.draw(st.sampled_from(_OTHER_PAGES[text]))
    try:
        encoded = written.encode(codec)
    except UnicodeEncodeError:
        reject()  # nobody writes a language with a code page that lacks its letters
    if detect_encoding(encoded) is not None:
        assert decode_text(encoded) == written


@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN.upper(), "koi8-r"), (RUSSIAN[:8], "cp1251"), (RUSSIAN, "mac_cyrillic"), (JAPANESE[:8], "cp932"),
     (KOREAN, "johab"), (CHINESE[:6], "gb18030"), (HEBREW, "cp1255"), (GERMAN, "cp850"),
     (FRENCH, "mac_roman"), (POLISH, "cp852")],
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

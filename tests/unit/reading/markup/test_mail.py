"""Mails as programs write them: decoded, with subject and attachments named, never in transfer encoding."""

from __future__ import annotations

import base64
import io
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import InvalidAssetError
from braid.media.content.identify import MAIL, identify
from lambdas.reading.markup.mail import read_mail
from tests.unit.reading.extracts import check_places, said

_BODY = "Grüße aus Łódź: der Zug fährt um 7:45 Uhr.\n\nBis bald."


def _mail(
    body: str = _BODY, *, charset: str = "utf-8", cte: str = "base64", subject: str = "Fahrt nach Łódź"
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ada <ada@example.org>"
    mail["To"] = "Bo <bo@example.org>"
    mail["Subject"] = subject
    mail.set_content(body, charset=charset, cte=cte)
    return mail


def _texts(data: bytes) -> list[str]:
    assert identify(io.BytesIO(data)) == MAIL
    extract = read_mail(data)
    check_places(extract)
    return [block.text for block in extract.blocks]


@pytest.mark.parametrize(
    ("charset", "cte"),
    [("utf-8", "base64"), ("utf-8", "quoted-printable"), ("utf-8", "8bit"), ("iso-8859-2", "base64"),
     ("cp1250", "quoted-printable")],
)  # fmt: skip
def test_a_body_is_decoded_whatever_it_was_written_in(charset: str, cte: str) -> None:
    data = _mail(charset=charset, cte=cte).as_bytes(policy=SMTP)
    assert _texts(data) == [
        "Fahrt nach Łódź",
        "From: Ada <ada@example.org>\nTo: Bo <bo@example.org>",
        "Grüße aus Łódź: der Zug fährt um 7:45 Uhr.",
        "Bis bald.",
    ]


def test_a_body_is_decoded_although_no_field_says_that_it_is_encoded() -> None:
    body = base64.encodebytes(_BODY.encode() * 3)
    data = b"From: ada@example.org\nTo: bo@example.org\nSubject: Trains\n\n" + body
    assert any("7:45" in text for text in _texts(data))


@pytest.mark.parametrize(
    "date", ["9 Nov 2 0:9999999999", "Tue, 99 Foo 20266", "Mon, 2 Nov 99999999999999999999"]
)
def test_a_date_that_no_calendar_has_is_read_as_it_is_written(date: str) -> None:
    data = f"From: ada@example.org\nDate: {date}\nSubject: Trains\n\nAt 7:45.\n".encode()

    assert f"From: ada@example.org\nDate: {date}" in _texts(data)


@pytest.mark.parametrize("noise", [b"\x00\xff\xfe\x81" * 40, b"\x80" * 90])
def test_what_cannot_be_decoded_is_left_out_and_reported(noise: bytes) -> None:
    data = b"From: ada@example.org\nSubject: Trains\nMIME-Version: 1.0\n\n" + base64.encodebytes(noise)
    extract = read_mail(data)
    assert said(extract) == [("heading", "Trains"), ("paragraph", "From: ada@example.org")]
    assert extract.warnings == ("a part of the mail can't be decoded and was not read",)


def test_attachments_are_named_and_reported_as_unread() -> None:
    mail = _mail()
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="Übersicht 2031.pdf")
    mail.add_attachment("a,b\n1,2\n", subtype="csv", filename="rates.csv")
    texts = _texts(mail.as_bytes())
    assert texts[-1] == "Attachments: Übersicht 2031.pdf, rates.csv"
    assert read_mail(mail.as_bytes()).warnings == (
        "attachments were not read: Übersicht 2031.pdf, rates.csv; upload them as files of their own",
    )


def test_a_mail_that_is_attached_is_read() -> None:
    mail = _mail("See below.")
    mail.add_attachment(_mail("The rent is 900 crowns.", subject="Rent"))
    assert "The rent is 900 crowns." in _texts(mail.as_bytes())


def test_a_mail_s_html_is_read_only_where_its_plain_text_is_a_stub() -> None:
    mail = _mail("The train leaves at nine.")
    mail.add_alternative("<p>The train leaves at <b>nine</b>.</p>", subtype="html")
    assert _texts(mail.as_bytes())[2:] == ["The train leaves at nine."]
    mail = _mail("Use HTML.")
    long = "The train leaves at nine from the second platform, and the fare is four euros."
    mail.add_alternative(f"<h1>Trains</h1><p>{long}</p><img src='cid:x' alt='A map'>", subtype="html")
    assert _texts(mail.as_bytes())[2:] == ["Trains", long, "A map"]


def test_a_saved_page_is_its_page() -> None:
    data = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/\r\n"
        b"Subject: =?utf-8?Q?Preise=20f=C3=BCr=20Boote?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="----X"\r\n\r\n'
        b"------X\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><body><p>Ein Boot kostet 12=E2=82=AC je=\r\n Stunde.</p></body></html>\r\n"
        b"------X\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Location: https://example.org/a.png\r\n\r\niVBORw0KGgo=\r\n------X--\r\n"
    )
    assert _texts(data) == ["Preise für Boote", "Ein Boot kostet 12€ je Stunde."]
    assert read_mail(data).warnings == ("pictures and other parts inside of the mail were not read: 1",)


def test_every_mail_of_a_box_is_read() -> None:
    box = b"".join(
        b"From ada@example.org Tue Jun  3 09:00:00 2031\n" + _mail(f"Number {n}.").as_bytes() + b"\n"
        for n in (1, 2)
    )
    assert [text for text in _texts(box) if text.startswith("Number")] == ["Number 1.", "Number 2."]


def test_an_encrypted_mail_is_refused_in_words() -> None:
    data = (
        b"From: a@example.org\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n"
        b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\n\nMIIB\n'
    )
    with pytest.raises(InvalidAssetError, match="mail is encrypted"):
        read_mail(data)


@pytest.mark.parametrize(
    "text",
    [b"Dear Ada,\n\nFrom: is a word.\n", b"name: x\nprice: 3\n", b"Package: a\nVersion: 1\nDescription: b\n",
     b"From here on: nothing\nTo be: or not\n", b"Subject: a note\n\nwithout a sender\n"],
)  # fmt: skip
def test_texts_that_only_look_like_mails_stay_texts(text: bytes) -> None:
    assert identify(io.BytesIO(text)) != MAIL


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1),
    st.sampled_from(["base64", "quoted-printable"]),
)
def test_any_line_comes_back_as_it_was_sent(line: str, cte: str) -> None:
    if len(line) < 40:  # longer ones may be base64 themselves
        extract = read_mail(_mail(line, cte=cte, subject="x").as_bytes())
        assert [block.text for block in extract.blocks][2:] == [line.strip()] * bool(line.strip())


@given(st.binary(max_size=300))
def test_no_mail_ends_in_an_error_of_ours(tail: bytes) -> None:
    head = b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\nSubject: s\n"
    for data in (head + tail, head + b"\n--x\n" + tail + b"\n--x--\n"):
        try:
            check_places(read_mail(data))
        except InvalidAssetError:
            continue


@pytest.mark.parametrize(
    ("label", "codec", "body"),
    [
        ("iso-8859-1", "utf-8", "Der Zug fährt um 7:45 Uhr nach Łódź."),  # left behind by a conversion
        ("gb2312", "gbk", "朱镕基：七点四十五分"),
        ("shift_jis", "cp932", "①七時四十五分"),
        ("ks_c_5601-1987", "cp949", "똠: 일곱 시"),
        ("utf-7", "utf-7", "fährt um 7:45"),
    ],
)
def test_a_charset_is_what_mail_programs_mean_by_its_name(label: str, codec: str, body: str) -> None:
    head = f"From: ada@example.org\nTo: bo@example.org\nContent-Type: text/plain; charset={label}\n"
    assert body in _texts(head.encode() + b"Content-Transfer-Encoding: 8bit\n\n" + body.encode(codec))


@pytest.mark.parametrize("kind", ["multipart/mixed; boundary=b{0}\n\n--b{0}\n", "message/rfc822\n\n"])
def test_parts_that_are_nested_too_deeply_are_refused(kind: str) -> None:
    parts = "".join(f"Content-Type: {kind.format(number)}" for number in range(2_000))
    with pytest.raises(InvalidAssetError, match="nested too deeply"):
        read_mail(f"From: ada@example.org\nTo: bo@example.org\nMIME-Version: 1.0\n{parts}".encode())


def test_a_file_in_the_midst_of_a_text_is_an_attachment() -> None:
    body = "The plan:\n\nbegin 644 plan.bin\n#0V%T\n`\nend\n\nSee you."
    extract = read_mail(f"From: ada@example.org\nTo: bo@example.org\n\n{body}".encode())
    assert [text for _, text in said(extract)][1:] == ["The plan:", "See you.", "Attachments: plan.bin"]

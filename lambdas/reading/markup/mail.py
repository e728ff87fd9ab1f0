"""Mails (eml, mbox) and saved pages (mht): subject, people, the body as it is shown, attachments by name.

Whatever transfer encoding a part is written in, it is decoded before it becomes text, or it is left out and
reported.
"""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage, MIMEPart
from typing import cast

from braid.domain.errors import InvalidAssetError
from braid.media.content.charset import labelled_codec
from braid.media.content.encoding import decode_text
from lambdas.reading.blocks import Extract, Piece, lay_out
from lambdas.reading.markup.html import read_html
from lambdas.reading.plain_text import read_plain_text

__all__ = ["read_mail"]

_MBOX = re.compile(rb"^From \S+ .*\d{4}\r?\n(?=[!-9;-~]+:)", re.M)
_EMLX_LENGTH = re.compile(rb"\s*\d+\s*\r?\n(?=[!-9;-~]+:)")
_MAX_DEPTH = 5  # of mails that are forwarded as attachments
_PEOPLE = ("From", "To", "Cc", "Date")
_SAVED_BY = re.compile(r"[<\"]*Saved by [^<>@]*[>\"]*")  # what browsers write instead of a sender
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
# What Python's parser of header fields raises over fields that don't keep to the standard.
_BAD_FIELD = (ValueError, OverflowError, IndexError, AttributeError, TypeError, LookupError)
# A plain body so much shorter than the one in HTML only says that there is one.
_STAND_IN = 0.3
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
_BASE64_SHARE = 0.8
# A file in the midst of the text, as mails had them before MIME (uuencode).
_ENCLOSURE = re.compile(
    r"^begin(?:-base64)? [0-7]{3,4} (?P<name>[^\n]+)\n.*?(?:^(?:end|====)$|\Z)", re.M | re.S
)

_NESTED = "The mail's parts are nested too deeply to be read."
_MAX_NESTING = 100  # forwarded dozens of times; each level is one of the parser's and readers' own


def read_mail(data: bytes) -> Extract:
    """What the mail, or each mail of an mbox file, says; ``warnings`` lists what of it was not read.

    Raises ``InvalidAssetError`` for an encrypted mail, and for parts nested too deeply.
    """
    begins = [match.end() for match in _MBOX.finditer(data)]
    starts = [match.start() for match in _MBOX.finditer(data)]
    if begins and not data[: starts[0]].strip():
        sources = [data[begin:end] for begin, end in zip(begins, [*starts[1:], len(data)], strict=True)]
    else:
        length = _EMLX_LENGTH.match(data)
        sources = [data[length.end() if length else 0 :].lstrip(b"\xef\xbb\xbf\r\n")]
    reader = _MailReader()
    try:
        for source in sources:
            mail = _parsed(source)
            _check_nesting(mail)
            reader.read(mail)
    except RecursionError as error:  # the parser's own
        raise InvalidAssetError(_NESTED) from error
    return Extract(lay_out(reader.pieces), tuple(reader.warnings))


def _check_nesting(mail: EmailMessage) -> None:
    level: list[MIMEPart] = [mail]
    for _ in range(_MAX_NESTING):
        level = [part for each in level if each.is_multipart() for part in each.iter_parts()]
        if not level:
            return
    raise InvalidAssetError(_NESTED)


def _parsed(source: bytes) -> EmailMessage:
    return email.message_from_bytes(source, policy=policy.default)


@dataclass
class _MailReader:
    pieces: list[Piece] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self, mail: EmailMessage, depth: int = 0) -> None:
        """The mail's fields and body, then the mails that are attached to it."""
        if mail.get_content_type() in _ENCRYPTED:
            raise InvalidAssetError(
                "The mail is encrypted or sealed. Open it in a mail program, save its text as PDF and upload"
                " that."
            )
        self.pieces.append(Piece(_field(mail, "Subject"), "heading"))
        people = [(name, _field(mail, name)) for name in _PEOPLE]
        lines = [f"{name}: {value}" for name, value in people if value and not _SAVED_BY.fullmatch(value)]
        self.pieces.append(Piece("\n".join(lines)))
        bodies = _bodies(mail)
        for part in bodies:
            self._read_body(part)
        self._read_others(mail, bodies, depth)

    def _read_body(self, part: EmailMessage) -> None:
        text = self._decoded(part)
        names: list[str] = []
        if part.get_content_type() == "text/html":
            extract = read_html(text)
        else:
            text, names = _without_enclosures(text)
            extract = read_plain_text(_unfolded(text, part))
        self.pieces += (Piece(block.text, block.kind) for block in extract.blocks)
        self.warnings += extract.warnings
        self._name_attachments(names)

    def _decoded(self, part: EmailMessage) -> str:
        """The part's text; nothing, and a warning, where it can't be decoded."""
        content = part.get_payload(decode=True)
        text = _characters(content, part.get_content_charset()) if isinstance(content, bytes) else None
        if text is not None and _is_base64(text):  # its header doesn't say so, or it was encoded twice
            try:
                text = _characters(base64.b64decode("".join(text.split())), None)
            except (binascii.Error, ValueError):
                text = None
        if text is None:
            self.warnings.append("a part of the mail can't be decoded and was not read")
        return (text or "").replace("\r\n", "\n").replace("\r", "\n")

    def _read_others(self, mail: EmailMessage, bodies: list[EmailMessage], depth: int) -> None:
        names: list[str] = []
        inside = 0
        for part in _leaves(mail):
            if any(part is body for body in bodies) or _is_alternative(part, bodies):
                continue
            if part.get_content_type() == "message/rfc822" and depth < _MAX_DEPTH:
                for forwarded in part.iter_parts():
                    self.read(cast(EmailMessage, forwarded), depth + 1)
                continue
            name = _file_name(part)
            if name is None or (part["Content-ID"] and part.get_content_disposition() != "attachment"):
                inside += 1
            else:
                names.append(name)
        self._name_attachments(names)
        if inside:
            self.warnings.append(f"pictures and other parts inside of the mail were not read: {inside}")

    def _name_attachments(self, names: list[str]) -> None:
        if names:
            self.pieces.append(Piece(f"Attachments: {', '.join(names)}"))
            self.warnings.append(
                f"attachments were not read: {', '.join(names)}; upload them as files of their own"
            )


def _bodies(mail: EmailMessage) -> list[EmailMessage]:
    """What is shown when the mail is opened: its body, and the texts that follow it without a file name."""
    plain, html = (cast("EmailMessage | None", mail.get_body((kind,))) for kind in ("plain", "html"))
    body = plain or html
    if plain is not None and html is not None:
        lengths = [len(_text_of_html(html)), len(str(plain.get_payload(decode=True) or b""))]
        body = html if lengths[1] < _STAND_IN * lengths[0] else plain
    bodies = [] if body is None else [body]
    if mail.get_content_type() == "multipart/mixed":
        bodies += (
            part
            for part in cast("Iterator[EmailMessage]", mail.iter_parts())
            if part.get_content_type() in ("text/plain", "text/html")
            and part.get_content_disposition() != "attachment"
            and _file_name(part) is None
            and not any(part is other for other in (plain, html))
        )
    return bodies


def _text_of_html(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    text = _characters(content, part.get_content_charset()) if isinstance(content, bytes) else None
    return "\n".join(block.text for block in read_html(text or "").blocks)


def _is_alternative(part: EmailMessage, bodies: list[EmailMessage]) -> bool:
    """Whether the part is the body once more, in another form."""
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return bool(bodies) and is_text and _file_name(part) is None and part["Content-ID"] is None


def _leaves(mail: EmailMessage) -> Iterator[EmailMessage]:
    """All parts that hold content; an attached mail is one."""
    if mail.get_content_maintype() != "multipart":
        yield mail
        return
    for part in cast("Iterator[EmailMessage]", mail.iter_parts()):
        yield from _leaves(part)


def _file_name(part: EmailMessage) -> str | None:
    try:
        name = part.get_filename()
    except _BAD_FIELD:
        name = None
    if name is None and part.get_content_disposition() == "attachment":
        name = f"a file without a name ({part.get_content_type()})"
    return " ".join(_mended(name).split()) if name else None


def _field(mail: EmailMessage, name: str) -> str:
    try:
        value = str(mail[name] or "")
    except _BAD_FIELD:
        raw = {key.lower(): text for key, text in mail.raw_items()}
        value = str(raw.get(name.lower(), ""))
    return " ".join(_mended(value).split())


def _mended(text: str) -> str:
    """Bytes that stand undeclared in a header field, which Python keeps as halves of characters."""
    if not any("\udc80" <= character <= "\udcff" for character in text):
        return text
    return _characters(text.encode("utf-8", "surrogateescape"), None) or ""


def _characters(content: bytes, charset: str | None) -> str | None:
    """The text in ``content``; a declared charset that doesn't fit counts for nothing.

    Nor does one that a conversion to UTF-8 left behind, as in ``decode_text``.
    """
    declared = charset or "utf-8"
    codec = labelled_codec(declared) or declared  # Python knows more of them than browsers, such as UTF-7
    for encoding in (codec, "utf-8") if content.isascii() else ("utf-8", codec):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    try:
        return decode_text(content)
    except InvalidAssetError:
        return None


def _without_enclosures(text: str) -> tuple[str, list[str]]:
    """The text without the files that stand in it, and their names."""
    names = [" ".join(found["name"].split()) for found in _ENCLOSURE.finditer(text)]
    return _ENCLOSURE.sub("", text), names


def _is_base64(text: str) -> bool:
    """Whether it is next to nothing but lines of base64."""
    found = _BASE64_LINE.findall(text)
    return sum(map(len, found)) >= _BASE64_SHARE * len("".join(text.split())) > 0


def _unfolded(text: str, part: EmailMessage) -> str:
    """Lines that end in a blank go on in the next where the part says so (RFC 3676)."""
    try:
        is_flowed = part.get_param("format") == "flowed"
    except _BAD_FIELD:
        is_flowed = False
    return re.sub(r"(?<=[^\n-]) \n(?=[^\n>])", " ", text) if is_flowed else text

"""Whether a file is a mail (RFC 5322): it opens with header fields that mail programs write."""

from __future__ import annotations

import re

__all__ = ["is_mail"]

_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\d+\s*\r?\n)?(?:>?From [^\r\n]*\r?\n)?")  # of emlx and mbox
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
_TRANSPORT = frozenset(
    {
        b"mime-version",
        b"message-id",
        b"received",
        b"return-path",
        b"delivered-to",
        b"content-transfer-encoding",
    }
)
_ADDRESSED = frozenset({b"from", b"to", b"cc", b"subject", b"date", b"sender", b"reply-to"})
_MIN_FIELDS = 2


def is_mail(head: bytes) -> bool:
    """Whether ``head`` begins with a block of header fields, at least two of which are those of mails."""
    names: set[bytes] = set()
    for line in head[_OPENING.match(head).end() :].splitlines():  # type: ignore[union-attr]  # matches nothing too
        if not line.strip():
            break
        if line[:1] in (b" ", b"\t"):
            if not names:
                return False
            continue
        field = _FIELD.match(line)
        if field is None:
            return False
        names.add(field[1].lower())
    has_sender = b"from" in names and bool(names & {b"to", b"subject", b"date"})
    return len(names & (_TRANSPORT | _ADDRESSED)) >= _MIN_FIELDS and (has_sender or bool(names & _TRANSPORT))

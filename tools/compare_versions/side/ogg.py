"""Ogg files without what FFmpeg draws at random: a stream's serial number, and the checksums that cover it.

Pages are laid out in RFC 3533, section 6.
"""

from __future__ import annotations

__all__ = ["without_serials"]

_MAGIC = b"OggS"
_HEADER_BYTES = 27
_SERIAL = slice(14, 18)
_CHECKSUM = slice(22, 26)


def without_serials(body: bytes) -> bytes:
    """``body`` with zeros for them; as it is where it is no Ogg file, and from where it stops being one."""
    pages = bytearray(body)
    begin = 0
    while pages[begin : begin + 4] == _MAGIC and begin + _HEADER_BYTES <= len(pages):
        for part in (_SERIAL, _CHECKSUM):
            pages[begin + part.start : begin + part.stop] = bytes(4)
        segments = pages[begin + _HEADER_BYTES - 1]
        table = pages[begin + _HEADER_BYTES : begin + _HEADER_BYTES + segments]
        begin += _HEADER_BYTES + segments + sum(table)
    return bytes(pages)

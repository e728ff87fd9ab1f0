"""XML from strangers, read by lxml: no entities, no network, nesting that can't exhaust anything. Pure."""

from __future__ import annotations

import codecs
import re
from typing import Any, TypeAlias

from lxml import etree

from braid.domain.errors import InvalidAssetError

__all__ = ["Element", "attribute", "check_declarations", "local_name", "parse_xml", "reference"]

Element: TypeAlias = Any  # lxml ships no types

_DECLARATION = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<!DOCTYPE", re.S)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse_xml(data: bytes) -> Element:
    """The document's root; names are ``{namespace}name``. Comments and processing instructions are left out.

    Raises ``InvalidAssetError`` for damaged XML, for entity declarations and for absurd nesting.
    """
    check_declarations(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):  # libxml2 follows 256 levels
            raise InvalidAssetError(
                "The document's markup is nested too deeply to be read. Export it again."
            ) from error
        where = f" in line {error.lineno}" if error.lineno else ""
        raise InvalidAssetError(f"The document's markup is damaged{where}. Export it again.") from error


def check_declarations(data: bytes) -> None:
    """Raises ``InvalidAssetError`` where XML declares entities, which can make gigabytes out of a line.

    The libraries behind refuse to resolve them; here the owner is told, before any of them starts.
    """
    if data.startswith(_UTF16):
        data = data.decode("utf-16", errors="replace").encode()
    if _DECLARATION.match(data.removeprefix(codecs.BOM_UTF8)) and b"<!ENTITY" in data:
        raise InvalidAssetError(
            "The document declares entities of its own, which is not safe to read."
            " Export it again without them."
        )


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its name without its namespace, whose spelling differs between editions of a format."""
    for key, value in element.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def reference(element: Element) -> str | None:
    """The id of the relationship that the element refers to; its own ``id`` has no namespace."""
    for key, value in element.items():
        if str(key).endswith("relationships}id"):
            return str(value)
    return None

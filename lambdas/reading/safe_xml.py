"""XML from strangers: no entities, no network, nesting that can't exhaust anything. Pure."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from domain.errors import InvalidAssetError

__all__ = ["local_name", "parse_xml"]

_MAX_DEPTH = 200


def parse_xml(data: bytes) -> Element:
    """The document's root; names are ``namespace}name``.

    Raises ``InvalidAssetError`` for damaged XML, for entity declarations (which can make gigabytes out of
    a line) and for absurd nesting.
    """
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise InvalidAssetError("The document's markup is nested too deeply to be read. Export it again.")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InvalidAssetError(f"The document's markup is damaged ({error}). Export it again.") from error
    return builder.close()


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def _refuse_entities(*_declaration: object) -> NoReturn:
    raise InvalidAssetError(
        "The document declares entities of its own, which is not safe to read. Export it again without them."
    )

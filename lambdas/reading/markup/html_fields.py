"""What the fields of a form on a web page show: values, ticks and what is chosen. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["FIELDS", "FieldLabels", "field_text"]

FIELDS = frozenset({"input", "select"})
"""The elements whose text isn't their content; a ``textarea``'s is."""

_TICKED, _UNTICKED = "☒", "☐"
_BOXES = frozenset({"checkbox", "radio"})
# What a browser never shows as text: secrets, what is hidden, names of files on someone's disk, sliders.
_UNSHOWN = frozenset({"hidden", "password", "file", "range", "color", "image"})
_BUTTONS = frozenset({"button", "submit", "reset"})


def field_text(field: LexborNode) -> str:
    """What an ``input`` or ``select`` shows; empty for one that shows nothing, or a secret.

    A list from which nothing was chosen shows its first choice, as browsers do, unless that is a prompt:
    a choice without a value.
    """
    if field.tag == "select":
        return ", ".join(_chosen(field))
    kind = _kind(field)
    if kind in _BOXES:
        return _TICKED if "checked" in field.attributes else _UNTICKED
    return "" if kind in _UNSHOWN else " ".join((field.attributes.get("value") or "").split())


class FieldLabels:
    """What the fields of one page are called elsewhere than in their own line."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._by_id = {
            label.attributes.get("for") or "": " ".join(label.text(deep=True).split())
            for label in reversed(page.css("label[for]"))
        }

    def of(self, field: LexborNode) -> str:
        """The label of a field that people write or choose something in; empty where there is none."""
        if _kind(field) in _BOXES | _BUTTONS:
            return ""
        attributes = field.attributes
        label = self._by_id.get(attributes.get("id") or "", "") if attributes.get("id") else ""
        return (label or (attributes.get("aria-label") or "").strip()).rstrip(": ")


def _kind(field: LexborNode) -> str:
    return (field.attributes.get("type") or "text").strip().lower() if field.tag == "input" else ""


def _chosen(select: LexborNode) -> Iterator[str]:
    options = select.css("option")
    chosen = [option for option in options if "selected" in option.attributes]
    is_list = "multiple" in select.attributes or (select.attributes.get("size") or "1").strip() not in (
        "0",
        "1",
    )
    if not is_list:
        usable = [option for option in options if "disabled" not in option.attributes]
        chosen = chosen[-1:] or [option for option in usable[:1] if option.attributes.get("value") != ""]
    for option in chosen:
        text = option.attributes.get("label") or option.text(deep=True)
        if text.strip():
            yield " ".join(text.split())

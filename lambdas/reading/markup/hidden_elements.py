"""What a web page holds and doesn't show: by an attribute, an inline style or a rule of its own style sheets.

Of CSS that is what hides text by the page itself: ``display: none``, ``visibility``, ``opacity: 0`` and
``font-size: 0`` in the order of the cascade. Style sheets in other files aren't there to be asked. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

__all__ = ["HiddenElements", "find_hidden"]

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_RULE = re.compile(r"(?P<prelude>[^{}]*)\{(?P<body>(?:[^{}]|\{[^{}]*\})*)\}", re.S)
_SHOWN_MEDIA = re.compile(r"@media\s+(?:all|screen|only screen)\s*$", re.I)
_DECLARATION = re.compile(
    r"(?:^|;)\s*(?P<name>display|visibility|opacity|font-size)\s*:\s*(?P<value>[^;!]+)"
    r"(?P<important>!\s*important)?",
    re.I,
)
_ID = re.compile(r"#[\w-]+")
_CLASS = re.compile(r"\.[\w-]+|\[[^\]]*\]|:[\w-]+")
_TAG = re.compile(r"(?:^|[\s>+~])[a-z]")
_NOTHING = re.compile(r"0(?:\.0*)?(?:px|pt|em|rem|%)?$")
# Pages bring whole frameworks; what hides text by them is a small part.
_MAX_STYLE_CHARACTERS = 500_000
_INLINE = (1, 0, 0, 0)

_Weight = tuple[bool, tuple[int, ...]]


@dataclass
class HiddenElements:
    """Answers for the elements of one page in the order of a walk, and counts what was left out."""

    _styles: dict[int, dict[str, tuple[_Weight, str]]] = field(default_factory=dict)
    _word_count: int = 0
    _reasons: dict[str, None] = field(default_factory=dict)

    def removes(self, element: LexborNode) -> bool:
        """Whether the element isn't shown, nor anything in it."""
        reason = self._reason(element)
        if reason:
            self._count(reason, element.text(deep=True, separator=" "))
        return reason is not None

    def is_visible(self, element: LexborNode, inherited: bool) -> bool:
        """Whether text right in the element can be seen, where its parent's can or can't."""
        value = self._value(element, "visibility")
        return inherited if value in ("", "inherit") else value not in ("hidden", "collapse")

    def leave_out(self, text: str | None) -> None:
        """Counts a text that can't be seen."""
        self._count("visibility: hidden", text)

    def warnings(self) -> tuple[str, ...]:
        """What was left out, in words."""
        if not self._word_count:
            return ()
        words = "1 word" if self._word_count == 1 else f"{self._word_count:,} words"
        return (f"hidden text was not read: {words} ({', '.join(self._reasons)})",)

    def hide(self, element: LexborNode, name: str, value: str, weight: _Weight) -> None:
        """Takes a declaration of a style, unless one of more weight was taken before."""
        styles = self._styles.setdefault(element.mem_id, {})
        if name not in styles or styles[name][0] <= weight:
            styles[name] = weight, value

    def _reason(self, element: LexborNode) -> str | None:
        attributes = element.attributes
        display = self._value(element, "display")
        if display == "none":
            return "display: none"
        if "hidden" in attributes and not display:
            return "hidden attribute"
        if element.tag == "dialog" and "open" not in attributes and not display:
            return "closed dialog"
        for name in ("opacity", "font-size"):
            if _NOTHING.match(self._value(element, name)):
                return f"{name}: 0"
        return None

    def _value(self, element: LexborNode, name: str) -> str:
        if style := element.attributes.get("style"):
            for declared, value, is_important in _declarations(style):
                self.hide(element, declared, value, (is_important, _INLINE))
        return self._styles.get(element.mem_id, {}).get(name, ((False, ()), ""))[1]

    def _count(self, reason: str, text: str | None) -> None:
        words = len((text or "").split())
        if words:
            self._word_count += words
            self._reasons[reason] = None


def find_hidden(page: LexborHTMLParser) -> HiddenElements:
    """What the rules in the page's ``style`` elements say about its elements."""
    hidden = HiddenElements()
    sheet = "\n".join(style.text(deep=True) or "" for style in page.css("style"))[:_MAX_STYLE_CHARACTERS]
    for selectors, body in _rules(_COMMENT.sub("", sheet)):
        declarations = list(_declarations(body))
        for selector in selectors.split(",") if declarations else ():
            try:
                elements = page.css(selector.strip()) if selector.strip() else []
            except SelectolaxError:
                continue  # browsers pass over what they don't know, too
            weight = (0, *(len(part.findall(selector)) for part in (_ID, _CLASS, _TAG)))
            for element in elements:
                for name, value, is_important in declarations:
                    hidden.hide(element, name, value, (is_important, weight))
    return hidden


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    for rule in _RULE.finditer(sheet):
        prelude = rule["prelude"].strip().rpartition(";")[2].strip()
        if not prelude.startswith("@"):
            yield prelude, rule["body"]
        elif _SHOWN_MEDIA.match(prelude):
            yield from _rules(rule["body"])


def _declarations(style: str) -> Iterator[tuple[str, str, bool]]:
    for declaration in _DECLARATION.finditer(style):
        yield (
            declaration["name"].lower(),
            declaration["value"].strip().lower(),
            declaration["important"] is not None,
        )

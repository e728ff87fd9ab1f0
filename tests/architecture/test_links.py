"""Every link of a document leads somewhere: to a file of this tree, and to a heading where it names one."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
_NOT_OURS = {"node_modules", "build", "cdk.out"}
# Where a document is read that is copied before anybody reads it.
_READ_IN = {REPOSITORY / "cli" / "profile_template": REPOSITORY / "profiles" / "general"}
DOCUMENTS = sorted(
    path
    for path in REPOSITORY.rglob("*.md")
    if not any(part in _NOT_OURS or part.startswith(".") for part in path.relative_to(REPOSITORY).parts[:-1])
)
_CODE = re.compile(r"```.*?```|``[^`]*``|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|\b(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def targets(text: str) -> list[str]:
    """What a document links to, code aside."""
    return [one or other for one, other in _LINK.findall(_CODE.sub("", text))]


@functools.cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of a document's headings, as GitHub makes them of the words."""
    found: dict[str, int] = {}
    names = set()
    # A line of a code block may begin as a heading does.
    for heading in _HEADING.findall(re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        names.add(f"{name}-{found[name]}" if name in found else name)
        found[name] = found.get(name, 0) + 1
    return frozenset(names)


def broken(document: Path) -> list[str]:
    """The links of a document that lead nowhere."""
    found = []
    folder = _READ_IN.get(document.parent, document.parent)
    for target in targets(document.read_text("utf-8")):
        parts = urlsplit(target)
        if parts.scheme:
            # Others' pages move without us: what is checked is that the address is whole and encrypted.
            if parts.scheme not in ("https", "mailto") or (
                parts.scheme == "https" and "." not in parts.netloc
            ):
                found.append(target)
            continue
        path = (folder / unquote(parts.path)).resolve() if parts.path else document
        is_lost = not path.exists() or (
            parts.fragment and path.suffix == ".md" and parts.fragment not in anchors(path)
        )
        if is_lost:
            found.append(target)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    assert broken(document) == []


def test_a_lost_file_and_a_lost_heading_are_seen(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One `code` heading\n\n## Twice\n\n## Twice\n", "utf-8")
    document = tmp_path / "document.md"
    good = "[a](there.md) [b](there.md#one-code-heading) [c](there.md#twice-1) [d](https://example.org/x)"
    document.write_text(
        f"{good}\n`[no](link.md)` [e](gone.md) [f](there.md#gone) [g](http://example.org)", "utf-8"
    )

    assert broken(document) == ["gone.md", "there.md#gone", "http://example.org"]

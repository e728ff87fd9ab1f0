"""Plain text and Markdown: blocks point into the file's own text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lambdas.reading.blocks import Block, Piece, lay_out, split_long
from lambdas.reading.markup.markdown import read_markdown
from lambdas.reading.plain_text import read_plain_text
from tests.unit.reading.extracts import check_places, said

_TEXTS = st.text(st.sampled_from("ab ñ漢😀\n\t#-*|`.=_"), max_size=200)


@given(_TEXTS)
def test_blocks_of_text_are_where_they_say(text: str) -> None:
    for extract in (read_plain_text(text), read_markdown(text)):
        check_places(extract)
        for block in extract.blocks:
            assert text[block.begin_offset : block.end_offset] == block.text


@given(_TEXTS)
def test_plain_text_loses_nothing_but_blanks(text: str) -> None:
    extract = read_plain_text(text)
    assert "".join("".join(block.text for block in extract.blocks).split()) == "".join(text.split())


def test_paragraphs_stand_between_blank_lines() -> None:
    text = "  First line\nsecond line.\n \t\n\nAnother.\n"
    assert said(read_plain_text(text)) == [
        ("paragraph", "First line\nsecond line."), ("paragraph", "Another."),
    ]  # fmt: skip


def test_markdown() -> None:
    text = """\
# Braid ##

A file becomes *evidence*
and an answer.

Setext heading
==============
- one
  continued
- two
1. three

| Name | Price |
|------|------:|
| Mug | 12.50 |

***
```python
# no heading
- no item
```
## Last
"""
    assert said(read_markdown(text)) == [
        ("heading", "Braid"),
        ("paragraph", "A file becomes *evidence*\nand an answer."),
        ("heading", "Setext heading"),
        ("list_item", "one\n  continued"),
        ("list_item", "two"),
        ("list_item", "three"),
        ("table_row", "Name | Price"),
        ("table_row", "Mug | 12.50"),
        ("paragraph", "# no heading\n- no item"),
        ("heading", "Last"),
    ]


def test_an_open_fence_ends_with_the_file() -> None:
    assert said(read_markdown("~~~\ncode\n\nmore")) == [("paragraph", "code\n\nmore")]


@given(st.text(st.sampled_from("abc. \n漢。"), max_size=5000), st.integers(0, 1000))
def test_long_blocks_are_cut_without_losing_their_place(text: str, begin: int) -> None:
    stripped = text.strip()
    if not stripped:
        return
    whole = Block(stripped, "paragraph", begin, page=3)
    parts = list(split_long([whole]))
    for part in parts:
        assert len(part.text) <= 800
        assert part.page == 3
        assert stripped[part.begin_offset - begin : part.end_offset - begin] == part.text
    assert "".join("".join(part.text for part in parts).split()) == "".join(stripped.split())


def test_cues_are_never_cut() -> None:
    (cue,) = lay_out([Piece("word " * 400, "cue")])
    assert list(split_long([cue])) == [cue]

"""HTML is read as it is shown, however it is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lambdas.reading.html import read_html
from tests.unit.reading.extracts import check_places, said


def test_blocks_as_they_are_shown() -> None:
    page = """<!DOCTYPE html><html><head><title>Rent &amp; more</title><style>p { color: red }</style>
    <script>var hidden = "<p>no</p>";</script></head><body>
    <h1>Rental <em>agreement</em></h1><!-- no -->
    <p>The rent is
       1,200&nbsp;euros.<br>Every month.
    <ul><li>Heating<li>Water <b>included</b></ul>
    <p>After the list <img src="x.png" alt="a key">
    <table><tr><th>Room</th><th>Size</th></tr>
    <tr><td><p>Kitchen</p></td><td><div>12 m²</div></td></tr></table>
    <pre>  line one
line two</pre>
    <svg><text>no</text></svg><template><p>no</p></template>The end</body></html>"""
    assert said(read_html(page)) == [
        ("heading", "Rent & more"),
        ("heading", "Rental agreement"),
        ("paragraph", "The rent is 1,200 euros."),
        ("paragraph", "Every month."),
        ("list_item", "Heating"),
        ("list_item", "Water included"),
        ("paragraph", "After the list a key"),
        ("table_row", "Room: Kitchen; Size: 12 m²"),
        ("paragraph", "line one\nline two"),
        ("paragraph", "The end"),
    ]


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<li>",
                "<ul>",
                "</ul>",
                "<tr>",
                "</table>",
                "<pre>",
                "<svg",
                "word ",
                "<",
                "&amp",
                "<h1>",
                "</h1>",
                "<script>",
                "</script>",
            ]
        ),
        max_size=30,
    )
)
def test_damaged_markup_is_read_as_far_as_it_goes(parts: list[str]) -> None:
    check_places(read_html("".join(parts)))

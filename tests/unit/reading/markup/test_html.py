"""HTML is read as it is shown, however it is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lambdas.reading.markup.html import read_html
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
                "<input value=x>",
                "<select><option>",
                "</select>",
                "<textarea>",
                "<label for=a>",
            ]
        ),
        max_size=30,
    )
)
def test_damaged_markup_is_read_as_far_as_it_goes(parts: list[str]) -> None:
    check_places(read_html("".join(parts)))


def test_what_styles_hide_is_left_out_and_listed() -> None:
    page = """<style>.gone{display:none} .unseen{visibility:hidden} .gone.shown{display:block}
    @media print { .kept { display: none } } @media screen { .phone { display: none } }
    /* .kept { display: none } */ #kept.gone { display: block !important }</style>
    <p>kept</p><p style="visibility: hidden">no <b style="visibility: visible">kept</b> no</p>
    <p style="display: none">no</p><div hidden><p>no</p></div><p class="gone">no</p><p class="unseen">no</p>
    <p class="phone">no</p><p class="kept">kept</p><p class="gone shown">kept</p>
    <p class="gone" id="kept">kept</p>
    <p style="opacity:0.5">kept</p><p style="opacity:0">no</p><dialog>no</dialog><dialog open>kept</dialog>
    <p class="unseen"><img src="x.png" alt="no"></p>"""
    extract = read_html(page)
    assert {text for _, text in said(extract)} == {"kept"}
    assert extract.warnings == (
        "hidden text was not read: 10 words (visibility: hidden, display: none, hidden attribute, opacity: 0,"
        " closed dialog)",
    )


def test_tables_name_their_cells_with_or_without_header_cells() -> None:
    rows = "<tr>{0}Street{0}May{0}May<tr><td>Elm<td>3<td>7<tr><td>Oak<td><td>4"
    told = ["Street: Elm; May (column 2): 3; May (column 3): 7", "Street: Oak; May (column 3): 4"]
    for cell in ("<th>", "<td>"):
        page = f"<table><tr><td colspan=3>Road works{rows.format(cell)}</table>"
        assert [text for _, text in said(read_html(page))] == ["Road works", *told]
    page = """<table><thead><tr><th colspan=5>Works<tr><th rowspan=2>Town<th colspan=2>2030<th colspan=2>2031
    <tr><th>Q1<th>Q2<th>Q1<th>Q2</thead><tr><th>Elm<td>1<td>2<td>3<td>4</table>"""
    assert said(read_html(page))[1][1] == "Town: Elm; 2030 Q1: 1; 2030 Q2: 2; 2031 Q1: 3; 2031 Q2: 4"
    page = page.replace("<thead>", "").replace("</thead>", "")
    assert said(read_html(page))[1][1] == "Town: Elm; 2030 Q1: 1; 2030 Q2: 2; 2031 Q1: 3; 2031 Q2: 4"
    page = "<table><tr><th>Name<td>Ada<tr><th>Phone<td>123</table>"
    assert [text for _, text in said(read_html(page))] == ["Name | Ada", "Phone | 123"]


def test_fields_of_forms_say_what_is_filled_in_and_ticked() -> None:
    page = """<form><p>Name <input value="Ada &amp; Bo">, aged <input type=number value=36>
    <p><input type="checkbox" checked> needs water <input type=checkbox>needs power
    <p><label>by card <input type=RADIO name=a checked></label>
    <p>Notes<textarea>two  stalls</textarea>by May<button>Send</button>now
    <p>Pays <select><option>monthly<option selected>weekly</select> from
       <select><option value="">Please choose<option>May</select>
       in <select><option>cash<option>cards</select>
    <p>Days <select multiple><option selected label="Monday">Mo
    <option>Tu<option selected>We</select></form>"""
    assert [text for _, text in said(read_html(page))] == [
        "Name Ada & Bo , aged 36",
        "☒ needs water ☐ needs power",
        "by card ☒",
        "Notes two stalls by May Send now",
        "Pays weekly from in cash",
        "Days Monday, We",
    ]


def test_secrets_and_what_a_browser_does_not_show_of_fields_are_left_out() -> None:
    page = """<p>Word <input type=password value="pw1"><input type=" Hidden " value="token">
    <input type=file value="C:/x"><input type=range value=7><input placeholder="e.g. Ada">
    <datalist><option>guess</datalist><progress>half</progress><canvas>no canvas</canvas>
    <p><input style="visibility:hidden" value="two words">
    <select style="display:none"><option>three</select>"""
    read = read_html(page)
    assert said(read) == [("paragraph", "Word")]
    assert read.warnings == ("hidden text was not read: 3 words (visibility: hidden, display: none)",)


def test_a_field_in_a_line_of_its_own_is_named_by_its_label() -> None:
    page = """<div><label for=n>Name:</label></div><div><input id=n value=Ada></div>
    <div><input aria-label=City value=Oslo></div>
    <div><input id=w type=checkbox><label for=w>Water</label></div>
    <table><tr><th>Item<th>Count<tr><td>Mugs<td><input aria-label=count value=3></table>"""
    assert [text for _, text in said(read_html(page))] == [
        "Name:",
        "Name: Ada",
        "City: Oslo",
        "☐ Water",
        "Item: Mugs; Count: 3",
    ]

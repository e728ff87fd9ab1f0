"""Every cell of a table is told with the column that it stands in, whatever stands above the table."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.reading.tables.rows import MERGED, table_lines


def lines(text: str, header: int | None = None) -> list[str]:
    """The lines of a table that is written with commas and slashes; ``<`` belongs to the cell at its left."""
    rows = [line.strip().split(",") for line in text.split("/")]
    return list(
        table_lines([[MERGED if cell == "<" else cell for cell in row] for row in rows], header=header)
    )


ELM_AND_OAK = ["Street: Elm; May: 3; June: 7", "Street: Oak; May: 2; June: 9"]


@pytest.mark.parametrize(
    "above",
    [
        "",
        "Road works/",
        "Road works,,/",
        "Road works,<,</ /",
        "Company,ACME,/",
        "Company:,ACME/Date:,2031-05-01/ /",
        "Company,ACME,/Date,2031-05-01,/",
        "Company,ACME/Date,2031-05-01/ /",
    ],
)
def test_what_stands_above_the_header_is_told_as_it_is(above: str) -> None:
    assert lines(f"{above}Street,May,June/Elm,3,7/Oak,2,9")[-2:] == ELM_AND_OAK


def test_blank_and_double_names_are_told_with_their_column() -> None:
    assert lines("Name,Mon,Tue,Mon,/Ada,4,,8,1/Bo,,5,,7") == [
        "Name: Ada; Mon (column 2): 4; Mon (column 4): 8; column 5: 1",
        "Name: Bo; Tue: 5; column 5: 7",
    ]


def test_a_row_with_more_cells_than_names_is_told_without_them() -> None:
    table = [["Name", "Town", "Age"], ["Ada", "Elm", "3"], ["Bo", "Oak", "Flat 4", "5"]]
    assert list(table_lines(table))[1] == "Name: Bo; Town: Oak; Age: Flat 4; column 4: 5"  # a sheet
    assert list(table_lines(table, cells_may_slip=True)) == [
        "Name: Ada; Town: Elm; Age: 3",
        "Name | Town | Age",
        "Bo | Oak | Flat 4 | 5",
    ]
    table = [["May", "June"], ["Elm", "3", "7"], ["Oak", "", "9"]]  # as R writes them
    assert list(table_lines(table, cells_may_slip=True)) == ["May | June", "Elm | 3 | 7", "Oak |  | 9"]
    letters = table_lines([["a", "a"], ["1", "2"]], column_name="column {:c}".format)
    assert list(letters) == ["a (column \x01): 1; a (column \x02): 2"]


@pytest.mark.parametrize(
    "table",
    [
        ",2030,<,2031,</Town,Q1,Q2,Q1,Q2/Elm,1,2,3,4",
        ",2030,,2031,/Town,Q1,Q2,Q1,Q2/Elm,1,2,3,4",
        "Town,2030,<,2031,</<,Q1,Q2,Q1,Q2/Elm,1,2,3,4",
        "Results/,2030,<,2031,</Town,Q1,Q2,Q1,Q2/Elm,1,2,3,4",
    ],
)
def test_names_of_groups_stand_in_front_of_those_of_their_columns(table: str) -> None:
    assert lines(table)[-1] == "Town: Elm; 2030 Q1: 1; 2030 Q2: 2; 2031 Q1: 3; 2031 Q2: 4"


def test_years_dates_and_sizes_name_columns_unless_the_rows_have_them_too() -> None:
    assert lines("Town,2030,2031/Elm,4,8") == ["Town: Elm; 2030: 4; 2031: 8"]
    assert lines("Town,2031-01-01,2031-02-01/Elm,4,8") == ["Town: Elm; 2031-01-01: 4; 2031-02-01: 8"]
    assert lines("Size,36,37,38/red,1,0,2") == ["Size: red; 36: 1; 37: 0; 38: 2"]
    assert lines("Ada,1990,2001/Bo,1985,1999") == ["Ada | 1990 | 2001", "Bo | 1985 | 1999"]


def test_without_a_header_a_blank_cell_keeps_its_place() -> None:
    assert lines("Elm,,3/Oak,2,") == ["Elm |  | 3", "Oak | 2"]


def test_tables_that_follow_each_other_have_their_own_headers() -> None:
    told = lines("Street,May,June/Elm,3,7/Oak,2,9/ /Street,July,August/Elm,1,4")
    assert told == [*ELM_AND_OAK, "Street: Elm; July: 1; August: 4"]
    told = lines("Street,May,June/Elm,3,7/ /Oak,2,9/ /Source: town hall,,")
    assert told == [*ELM_AND_OAK, "Source: town hall"]
    told = lines("Street,May,June/Elm,3,7/Street,May,June/Oak,2,9")
    assert told == ELM_AND_OAK, "a header that is repeated on the next page"


def test_names_and_values_are_no_table_with_a_header() -> None:
    for header in (None, 0):
        assert lines("Name,Ada/Phone,123/Since,2031-05-01", header)[0] == "Name | Ada"
        assert lines("Tenant:,Ada/Rent:,1200/Deposit:,2400", header)[0] == "Tenant: | Ada"
    assert lines("Tenant,Ada/Rent,1200/Deposit,2400", 0)[0] == "Tenant | Ada"


def test_marked_rows_are_the_header() -> None:
    assert lines("Street,May/Elm,tall", 1) == ["Street: Elm; May: tall"]
    assert lines("Works,<,</Street,May,June/Elm,3,7/Oak,2,9", 1) == ["Works", *ELM_AND_OAK]
    assert lines(",2031,</Street,May,June/Elm,3,7", 2) == ["Street: Elm; 2031 May: 3; 2031 June: 7"]


def test_words_under_words_are_named_in_every_format() -> None:
    for header in (None, 0):
        assert lines("Name,Mon,Tue/Ada,early,late/Bo,,early", header) == [
            "Name: Ada; Mon: early; Tue: late",
            "Name: Bo; Tue: early",
        ]


_NAMES = st.lists(st.sampled_from(["May", "June", "Q1", "Q1", "", "2030"]), min_size=2, max_size=5)
_CELLS = st.one_of(st.just(""), st.integers(0, 10**6).map(str), st.just("late"))


@given(st.data(), _NAMES, st.integers(1, 6), st.sampled_from([None, 0, 1]))
def test_no_value_is_lost_or_told_of_another_row(
    data: st.DataObject, names: list[str], count: int, header: int | None
) -> None:
    if header != 1:  # a row with blanks that nothing marks may be one above the table
        names = [name or "July" for name in names]
    assume(any(names))  # else it is a title
    cells = data.draw(
        st.lists(st.lists(_CELLS, min_size=len(names), max_size=len(names)), min_size=count, max_size=count)
    )
    rows = [[f"Street{number}", *row] for number, row in enumerate(cells)]
    told = list(table_lines([["Street", *names], *rows], header=header))
    for number, row in enumerate(cells):
        (line,) = [line for line in told if f"Street{number}" in line]
        for cell in filter(None, row):
            assert cell in line


@given(st.lists(st.lists(st.text(max_size=4), max_size=5), max_size=12), st.sampled_from([None, 0, 1, 2]))
def test_any_rows_are_told(rows: list[list[str]], header: int | None) -> None:
    assert all(line.strip() for line in table_lines(rows, header=header))


def test_a_row_of_data_is_no_header_because_its_numbers_are_even_steps() -> None:
    assert lines(",May,,July/Elm,1,2,3/Oak,,5,6") == [
        "Elm; May: 1; column 3: 2; July: 3",
        "Oak; column 3: 5; July: 6",
    ]
    assert lines("Elm,10,20,30/Oak,4,1,7") == ["Elm | 10 | 20 | 30", "Oak | 4 | 1 | 7"]
    assert lines("Hour,1,2,3,4,5/Oak,4,1,,0,7") == ["Hour: Oak; 1: 4; 2: 1; 4: 0; 5: 7"]


def test_parts_beneath_a_marked_header_name_columns_too() -> None:
    table = "2030,<,2031,</May,June,May,June/1,,3,4/,6,7,8"
    assert lines(table, header=1) == [
        "2030 May: 1; 2031 May: 3; 2031 June: 4",
        "2030 June: 6; 2031 May: 7; 2031 June: 8",
    ]

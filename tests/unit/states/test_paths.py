"""JSONPath: what a path names, and where a result is put."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.states.errors import StateError
from local.states.language import paths

DATA = {
    "a": {"b": [1, 2, 3]},
    "odd name": {"it's": 1},
    "rows": [{"n": 1, "on": True}, {"n": 2}, {"n": 3, "on": None}],
    "nothing": None,
}
names = st.text(st.characters(codec="utf-8", exclude_characters="'\\"), min_size=1)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(names, inner),
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", DATA),
        ("$.a.b[0]", 1),
        ("$.a.b[-1]", 3),
        ("$['a']['b'][1]", 2),
        ('$["odd name"]', {"it's": 1}),
        ("$['odd name']['it\\'s']", 1),
        ("$.nothing", None),
        ("$.a.b[*]", [1, 2, 3]),
        ("$.a.b[1:]", [2, 3]),
        ("$.a.b[:2]", [1, 2]),
        ("$.a.b[::2]", [1, 3]),
        ("$.rows[*].n", [1, 2, 3]),
        ("$..n", [1, 2, 3]),
        ("$.rows[?(@.n > 1)].n", [2, 3]),
        ("$.rows[?(@.on)].n", [1, 3]),
        ("$.rows[?(@.n >= 1 && @.n < 3)].n", [1, 2]),
        ("$.rows[?(@.on == true)].n", [1]),
        ("$.absent[*]", []),
        ("$.absent[1:].x", []),
    ],
)
def test_read(path: str, found: Any) -> None:
    assert paths.read(path, DATA) == found


@pytest.mark.parametrize("path", ["$.absent", "$.a.b[3]", "$.a.b.c", "$.nothing.x", "$.a[0]"])
def test_a_definite_path_to_nowhere_is_an_error(path: str) -> None:
    with pytest.raises(StateError, match=r"States\.Runtime: The JSONPath .* could not be found in the input"):
        paths.find(path, DATA, {}, "specified for the field 'x.$' ")


@pytest.mark.parametrize("path", ["", "a", "$a", "$.", "$.a[", "$.a[b]", "$[?(x)]", "$.a['b]", "$.a b"])
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(paths.PathSyntaxError):
        paths.parse(path)


@given(st.text())
def test_any_text_is_a_path_or_refused(text: str) -> None:
    with contextlib.suppress(paths.PathSyntaxError, LookupError):
        paths.read(f"${text}", DATA)


def test_the_context_object() -> None:
    assert paths.find("$$.State.Name", {}, {"State": {"Name": "A"}}, "") == "A"
    assert paths.find("$$", {}, {"x": 1}, "") == {"x": 1}


@given(st.lists(names, min_size=1, max_size=4), values)
def test_what_is_written_is_read_and_nothing_else_changes(way: list[str], value: Any) -> None:
    path = "$" + "".join(f"['{name}']" for name in way)
    before = {"kept": [1, 2]} if way[0] != "kept" else {}
    after = paths.write(path, before, value)
    assert paths.read(path, after) == value
    assert before in ({"kept": [1, 2]}, {}), "the input is left as it was"
    assert all(after[name] == kept for name, kept in before.items())


def test_a_result_replaces_an_item_of_a_list() -> None:
    assert paths.write("$.rows[1]", {"rows": [1, 2]}, "x") == {"rows": [1, "x"]}


@pytest.mark.parametrize(("path", "data"), [("$.a.b", {"a": 1}), ("$.a", [1]), ("$.a[2]", {"a": [1]})])
def test_a_result_has_no_place_in_a_scalar(path: str, data: Any) -> None:
    with pytest.raises(StateError, match="ResultPathMatchFailure"):
        paths.write(path, data, 1)

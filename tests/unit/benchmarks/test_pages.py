"""The frame of the benchmarks: bounds, tables, and pages in which one section is replaced alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import __main__ as command
from benchmarks.benchmark import Benchmark, UnmeasurableError
from benchmarks.catalogue import BENCHMARKS
from benchmarks.machine import measured_on
from benchmarks.pages import Page, section, with_section
from benchmarks.real_files import RIGHT_IN_0_1_0
from benchmarks.rows import Bound, Row, at_least, at_most, figure
from evaluation.real_files.catalogue import ALL_KINDS

ROWS = [
    Row("slides", "time", 1.234, "s"),
    Row("slides", "times as fast", 1.62, bound=at_least(1.4)),
    Row("pan", "times as fast", 1.1, bound=at_least(1.4)),
]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (3.0, "3"), (0.01234, "0.0123"), (1.625, "1.62"), (190.4, "190"), (12345, "12,345")],
)
def test_figures_are_short(value: float, text: str) -> None:
    assert figure(value) == text


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_bound_holds_on_its_own_side_and_at_its_edge(value: float, limit: float) -> None:
    assert at_least(limit).holds(value) is (value >= limit)
    assert at_most(limit).holds(value) is (value <= limit)
    assert Bound(limit, limit).holds(limit)


def test_a_section_has_a_line_per_name_and_a_column_per_measure() -> None:
    assert section("Speed", "How.", "Video", ROWS, "Measured.").splitlines() == [
        *("## Speed", "", "How.", ""),
        "| Video | time (s) | times as fast |",
        "| --- | --: | --: |",
        "| slides | 1.23 | 1.62 (≥ 1.4) |",
        "| pan | – | 1.1 (≥ 1.4, broken) |",
        *("", "Measured."),
    ]


def test_a_section_is_replaced_alone() -> None:
    page = with_section(with_section("# Title\n", "one", "first\n"), "two", "second\n")
    again = with_section(page, "one", "first, again\n")
    assert again == page.replace("first", "first, again")
    assert again.index("first, again") < again.index("second")


def test_a_section_that_never_ends_is_reported() -> None:
    with pytest.raises(ValueError, match="one begins but has no line"):
        with_section("<!-- one: begin -->\ntext\n", "one", "new\n")


def test_where_it_was_measured_names_versions_and_the_machine() -> None:
    sentence = measured_on(date(2026, 11, 28), ["av"])
    assert sentence.startswith("Measured on 2026-11-28 with Braid 0.")
    assert " and av " in sentence
    assert " cores of " in sentence


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """A page of its own with three benchmarks: one is fine, one breaks its bound, one has no material."""
    page = Page(tmp_path / "page.md", "Page", "About.")

    def unmeasurable() -> list[Row]:
        raise UnmeasurableError("no material")

    def benchmark(name: str, measure: object) -> Benchmark:
        return Benchmark(name, page, name.title(), "How.", "Name", measure)  # type: ignore[arg-type]  # a stand-in

    three = {"fine": lambda: ROWS[:2], "broken": lambda: ROWS[2:], "absent": unmeasurable}
    monkeypatch.setattr(command, "BENCHMARKS", {name: benchmark(name, run) for name, run in three.items()})
    return page


def test_everything_measurable_is_written(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    text = page.path.read_text("utf-8")
    assert text.startswith("# Page\n\nAbout.\n")
    assert "## Fine" in text
    assert "## Broken" in text
    assert "## Absent" not in text
    assert "not measured: no material" in capsys.readouterr().out


def test_a_check_writes_nothing_and_fails_where_a_bound_is_broken(
    page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--check", "fine"]) == 0
    assert command.main(["--check"]) == 0, "only short ones are checked where none is named"
    assert command.main(["--check", "fine", "broken", "absent"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "doesn't hold: broken: pan, times as fast: 1.1 (≥ 1.4)",
        "doesn't hold: absent: not measured: no material",
    ]
    assert not page.path.exists()


def test_a_page_is_measured_with_what_takes_long(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PAGES", {"page": page, "other": Page(page.path.with_name("o"), "O", "")})
    long = {name: replace(it, on_request=True) for name, it in command.BENCHMARKS.items()}
    monkeypatch.setattr(command, "BENCHMARKS", long)

    assert command.main(["--page", "other"]) == command.main([]) == 0
    assert not page.path.exists()
    assert command.main(["--page", "page"]) == 0
    assert "## Fine" in page.path.read_text("utf-8")


def test_short_benchmarks_are_ratios_that_have_bounds() -> None:
    short = [name for name, it in BENCHMARKS.items() if it.is_short]

    assert short == ["fusion-scale", "list-scale", "keyframes", "shared-rates", "vector_sizes", "cold-starts"]
    assert not any(BENCHMARKS[name].on_request for name in short)
    for name in short:
        page = BENCHMARKS[name].page.path.read_text("utf-8")
        written = page.partition(f"<!-- {name}: begin -->")[2].partition(f"<!-- {name}: end -->")[0]
        assert "(≤ " in written or "(≥ " in written, name


def test_the_pages_begin_as_the_benchmarks_would_write_them() -> None:
    for name in ("performance", "reliability"):
        page = command.PAGES[name]
        assert page.path.read_text("utf-8").startswith(page.beginning), name


def test_an_unknown_name_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["keyframe"])
    assert "no benchmark is named keyframe; there are fusion-scale, " in capsys.readouterr().err


def test_the_pages_in_docs_have_a_section_for_every_benchmark() -> None:
    """Apart from those that are measured on request: they take long, on a machine that does nothing else."""
    for name, benchmark in BENCHMARKS.items():
        assert benchmark.on_request or f"<!-- {name}: begin -->" in benchmark.page.path.read_text("utf-8"), (
            name
        )


def test_every_kind_of_real_files_has_its_figure_of_the_version_before() -> None:
    assert {kind.name for kind in ALL_KINDS} == set(RIGHT_IN_0_1_0)

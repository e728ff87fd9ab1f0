"""Charts of office documents: the values that they are drawn from, as rows of a table. Pure.

Every plot type of DrawingML keeps its series in the same elements, so none has to be known by name; the
newer types (waterfall, funnel, treemap, histogram) keep them in ``chartData``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from lambdas.reading.markup.xml import Element, attribute, local_name

__all__ = ["Chart", "read_chart"]

# A chart of more points is a drawing of a data set; nobody reads its values off the slide.
_MAX_POINTS = 2_000


@dataclass(frozen=True)
class Chart:
    """Its title, and tables of which each one's first row names the columns."""

    title: str
    tables: tuple[tuple[tuple[str, ...], ...], ...]


def read_chart(root: Element) -> Chart:
    """What the chart space ``root`` shows; without tables where the file holds none of its values."""
    if root.find(".//{*}chartData") is not None:
        return Chart(_title(root), tuple(_newer_tables(root)))
    plot_area = root.find(".//{*}plotArea")
    plots = [] if plot_area is None else [plot for plot in plot_area if plot.find("{*}ser") is not None]
    axis_titles = {
        attribute(axis.find("{*}axId"), "val"): _title(axis)
        for axis in (() if plot_area is None else plot_area)
        if local_name(axis).endswith("Ax") and axis.find("{*}axId") is not None
    }
    is_mac = root.find("{*}date1904[@val='1']") is not None
    tables: list[tuple[tuple[str, ...], ...]] = []
    for plot in plots:
        if plot.find("{*}ser/{*}xVal") is not None or plot.find("{*}ser/{*}yVal") is not None:
            across = attribute(plot.find("{*}axId"), "val") if plot.find("{*}axId") is not None else None
            tables += _points(plot, axis_titles.get(across) or "x", is_mac)
        else:
            tables.append(tuple(_categories(plot, is_mac)))
    return Chart(_title(root.find("{*}chart")), tuple(table for table in tables if len(table) > 1))


def _title(element: Element | None) -> str:
    title = None if element is None else element.find(".//{*}title")
    if title is None:
        return ""
    paragraphs = [
        "".join(part.text or "" for part in paragraph.iter() if local_name(part) == "t")
        for paragraph in title.iter()
        if local_name(paragraph) == "p"
    ]
    return " ".join(" ".join(paragraphs).split()) or " ".join(_cached(title.find("{*}tx"), False).values())


def _categories(plot: Element, is_mac: bool) -> Iterator[tuple[str, ...]]:
    """A row for each category, a column for each series."""
    series = plot.findall("{*}ser")
    values = [_cached(one.find("{*}val"), is_mac) for one in series]
    names: dict[int, str] = {}
    for one in series:
        names = names or _cached(one.find("{*}cat"), is_mac)
    yield ("", *(_name(one, number) for number, one in enumerate(series, start=1)))
    last = max((max(column, default=-1) for column in [names, *values]), default=-1)
    for index in range(min(last + 1, _MAX_POINTS)):
        row = [column.get(index, "") for column in values]
        if any(row):
            yield (names.get(index) or str(index + 1), *row)


def _points(plot: Element, across: str, is_mac: bool) -> Iterator[tuple[tuple[str, ...], ...]]:
    """A table for each series of a scatter or bubble chart: each point's two or three values."""
    for number, one in enumerate(plot.findall("{*}ser"), start=1):
        xs, ys, sizes = (_cached(one.find(f"{{*}}{name}"), is_mac) for name in ("xVal", "yVal", "bubbleSize"))
        name = _name(one, number)
        rows = [(across, name, "size") if sizes else (across, name)]
        for index in sorted(set(xs) | set(ys))[:_MAX_POINTS]:
            point = (xs.get(index, str(index + 1)), ys.get(index, ""))
            rows.append((*point, sizes.get(index, "")) if sizes else point)
        yield tuple(rows)


def _name(series: Element, number: int) -> str:
    return " ".join(_cached(series.find("{*}tx"), False).values()) or f"Series {number}"


def _cached(data: Element | None, is_mac: bool) -> dict[int, str]:
    """The values that the chart keeps of what its data refers to, by index."""
    if data is None:
        return {}
    levels = data.findall(".//{*}lvl")
    if levels:
        return _joined([_values(level, "", is_mac) for level in levels])
    code = data.find(".//{*}formatCode")
    found = _values(data, (code.text or "") if code is not None else "", is_mac)
    alone = data.find("{*}v")
    return found or ({0: alone.text or ""} if alone is not None else {})


def _values(holder: Element, code: str, is_mac: bool) -> dict[int, str]:
    values = {}
    for point in holder.iter("{*}pt"):
        index, value = attribute(point, "idx") or "", point.find("{*}v")
        if index.isdecimal() and value is not None:
            own_code = attribute(point, "formatCode") or code
            values[int(index)] = _displayed((value.text or "").strip(), own_code, is_mac)
    return values


def _joined(levels: list[dict[int, str]]) -> dict[int, str]:
    """Categories of several levels, the innermost first: an outer one holds up to where the next begins."""
    inner, *outer = levels
    joined = dict(inner)
    for level in outer:
        begins = sorted(level)
        for begin, end in pairwise([*begins, max(joined, default=-1) + 1]):
            for index in range(begin, end):
                joined[index] = f"{level[begin]} {joined.get(index, '')}".strip()
    return joined


def _displayed(value: str, code: str, is_mac: bool) -> str:
    """A number as its axis shows it: dates as dates, shares in per cent."""
    try:
        number = float(value)
    except ValueError:
        return value
    if code and code != "General":
        # What this imports takes long: only who brings a chart of dates waits for it.
        from openpyxl.styles.numbers import is_date_format
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        if is_date_format(code):
            try:
                moment = from_excel(number, CALENDAR_MAC_1904 if is_mac else CALENDAR_WINDOWS_1900)
            except (ValueError, OverflowError):
                return value
            is_day = isinstance(moment, datetime) and moment.time() == time()
            return str(moment.date()) if is_day else str(moment)
    return f"{number * 100:.12g}%" if code.endswith("%") else f"{number:.15g}"


def _newer_tables(root: Element) -> Iterator[tuple[tuple[str, ...], ...]]:
    names = {
        attribute(series.find("{*}dataId"), "val"): " ".join(
            value.text or "" for value in series.findall("{*}tx//{*}v")
        )
        for series in root.iter("{*}series")
        if series.find("{*}dataId") is not None
    }
    for number, data in enumerate(root.findall(".//{*}chartData/{*}data"), start=1):
        labels, values = (_dimension(data, kind) for kind in ("strDim", "numDim"))
        name = names.get(attribute(data, "id")) or f"Series {number}"
        rows = [(labels.get(index) or str(index + 1), values[index]) for index in sorted(values)]
        if rows:
            yield (("", name), *rows[:_MAX_POINTS])


def _dimension(data: Element, kind: str) -> dict[int, str]:
    levels = []
    for level in data.findall(f"{{*}}{kind}/{{*}}lvl"):
        code = attribute(level, "formatCode") or ""
        points = [(attribute(point, "idx") or "", point.text or "") for point in level.iter("{*}pt")]
        levels.append({int(i): _displayed(v.strip(), code, False) for i, v in points if i.isdecimal()})
    return _joined(levels) if levels else {}

"""Draws what the knob `operations_dashboard` puts into CloudWatch, of the embedded AWS that runs.

    braid up --knob operations=true --knob operations_dashboard=true
    braid drop samples && .venv/bin/python -m tools.dashboard_picture

The places and sizes of widgets are those of the dashboard's body, the lines and states those of its alarms.
CloudWatch draws with a hand of its own: this shows what stands where, and whether it can be read. It needs
the developers' tools (`make setup-dev`) and Chromium, or the program that BRAID_CHROMIUM names.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from braid.report.charts.frame import BLUE, ORANGE, Axis, Frame
from local.home import Home
from tools.screenshot import screenshot

_PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "dashboard.png"
_WIDTH_PIXELS, _ROW_PIXELS = (
    1280,
    50,
)  # CloudWatch's grid is 24 columns wide; a row of it is some 50 pixels high
_SHOWN = timedelta(hours=3)
_COLOURS = {"ALARM": ORANGE, "OK": "#1d8102", "INSUFFICIENT_DATA": "#767676"}
_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 8px; font: 12px system-ui, sans-serif; background: #eaeded }}
main {{ display: grid; grid-template-columns: repeat(24, 1fr); grid-auto-rows: {row}px; gap: 6px }}
section {{ background: #fff; border: 1px solid #ccc; padding: 4px 8px; overflow: hidden }}
h2 {{ font-size: 13px; margin: 0 }} svg {{ width: 100%; height: calc(100% - 18px) }}
ul {{ columns: 4; list-style: none; margin: 4px 0; padding: 0 }}
li {{ padding: 4px 8px; border-left: 6px solid }}
</style><main>{sections}</main>
"""


def main() -> None:
    """Draws the dashboard of the running deployment."""
    argparse.ArgumentParser(
        "python -m tools.dashboard_picture", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    aws = Home(Path(os.environ.get("BRAID_HOME") or ".braid")).recorded()
    if aws is None:
        raise SystemExit("dashboard_picture: no embedded AWS runs; `braid up` starts one")
    session = boto3.Session(aws.access_key_id, aws.secret_access_key, region_name=aws.region)
    cloudwatch = session.client("cloudwatch", endpoint_url=aws.endpoint)
    names = [entry["DashboardName"] for entry in cloudwatch.list_dashboards()["DashboardEntries"]]
    if not names:
        raise SystemExit("dashboard_picture: the deployment has no dashboard; it takes the knobs above")
    name = names[0]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{name}-")
    alarms = {alarm["AlarmArn"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    sections = "".join(_section(widget, alarms, cloudwatch) for widget in body["widgets"])
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "dashboard.html"
        page.write_text(_PAGE.format(row=_ROW_PIXELS, sections=sections), "utf-8")
        screenshot(page.as_uri(), _PICTURE, width=_WIDTH_PIXELS, height=800, full_page=True)


def _section(widget: Mapping[str, Any], alarms: Mapping[str, Mapping[str, Any]], cloudwatch: Any) -> str:
    properties = widget["properties"]
    if widget["type"] == "alarm":
        inner = "".join(_state(alarms[arn]) for arn in properties["alarms"])
        inner = f"<ul>{inner}</ul>"
    else:
        (arn,) = properties["annotations"]["alarms"]
        inner = _graph(alarms[arn], widget, cloudwatch)
    column, row = widget["x"] + 1, widget["y"] + 1
    area = f"{row} / {column} / span {widget['height']} / span {widget['width']}"
    return f"<section style='grid-area: {area}'><h2>{html.escape(properties['title'])}</h2>{inner}</section>"


def _state(alarm: Mapping[str, Any]) -> str:
    colour = _COLOURS[alarm["StateValue"]]
    return f"<li style='border-color: {colour}'>{html.escape(alarm['AlarmName'])}</li>"


def _graph(alarm: Mapping[str, Any], widget: Mapping[str, Any], cloudwatch: Any) -> str:
    now = datetime.now(UTC)
    queries = _queries(alarm)
    found = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=now - _SHOWN, EndTime=now)
    lines = [
        sorted(
            ((moment - now).total_seconds() / 60, value)
            for moment, value in zip(line["Timestamps"], line["Values"], strict=True)
        )
        for line in found["MetricDataResults"]
    ]
    threshold = float(alarm["Threshold"])
    highest = max((value for line in lines for _, value in line), default=0.0)
    frame = Frame(
        title="",
        caption=str(alarm["AlarmDescription"]),
        across=Axis("minutes", -_SHOWN.total_seconds() / 60, 0),
        up=Axis("", 0, 1.2 * max(threshold, highest)),
        height=int(480 * widget["height"] * _ROW_PIXELS / (widget["width"] * _WIDTH_PIXELS / 24)),
    )
    frame.line([(frame.across.low, threshold), (0, threshold)], ORANGE, dashed=True)
    for line in lines:
        for place, value in line:
            frame.dot(place, value, BLUE, 3)
        frame.line(line, BLUE)
    return frame.svg()


def _queries(alarm: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What the alarm reads, as a graph asks for it."""
    if alarm.get("Metrics"):
        return list(alarm["Metrics"])
    metric = {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions")}
    return [
        {"Id": "m", "MetricStat": {"Metric": metric, "Period": alarm["Period"], "Stat": alarm["Statistic"]}}
    ]


if __name__ == "__main__":
    main()

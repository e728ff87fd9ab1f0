"""The dashboard's body: what rings, and for each failure what its alarm reads.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stacks.operations.alarms import Failure

__all__ = ["dashboard_body"]

_COLUMNS, _WIDTH, _HEIGHT = 4, 6, 5


def dashboard_body(failures: Sequence[tuple[Failure, str]], *, title: str, region: str) -> dict[str, Any]:
    """The body for these failures, each with the ARN of its alarm, which knows metrics and threshold."""
    arns = [arn for _failure, arn in failures]
    # A row of the first widget holds four alarms.
    height = 1 + -(-len(arns) // 4)
    first = {
        "type": "alarm",
        **_place(0, 0, _COLUMNS * _WIDTH, height),
        "properties": {"title": title, "alarms": arns},
    }
    return {"widgets": [first, *(_graph(i, height, f, arn, region) for i, (f, arn) in enumerate(failures))]}


def _graph(index: int, below: int, failure: Failure, arn: str, region: str) -> dict[str, Any]:
    row, column = divmod(index, _COLUMNS)
    return {
        "type": "metric",
        **_place(column * _WIDTH, below + row * _HEIGHT, _WIDTH, _HEIGHT),
        "properties": {
            # The runbook's heading: whole sentences don't fit above a graph.
            "title": failure.name.replace("-", " ").capitalize(),
            "region": region,
            "view": "timeSeries",
            "stacked": False,
            "annotations": {"alarms": [arn]},
        },
    }


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}

"""Boxes and polygons in the shape that Rekognition and Textract share."""

from __future__ import annotations

from typing import Any

from local.engines.findings import Box, Polygon


def aws_box(box: Box) -> dict[str, float]:
    """``BoundingBox``: ratios of the picture's width and height."""
    return {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top}


def aws_geometry(polygon: Polygon) -> dict[str, Any]:
    """``Geometry``: the polygon as the text reads, and the upright box around it."""
    return {
        "BoundingBox": aws_box(polygon.bounding_box()),
        "Polygon": [{"X": x, "Y": y} for x, y in polygon.points],
    }

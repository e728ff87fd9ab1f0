"""What a decoded frame carries beside its picture."""

from __future__ import annotations

from typing import cast

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame

__all__ = ["side_data"]


def side_data(frame: VideoFrame, kind: Type) -> bytes:
    """The frame's data of that kind; empty where it has none."""
    items = cast("list[SideData]", list(frame.side_data))  # a mapping in the stubs, a sequence in fact
    return next((bytes(item) for item in items if item.type == kind), b"")

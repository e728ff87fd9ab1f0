"""Decoded sound as 16-bit samples of the channels that are wanted."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

__all__ = ["Mix", "Mixer", "channels_of"]

Mix = Literal["mono", "stereo"]

# Numbers of channels for which FFmpeg knows a usual order, which it needs for mixing them.
_MIXABLE = frozenset({*range(1, 9), 16, 24})


def channels_of(frame: AudioFrame) -> int:
    """How many channels a decoded frame has."""
    return frame.layout.nb_channels


class Mixer:
    """Converts frames one after the other to ``rate_hz``, 16 bits, and ``mix``; None keeps every channel.

    ``channel`` (from 0) takes that one alone. Sound around a listener (ambisonics) is its first channel,
    which is what a microphone in that place hears; channels in no known order are mixed alike. A stream that
    changes its rate or channels is followed.
    """

    def __init__(
        self, *, mix: Mix | None = None, rate_hz: int | None = None, channel: int | None = None
    ) -> None:
        self._mix = mix
        self._rate_hz = rate_hz
        self._channel = channel
        self._graph: Graph | None = None
        self._source: tuple[str, str, int] | None = None

    def convert(self, frame: AudioFrame | None) -> list[AudioFrame]:
        """The converted sound that is ready; None ends the stream and gives what was held back."""
        converted: list[AudioFrame] = []
        if frame is None:
            if self._graph is not None:
                self._graph.push(None)
                converted = self._pulled()
            self._graph = None
            return converted
        source = (frame.format.name, frame.layout.name, frame.sample_rate)
        if source != self._source:
            converted = self.convert(None)
            self._graph, self._source = self._built(frame), source
        assert self._graph is not None  # built for this source
        frame.pts = None
        self._graph.push(frame)
        return converted + self._pulled()

    def _built(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        rate_hz = self._rate_hz or frame.sample_rate
        chain = [
            graph.add(
                "abuffer",
                sample_rate=str(frame.sample_rate),
                sample_fmt=frame.format.name,
                channel_layout=frame.layout.name,
                time_base=f"1/{frame.sample_rate}",
            )
        ]
        if pan := self._pan(frame):
            chain.append(graph.add("pan", pan))
        layout = {"channel_layouts": self._mix} if self._mix else {}
        chain.append(graph.add("aformat", sample_fmts="s16", sample_rates=str(rate_hz), **layout))
        chain.append(graph.add("abuffersink"))
        for one, other in pairwise(chain):
            one.link_to(other)
        graph.configure()
        return graph

    def _pan(self, frame: AudioFrame) -> str | None:
        count = channels_of(frame)
        if self._channel is not None:
            return f"mono|c0=c{min(self._channel, count - 1)}"
        if self._mix is None:
            return None
        if frame.layout.name.startswith("ambisonic"):
            return "mono|c0=c0"
        if frame.layout.name.endswith(" channels") and count not in _MIXABLE:
            return "mono|c0=" + "+".join(f"{1 / count:.5f}*c{channel}" for channel in range(count))
        return None

    def _pulled(self) -> list[AudioFrame]:
        frames: list[AudioFrame] = []
        while self._graph is not None:
            try:
                pulled = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError, EOFError):
                break
            if isinstance(pulled, AudioFrame):
                frames.append(pulled)
        return frames

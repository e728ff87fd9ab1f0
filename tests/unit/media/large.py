"""Films of gigabytes that take no room: real, playable files whose packets are filled up with one byte."""

from __future__ import annotations

import io
from fractions import Fraction

import av
from PIL import Image

from tests.unit.media import synthetic as media

__all__ = ["SparseFilm", "film"]

_PAGE_BYTES = 4096
_SIZE = (320, 180)
_FPS = 25
_RATE_HZ = 48_000
_CODECS = {"webm": ("libvpx-vp9", "libopus"), "avi": ("mpeg4", "libmp3lame")}
_SOUND_SAMPLES = {"aac": 1024, "libopus": 960, "libmp3lame": 1152}


class SparseFilm(io.RawIOBase):
    """A file that holds a page of one byte as that byte, and counts what is read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.reads: list[tuple[int, int]] = []
        self._pages: dict[int, bytes] = {}
        self._position = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = base + offset
        return self._position

    def write(self, data: object) -> int:
        view = bytes(data)  # type: ignore[call-overload]  # typeshed's Buffer is no 3.11 type
        done = 0
        while done < len(view):
            number, begin = divmod(self._position, _PAGE_BYTES)
            piece = view[done : done + _PAGE_BYTES - begin]
            if len(piece) < _PAGE_BYTES:
                old = self._page(number)
                piece_page = old[:begin] + piece + old[begin + len(piece) :]
            else:
                piece_page = piece
            is_plain = piece_page.count(piece_page[0]) == _PAGE_BYTES
            self._pages[number] = piece_page[:1] if is_plain else piece_page
            done += len(piece)
            self._position += len(piece)
        self.size = max(self.size, self._position)
        return len(view)

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self.size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        self.reads.append((self._position, wanted))
        first, begin = divmod(self._position, _PAGE_BYTES)
        last = (self._position + max(wanted, 1) - 1) // _PAGE_BYTES
        data = b"".join(self._page(number) for number in range(first, last + 1))[begin : begin + wanted]
        self._position += wanted
        return data

    def forget_reads(self) -> None:
        """Counts anew, from the file's start."""
        self.reads.clear()
        self._position = 0

    @property
    def read_bytes(self) -> int:
        return sum(length for _, length in self.reads)

    def _page(self, number: int) -> bytes:
        page = self._pages.get(number, b"\0")
        return page if len(page) == _PAGE_BYTES else page * _PAGE_BYTES


def film(
    container: str,
    *,
    size_bytes: int,
    minutes: int,
    options: dict[str, str] | None = None,
    amplitude: float = 0.3,
    sound_last: bool = False,
) -> SparseFilm:
    """A film of pictures and sound with an index as long as such a film has; ``sound_last`` puts all of the
    sound behind all pictures."""
    codec, sound_codec = _CODECS.get(container, ("libx264", "aac"))
    source = _two_seconds(codec, sound_codec, amplitude)
    frames = minutes * 60 * _FPS
    filler = size_bytes // frames
    out = SparseFilm()
    with (
        av.open(io.BytesIO(source)) as given,
        av.open(out, "w", format=container, options=options or {}, buffer_size=1024 * 1024) as sink,
    ):
        streams = {stream.index: sink.add_stream_from_template(stream) for stream in given.streams}
        packets = [packet for packet in given.demux() if packet.size]
        clocks = dict.fromkeys(streams, 0)
        kinds: list[tuple[str, ...]] = [("video",), ("audio",)] if sound_last else [("video", "audio")]
        for kind in kinds:
            wanted = [packet for packet in packets if packet.stream.type in kind]
            for source_packet in wanted * (minutes * 30):
                index, data = source_packet.stream.index, bytes(source_packet)
                is_picture = given.streams[index].type == "video"
                if is_picture:
                    data += _filling(codec, filler - len(data))
                packet = av.Packet(data)
                packet.stream, packet.is_keyframe = streams[index], source_packet.is_keyframe
                packet.time_base = Fraction(1, _FPS if is_picture else _RATE_HZ)
                packet.pts = packet.dts = clocks[index]
                packet.duration = 1 if is_picture else _SOUND_SAMPLES[sound_codec]
                clocks[index] += packet.duration
                sink.mux(packet)
    out.forget_reads()
    return out


def _filling(codec: str, size: int) -> bytes:
    """What a decoder passes over: a NAL unit that says so, or bytes behind a VP9 frame's end."""
    if codec == "libvpx-vp9":
        return b"\xff" * size
    if codec == "mpeg4":
        return bytes(size)
    return (size - 4).to_bytes(4, "big") + b"\x0c" + b"\xff" * (size - 6) + b"\x80"


def _two_seconds(codec: str, sound_codec: str, amplitude: float) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as sink:
        sound = sink.add_stream(sound_codec, rate=_RATE_HZ, layout="mono")
        picture = sink.add_stream(codec, rate=_FPS)
        picture.width, picture.height, picture.pix_fmt = *_SIZE, "yuv420p"
        picture.options = {
            "libx264": {"preset": "ultrafast"},
            "libvpx-vp9": {"cpu-used": "8", "lag-in-frames": "0"},
        }.get(codec, {})
        picture.codec_context.gop_size = 2 * _FPS
        shown: Image.Image = media.scene(1, _SIZE)
        for number in range(2 * _FPS):
            frame = av.VideoFrame.from_image(shown)
            frame.pts, frame.time_base = number, Fraction(1, _FPS)
            sink.mux(picture.encode(frame))
        sink.mux(picture.encode(None))
        position = 0
        for samples in media.tone(2_000, rate=_RATE_HZ, amplitude=amplitude):
            sink.mux(sound.encode(media._audio_frame(samples, _RATE_HZ, "mono", position)))
            position += len(samples)
        sink.mux(sound.encode(None))
    return out.getvalue()

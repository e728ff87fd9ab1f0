"""What engines find, as plain values. Light to import: callers unpickle these in their own process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """An upright rectangle; all four are ratios of the picture's width or height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Polygon:
    """Corners (x, y) as ratios of the picture, clockwise from the top left corner *as the text reads*."""

    points: tuple[tuple[float, float], ...]

    def bounding_box(self) -> Box:
        """The smallest upright rectangle around the corners."""
        columns = [x for x, _ in self.points]
        rows = [y for _, y in self.points]
        return Box(min(columns), min(rows), max(columns) - min(columns), max(rows) - min(rows))


@dataclass(frozen=True)
class Word:
    """A word of a line; ``confidence`` 0.0–1.0."""

    text: str
    confidence: float
    polygon: Polygon


@dataclass(frozen=True)
class Line:
    """A line of text, its words in reading order; ``confidence`` 0.0–1.0."""

    text: str
    confidence: float
    polygon: Polygon
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Page:
    """A picture of text; lines in reading order of the upright page.

    ``rotation_degrees`` (0, 90, 180, 270) is how far the page lies turned clockwise. Geometry is given in the
    picture as received.
    """

    width_px: int
    height_px: int
    rotation_degrees: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Area:
    """Something found at a place; ``confidence`` 0.0–1.0."""

    confidence: float
    box: Box


@dataclass(frozen=True)
class SceneLabel:
    """What a photograph shows as a whole; ``parents`` are all that it is a kind of, the nearest first."""

    name: str
    confidence: float
    parents: tuple[str, ...]
    category: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Face:
    """A face looking towards the camera; ``brightness`` and ``sharpness`` 0–100, of the face alone."""

    confidence: float
    box: Box
    brightness: float
    sharpness: float


@dataclass(frozen=True)
class Quality:
    """How a picture was taken; all 0–100."""

    brightness: float
    sharpness: float
    contrast: float


@dataclass(frozen=True)
class Colour:
    """A dominant colour and its share of the pixels, 0–100."""

    red: int
    green: int
    blue: int
    css_name: str
    simple_name: str
    pixel_percent: float


@dataclass(frozen=True)
class Look:
    """Quality and dominant colours of a region, the most frequent colour first."""

    quality: Quality
    colours: tuple[Colour, ...]


@dataclass(frozen=True)
class ImageProperties:
    """The whole picture, its middle (foreground) and its rim (background)."""

    whole: Look
    foreground: Look
    background: Look


@dataclass(frozen=True)
class SpokenWord:
    """A word with the chance that it is right (0.0–1.0) and its time from the start of the media.

    ``before`` and ``after`` are the punctuation beside it, empty where the engine knows none; ``speaker``
    counts from 0 where speakers were told apart.
    """

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float
    before: str = ""
    after: str = ""
    speaker: int | None = None


@dataclass(frozen=True)
class SpeechSegment:
    """Words of one speaker, spoken without a pause between them."""

    words: tuple[SpokenWord, ...]

    @property
    def start_seconds(self) -> float:
        return self.words[0].start_seconds

    @property
    def end_seconds(self) -> float:
        return self.words[-1].end_seconds


@dataclass(frozen=True)
class Speech:
    """All speech of a media file, or of one of its channels.

    ``media_format`` is Transcribe's name for the container (``mp4``, ``flac``); ``sample_rate_hz`` is that of
    the source.
    """

    duration_seconds: float
    sample_rate_hz: int
    media_format: str
    segments: tuple[SpeechSegment, ...]

    def words(self) -> tuple[SpokenWord, ...]:
        """All words in order."""
        return tuple(word for segment in self.segments for word in segment.words)


@dataclass(frozen=True)
class Hearing:
    """What was heard in a media file: its speech, or that of each of its channels.

    ``language`` is the ISO 639 code of what was spoken (Whisper's: ``en``, ``jw``), ``None`` where nobody
    speaks; ``languages`` are those that it could be with their probabilities, the likeliest first.
    """

    channels: tuple[Speech, ...]
    language: str | None = None
    languages: tuple[tuple[str, float], ...] = ()

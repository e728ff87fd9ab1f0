"""What is seen: the shapes of ``vision.json`` and of the keyframe list that it is computed from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from braid.domain.claim_check import Claim
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.span import Span
from braid.domain.wire import formerly

__all__ = [
    "Box",
    "Color",
    "DetectedText",
    "Face",
    "ImageProperties",
    "Keyframe",
    "KeyframeAnalysis",
    "KeyframeList",
    "Label",
    "ModerationCategory",
    "Vision",
    "is_disturbing",
]

# Branches of Rekognition's moderation taxonomy that nobody should meet unprepared; all below them counts.
# Drugs, weapons that hurt nobody, swimwear and rude gestures may be unwanted, but they don't shock.
# https://docs.aws.amazon.com/rekognition/latest/dg/moderation-api.html
_DISTURBING = frozenset(
    {
        "explicit",
        "graphic violence",
        "visually disturbing",
        # What model versions up to 6.1 called the first two, and the parts that they had no branch for.
        "explicit nudity",
        "graphic violence or gore",
        "physical violence",
        "self injury",
        "weapon violence",
    }
)
# As sure as the service is of anything that it reports unasked: a picture blurred in vain costs a click, one
# shown in vain can't be unseen.
_DISTURBING_CONFIDENCE = 0.5
# The edge of a thing against its background makes about this much of other colours.
_VISIBLE_SHARE = 0.02


@dataclass(frozen=True)
class Box:
    """A region as ratios of the picture's width and height, from its top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Keyframe:
    """A still chosen to stand for ``span``: taken at ``at_ms`` of a video, or the image of a ``page``."""

    keyframe_id: str
    image: Claim
    width_px: int
    height_px: int
    span: Span
    at_ms: int | None = None
    page: int | None = None
    member: str = ""


@dataclass(frozen=True)
class KeyframeList:
    """The keyframes of an asset in order of time, then page."""

    keyframes: tuple[Keyframe, ...]
    warnings: tuple[str, ...] = ()
    missing: tuple[MissingOperation, ...] = ()
    schema_version: str = "1"


@dataclass(frozen=True)
class Label:
    """An object, scene or concept with its parents' names, nearest first, and boxes where it was located."""

    name: str
    confidence: float
    parents: tuple[str, ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class DetectedText:
    """A line of text seen in the picture."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True)
class Face:
    """That a face is there, and where; never whose."""

    confidence: float
    box: Box


@dataclass(frozen=True)
class ModerationCategory:
    """A moderation category with its parent path, outermost first."""

    name: str
    confidence: float
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Color:
    """A dominant colour: its simple name, ``#rrggbb`` and its share of the pixels looked at (0 to 1)."""

    name: str
    hex_code: str
    share: float


@dataclass(frozen=True)
class ImageProperties:
    """Measured properties on the service's scales of 0 to 100.

    ``colors`` are those of the whole picture, ``foreground_colors`` those of what stands before its
    background, as far as the service tells the two apart.
    """

    brightness: float | None = None
    sharpness: float | None = None
    contrast: float | None = None
    colors: tuple[Color, ...] = ()
    foreground_colors: tuple[Color, ...] = ()

    @property
    def subject_colors(self) -> tuple[Color, ...]:
        """The colours of what the picture is of, each name once with its whole share, the largest first.

        Where the service doesn't tell the foreground, they are those of the whole picture. A share that
        nobody would see is left out.
        """
        by_name: dict[str, Color] = {}
        for color in self.foreground_colors or self.colors:
            name = color.name.lower()
            known = by_name.get(name)
            by_name[name] = replace(known, share=known.share + color.share) if known else color
        ordered = sorted(by_name.values(), key=lambda color: -color.share)
        return tuple(color for color in ordered if color.share >= _VISIBLE_SHARE) or tuple(ordered)


@dataclass(frozen=True)
class KeyframeAnalysis:
    """Everything that was seen in one keyframe; ``texts_source`` is the operation that read its ``texts``."""

    keyframe_id: str
    image: Claim
    span: Span
    at_ms: int | None = None
    page: int | None = None
    labels: tuple[Label, ...] = ()
    texts: tuple[DetectedText, ...] = ()
    faces: tuple[Face, ...] = ()
    moderation: tuple[ModerationCategory, ...] = ()
    properties: ImageProperties = field(default_factory=ImageProperties)
    description: str | None = field(default=None, metadata=formerly("caption"))
    member: str = ""
    texts_source: str = "rekognition:DetectText"


@dataclass(frozen=True)
class Vision:
    """Every keyframe with what was seen in it."""

    keyframes: tuple[KeyframeAnalysis, ...]
    missing: tuple[MissingOperation, ...] = ()
    usage: tuple[Usage, ...] = ()
    warnings: tuple[str, ...] = ()
    schema_version: str = "1"


def is_disturbing(keyframe: KeyframeAnalysis) -> bool:
    """Whether the picture stays blurred until somebody asks for it: nudity, gore, or what disturbs otherwise.

    It rests on the moderation categories alone; a picture that was never moderated isn't known to disturb.
    """
    return any(
        category.confidence >= _DISTURBING_CONFIDENCE
        and not _DISTURBING.isdisjoint(name.lower() for name in (category.name, *category.parents))
        for category in keyframe.moderation
    )

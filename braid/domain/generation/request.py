"""A request: the file ``inbox/generate/<name>.toml``, checked as a whole before anything is paid for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from braid.domain.errors import InvalidAssetError, InvalidInputError
from braid.domain.generation.tasks import NEEDS, Task
from braid.domain.quoting import quoted
from braid.domain.toml_text import parse_toml
from braid.domain.wire import decode

__all__ = [
    "MAX_REFRESH_DAYS",
    "MAX_REQUEST_BYTES",
    "PLACE_OF_THE_STAGE_BEFORE",
    "Expansion",
    "GenerationRequest",
    "next_request",
    "read_request",
]

MAX_REQUEST_BYTES = 64 * 1024
MAX_REFRESH_DAYS = 365
# What a later stage writes for the picture that the stage before it made.
PLACE_OF_THE_STAGE_BEFORE = "previous"
_MOST_STAGES = 4
_MOST_PIXELS = 2000
_SIDES = (320, 4096)  # Nova Canvas took these, and no live provider takes more
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_RESOLUTION = re.compile(r"[1-9]\d{2,3}x[1-9]\d{2,3}")
_PLACES = ("inbox/", "assets/")


@dataclass(frozen=True)
class Expansion:
    """How many pixels are added on each side of the reference."""

    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0


@dataclass(frozen=True)
class GenerationRequest:
    """What somebody asked for. ``None`` is what they left to the provider.

    ``references`` and ``mask`` are keys: below ``inbox/`` of the input bucket or ``assets/`` of the results
    bucket. In a mask white is changed and black is kept. ``replaces`` names in words what is to be replaced
    where there is no mask. ``refresh_days`` after it was published it is asked for again. ``then`` are the
    stages that follow once this one is approved, each a request whose reference ``previous`` is what was made
    before it.
    """

    task: Task
    prompt: str = ""
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    negative_prompt: str = ""
    references: tuple[str, ...] = ()
    mask: str = ""
    replaces: str = ""
    guide: Literal["edges", "sketch"] = "edges"
    strength: float | None = None
    expand: Expansion | None = None
    colours: tuple[str, ...] = ()
    width: int | None = None
    height: int | None = None
    count: int | None = None
    quality: Literal["standard", "premium"] | None = None
    cfg_scale: float | None = None
    seed: int | None = None
    duration_seconds: int | None = None
    fps: int | None = None
    resolution: str | None = None
    loop: bool | None = None
    media_type: Literal["image/png", "image/jpeg"] = "image/png"
    longest_side: int | None = None
    requested_by: str = ""
    max_usd: float | None = None
    refresh_days: int | None = None
    then: tuple[dict[str, Any], ...] = ()

    @property
    def way(self) -> str:
        """Which of a task's ways is meant, where providers differ by it."""
        if self.task is Task.INPAINT:
            return "mask" if self.mask else "words"
        if self.task is Task.CONDITION:
            return self.guide
        if self.task is Task.VARIATION:
            return "style" if len(self.references) == 2 else "strength"
        return ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every key that is read for it."""
        return (*self.references, *((self.mask,) if self.mask else ()))


def read_request(text: str | bytes, *, name: str) -> GenerationRequest:
    """The request in the file ``name``. Raises ``InvalidAssetError`` that lists everything wrong with it."""
    try:
        value = parse_toml(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except UnicodeDecodeError as error:
        raise InvalidAssetError(f"{name} isn't UTF-8 text: save it as UTF-8") from error
    except ValueError as error:
        raise InvalidAssetError(f"{name} isn't TOML: {error}") from error
    return _checked(value, name)


def next_request(request: GenerationRequest, made: str) -> GenerationRequest | None:
    """The stage after ``request``, which made the object ``made``; nothing where it was the last."""
    if not request.then:
        return None
    stage, *later = request.then
    value = {"requested_by": request.requested_by, **stage, "then": later}
    following = decode(GenerationRequest, value, called="the next stage")
    keys = tuple(made if key == PLACE_OF_THE_STAGE_BEFORE else key for key in following.references)
    return replace(following, references=keys)


def _checked(value: Mapping[str, Any], name: str) -> GenerationRequest:
    try:
        request = decode(GenerationRequest, value, called="the request")
    except InvalidInputError as error:
        raise InvalidAssetError(f"{name}: {error}") from error
    problems = list(_problems(request))
    for number, stage in enumerate(request.then, 2):
        problems += [f"stage {number}: {problem}" for problem in _problems_of_stage(stage)]
    if len(request.then) >= _MOST_STAGES:
        problems.append(f"a chain has at most {_MOST_STAGES} stages, not {len(request.then) + 1}")
    if PLACE_OF_THE_STAGE_BEFORE in request.references:
        problems.append(
            f"nothing was made before the first stage: name a key, not {PLACE_OF_THE_STAGE_BEFORE!r}"
        )
    if problems:
        raise InvalidAssetError(f"{name}: " + "; ".join(problems))
    return request


def _problems_of_stage(stage: Mapping[str, Any]) -> Iterator[str]:
    if "then" in stage:
        yield "a stage has no stages of its own: list them all under [[then]]"
        return
    if "refresh_days" in stage:
        yield "a chain is made again from its first stage: say refresh_days there"
    try:
        request = decode(GenerationRequest, stage, called="the request")
    except InvalidInputError as error:
        yield str(error)
        return
    yield from _problems(request)


def _problems(request: GenerationRequest) -> Iterator[str]:
    needs = NEEDS[request.task]
    if request.prompt and request.template:
        yield "give a prompt or the name of a template, not both"
    if needs.prompt and not (request.prompt.strip() or request.template):
        yield f"{request.task} needs a prompt, or the name of a template"
    if request.values and not request.template:
        yield "values belong to a template, and none is named"
    yield from _problems_of_references(request)
    if request.task is not Task.INPAINT and (request.mask or request.replaces):
        yield "mask and replaces belong to inpaint"
    if request.task is Task.INPAINT and not (request.mask or request.replaces):
        yield "inpaint needs a mask (white is changed), or replaces: the words for what is to be replaced"
    if (request.task is Task.OUTPAINT) != (request.expand is not None):
        yield "expand (left, right, up, down, in pixels) belongs to outpaint, which needs it"
    if request.expand and not _fits(request.expand):
        yield f"expand by 0 to {_MOST_PIXELS} pixels a side, and on one side at least"
    if (request.task is Task.COLOUR_GUIDED) != bool(request.colours):
        yield "colours belong to colour_guided, which needs one to ten"
    if len(request.colours) > 10 or not all(_COLOUR.fullmatch(colour) for colour in request.colours):
        yield "colours are one to ten of the form #1A2B3C"
    yield from _problems_of_numbers(request)
    if needs.makes == "image" and (
        request.duration_seconds or request.fps or request.resolution or request.loop
    ):
        yield "duration_seconds, fps, resolution and loop belong to a video"
    if request.resolution is not None and not _RESOLUTION.fullmatch(request.resolution):
        yield f"resolution is of the form 1280x720, not {quoted(request.resolution, 40)}"


def _problems_of_references(request: GenerationRequest) -> Iterator[str]:
    least, most = NEEDS[request.task].references
    if not least <= len(request.references) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}"
        yield f"{request.task} takes {wanted} references, not {len(request.references)}"
    for key in request.inputs:
        if key != PLACE_OF_THE_STAGE_BEFORE and not key.startswith(_PLACES):
            yield f"{quoted(key)} is no key below inbox/ (what was dropped) or assets/ (what was made)"


def _problems_of_numbers(request: GenerationRequest) -> Iterator[str]:
    least, most = _SIDES
    bounds = {
        "strength": (request.strength, 0.0, 1.0),
        "width": (request.width, least, most),
        "height": (request.height, least, most),
        "count": (request.count, 1, 5),
        "cfg_scale": (request.cfg_scale, 1.1, 10.0),
        "seed": (request.seed, 0, 4_294_967_294),
        "duration_seconds": (request.duration_seconds, 1, 120),
        "fps": (request.fps, 1, 60),
        "longest_side": (request.longest_side, 64, most),
        "max_usd": (request.max_usd, 0, 1_000),
        "refresh_days": (request.refresh_days, 1, MAX_REFRESH_DAYS),
    }
    for name, (value, lowest, highest) in bounds.items():
        if value is not None and not lowest <= value <= highest:
            yield f"{name} is {lowest} to {highest}, not {value}"
    if (request.width is None) != (request.height is None):
        yield "give width and height together"


def _fits(expand: Expansion) -> bool:
    sides = (expand.left, expand.right, expand.up, expand.down)
    return all(0 <= side <= _MOST_PIXELS for side in sides) and any(sides)

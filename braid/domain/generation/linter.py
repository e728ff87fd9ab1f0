"""What a prompt lacks. Five rules: type, content, style; camera for a video; no denials; length.

The order of parts is the one that image models are documented to read best: what kind of picture, what is in
it, and how it looks (https://docs.aws.amazon.com/nova/latest/userguide/prompting-creation.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from braid.domain.generation.tasks import NEEDS, Task

__all__ = ["Finding", "lint", "lint_parts", "split_negatives"]

_TYPES = (
    *(
        "photograph",
        "photo",
        "picture",
        "portrait",
        "sketch",
        "drawing",
        "painting",
        "watercolour",
        "watercolor",
    ),
    *("illustration", "render", "rendering", "poster", "logo", "icon", "diagram", "collage", "close-up"),
    *("packaging", "package design", "mock-up", "mockup", "shot", "video", "clip", "animation", "footage"),
)
_STYLES = (
    *(
        "realistic",
        "photorealistic",
        "artistic",
        "minimalist",
        "minimal",
        "flat",
        "cinematic",
        "vintage",
        "modern",
    ),
    *(
        "watercolour",
        "watercolor",
        "oil",
        "pencil",
        "pastel",
        "impressionist",
        "isometric",
        "cartoon",
        "studio",
    ),
    *(
        "soft light",
        "natural light",
        "warm light",
        "dramatic",
        "monochrome",
        "colourful",
        "colorful",
        "style",
    ),
    *("macro", "documentary", "comic", "low-poly", "line art", "pop art", "art deco", "high contrast"),
)
_CAMERA = (
    *(
        "dolly",
        "pan",
        "pans",
        "tilt",
        "tilts",
        "zoom",
        "zooms",
        "tracking",
        "orbit",
        "orbits",
        "crane",
        "aerial",
    ),
    *("handheld", "static", "push in", "pull out", "pull back", "fixed camera", "drone", "follows", "truck"),
)
_LEAST_WORDS = 3
_DENIAL = re.compile(r"\b(?:with no|without(?: any)?|no|not(?: any)?|free of)\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One thing that a prompt lacks: the rule's name, and a sentence for whoever wrote it."""

    rule: str
    sentence: str


def lint(text: str, task: Task, *, max_characters: int) -> tuple[Finding, ...]:
    """What a prompt in free words lacks; empty where all is there."""
    found = []
    if not _has(text, _TYPES):
        found.append(Finding("type", "say what kind of picture it is: a photograph, a sketch, a poster …"))
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text) if not _has(word, _TYPES + _STYLES)]
    if len(words) < _LEAST_WORDS:
        found.append(Finding("content", "say what is in it, where, and doing what"))
    if not _has(text, _STYLES):
        found.append(Finding("style", "say how it looks: realistic, watercolour, warm light …"))
    return (*found, *_common(text, task, max_characters, has_camera=_has(text, _CAMERA)))


def lint_parts(
    *, type: str, content: str, style: str, camera: str, task: Task, max_characters: int
) -> tuple[Finding, ...]:
    """What a template lacks, whose parts are told apart."""
    found = [
        Finding(name, f"the part `{name}` is empty")
        for name, part in (("type", type), ("content", content), ("style", style))
        if not part.strip()
    ]
    text = ", ".join((type, content, style, camera))
    return (*found, *_common(text, task, max_characters, has_camera=bool(camera.strip())))


def split_negatives(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its denials, and what they deny: models draw what a prompt names, even after "no"."""
    kept, moved = [], []
    for clause in re.split(r"\s*[,;.]\s+|\s*[,;.]$", text):
        found = _DENIAL.search(clause)
        if found is None:
            kept.append(clause)
            continue
        moved.append(found[1].strip())
        if before := clause[: found.start()].strip():
            kept.append(before)
    return (", ".join(part for part in kept if part), tuple(moved)) if moved else (text, ())


def _common(text: str, task: Task, max_characters: int, *, has_camera: bool) -> list[Finding]:
    found = []
    if NEEDS[task].makes == "video" and not has_camera:
        found.append(Finding("camera", "say what the camera does: a slow pan, a dolly in, static …"))
    if moved := split_negatives(text)[1]:
        found.append(
            Finding("negatives", f"put what must not be seen under negative_prompt: {', '.join(moved)}")
        )
    if len(text) > max_characters:
        found.append(Finding("length", f"it has {len(text)} characters; the provider takes {max_characters}"))
    return found


def _has(text: str, words: tuple[str, ...]) -> bool:
    return re.search(rf"\b(?:{'|'.join(map(re.escape, words))})s?\b", text, re.IGNORECASE) is not None

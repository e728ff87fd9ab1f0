"""The nine tasks: what each needs, and what it gives. They are ours; who can do one is the registry's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["NEEDS", "Medium", "Needs", "Task"]

Medium = Literal["image", "video"]


class Task(StrEnum):
    """What may be asked for."""

    TEXT_TO_IMAGE = "text_to_image"
    CONDITION = "condition"
    VARIATION = "variation"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    COLOUR_GUIDED = "colour_guided"
    REMOVE_BACKGROUND = "remove_background"
    TEXT_TO_VIDEO = "text_to_video"
    IMAGE_TO_VIDEO = "image_to_video"


@dataclass(frozen=True)
class Needs:
    """What a request for the task must hold; ``references`` are the least and the most.

    ``keeps_layout`` where what comes out is laid out as the reference is because it was asked for so.
    """

    makes: Medium = "image"
    prompt: bool = True
    references: tuple[int, int] = (0, 0)
    keeps_layout: bool = False
    says: str = ""

    @property
    def starts_from_a_picture(self) -> bool:
        """Whether what comes out is somebody's picture changed, not one made of words alone."""
        return self.references[0] > 0


NEEDS: Mapping[Task, Needs] = {
    Task.TEXT_TO_IMAGE: Needs(says="a picture of what the prompt says"),
    Task.CONDITION: Needs(
        references=(1, 1), says="a new picture with the reference's edges, or of its sketch"
    ),
    Task.VARIATION: Needs(
        references=(1, 2), says="the reference again; with two, the first in the second's style"
    ),
    Task.INPAINT: Needs(references=(1, 1), says="what the mask covers, or what is named, replaced"),
    Task.OUTPAINT: Needs(references=(1, 1), says="the reference continued beyond its borders"),
    Task.COLOUR_GUIDED: Needs(
        references=(0, 1), keeps_layout=True, says="a picture in the colours that are given"
    ),
    Task.REMOVE_BACKGROUND: Needs(
        prompt=False, references=(1, 1), keeps_layout=True, says="what the reference shows, cut out"
    ),
    Task.TEXT_TO_VIDEO: Needs(makes="video", says="a video of what the prompt says"),
    Task.IMAGE_TO_VIDEO: Needs(
        makes="video", references=(1, 2), keeps_layout=True, says="a video that begins (and ends) so"
    ),
}

"""What models are sent, for each task, with the values of the workshop that the retired two were used in."""

from __future__ import annotations

import base64

import pytest

from braid.domain.generation.prompts import FilledPrompt
from braid.domain.generation.request import Expansion, GenerationRequest
from braid.domain.generation.shapes import nearest_ratio, video_shape
from braid.domain.generation.tasks import Task
from braid.models.generation import luma, retired, stability, stand_in
from braid.models.generation.inputs import RATIOS, Inputs

PNG, JPEG, MASK = b"\x89PNG one", b"\xff\xd8\xff two", b"\x89PNG mask"
ONE, TWO = Inputs((PNG,)), Inputs((PNG, JPEG))
A, B, M = (base64.b64encode(body).decode() for body in (PNG, JPEG, MASK))
KEY, KEYS = ("inbox/a.png",), ("inbox/a.png", "inbox/b.jpg")
PROMPT = FilledPrompt("a package of dog food", "bad quality")
# The workshop's: 1024 x 1024, cfgScale 7.5, seed 250, standard quality, one image.
CONFIG = {"width": 1024, "height": 1024, "cfg_scale": 7.5, "seed": 250, "quality": "standard", "count": 1}
CANVAS_CONFIG = {
    "numberOfImages": 1,
    "quality": "standard",
    "height": 1024,
    "width": 1024,
    "cfgScale": 7.5,
    "seed": 250,
}
TEXT_AND_NEGATIVE = {"text": "a package of dog food", "negativeText": "bad quality"}


def _request(task: Task, **members: object) -> GenerationRequest:
    return GenerationRequest(task, prompt="x", **members)  # type: ignore[arg-type]  # each test's own members


@pytest.mark.parametrize(
    ("request_", "inputs", "task_type", "params"),
    [
        (_request(Task.TEXT_TO_IMAGE, **CONFIG), Inputs(), "TEXT_IMAGE", {"textToImageParams": {}}),
        (
            _request(Task.CONDITION, references=KEY, strength=0.8, **CONFIG),
            ONE,
            "TEXT_IMAGE",
            {"textToImageParams": {"conditionImage": A, "controlMode": "CANNY_EDGE", "controlStrength": 0.8}},
        ),
        (
            _request(Task.VARIATION, references=KEYS, strength=0.3, **CONFIG),
            TWO,
            "IMAGE_VARIATION",
            {"imageVariationParams": {"images": [A, B], "similarityStrength": 0.7}},
        ),
        (
            _request(Task.INPAINT, references=KEY, mask="inbox/m.png", **CONFIG),
            Inputs((PNG,), MASK),
            "INPAINTING",
            {"inPaintingParams": {"image": A, "maskImage": M}},
        ),
        (
            _request(Task.OUTPAINT, references=KEY, replaces="the bag", **CONFIG),
            ONE,
            "OUTPAINTING",
            {"outPaintingParams": {"image": A, "maskPrompt": "the bag", "outPaintingMode": "DEFAULT"}},
        ),
        (
            _request(Task.COLOUR_GUIDED, colours=("#81FC81", "#386739"), **CONFIG),
            Inputs(),
            "COLOR_GUIDED_GENERATION",
            {"colorGuidedGenerationParams": {"colors": ["#81FC81", "#386739"]}},
        ),
    ],
)
def test_canvas_was_asked_so(
    request_: GenerationRequest, inputs: Inputs, task_type: str, params: dict[str, dict[str, object]]
) -> None:
    ((name, members),) = params.items()
    assert retired.canvas_body(request_, PROMPT, inputs) == {
        "taskType": task_type,
        name: {**TEXT_AND_NEGATIVE, **members},
        "imageGenerationConfig": CANVAS_CONFIG,
    }


def test_canvas_took_a_background_away_with_nothing_but_the_picture() -> None:
    assert retired.canvas_body(_request(Task.REMOVE_BACKGROUND, references=KEY), PROMPT, ONE) == {
        "taskType": "BACKGROUND_REMOVAL",
        "backgroundRemovalParams": {"image": A},
    }


@pytest.mark.parametrize(
    ("inputs", "images"),
    [
        (Inputs(), {}),
        (ONE, {"images": [{"format": "png", "source": {"bytes": A}}]}),
        (Inputs((JPEG,)), {"images": [{"format": "jpeg", "source": {"bytes": B}}]}),
    ],
)
def test_reel_was_asked_so(inputs: Inputs, images: dict[str, object]) -> None:
    request = _request(Task.TEXT_TO_VIDEO, duration_seconds=6, fps=24, resolution="1280x720", seed=7)
    assert retired.reel_body(request, PROMPT, inputs) == {
        "taskType": "TEXT_VIDEO",
        "textToVideoParams": {"text": "a package of dog food", **images},
        "videoGenerationConfig": {"durationSeconds": 6, "fps": 24, "dimension": "1280x720", "seed": 7},
    }


COMMON = {
    "output_format": "png",
    "prompt": "a package of dog food",
    "negative_prompt": "bad quality",
    "seed": 250,
}


@pytest.mark.parametrize(
    ("request_", "inputs", "members"),
    [
        (
            _request(Task.TEXT_TO_IMAGE, **CONFIG),
            Inputs(),
            {"mode": "text-to-image", "aspect_ratio": "1:1"},
        ),
        (
            _request(Task.CONDITION, references=KEY, strength=0.8, seed=250),
            ONE,
            {"image": A, "control_strength": 0.8},
        ),
        (
            _request(Task.VARIATION, references=KEY, seed=250),
            ONE,
            {"mode": "image-to-image", "image": A, "strength": 0.7},
        ),
        (_request(Task.VARIATION, references=KEYS, seed=250), TWO, {"init_image": A, "style_image": B}),
        (_request(Task.INPAINT, references=KEY, seed=250), Inputs((PNG,), MASK), {"image": A, "mask": M}),
        (
            _request(Task.INPAINT, references=KEY, replaces="the dog", seed=250),
            ONE,
            {"image": A, "search_prompt": "the dog"},
        ),
    ],
)
def test_stability_is_asked_so(
    request_: GenerationRequest, inputs: Inputs, members: dict[str, object]
) -> None:
    assert stability.body(request_, PROMPT, inputs) == {**COMMON, **members}


def test_stability_extends_by_pixels_and_cuts_out_with_the_picture_alone() -> None:
    wider = _request(Task.OUTPAINT, references=KEY, expand=Expansion(left=200, down=10), seed=250)
    without_negative = {name: value for name, value in COMMON.items() if name != "negative_prompt"}
    assert stability.body(wider, PROMPT, ONE) == {**without_negative, "image": A, "left": 200, "down": 10}
    cut = stability.body(_request(Task.REMOVE_BACKGROUND, references=KEY), PROMPT, ONE)
    assert cut == {"image": A, "output_format": "png"}


def test_luma_is_asked_for_the_nearest_and_the_difference_is_said() -> None:
    """The workshop's 6 s at 24 frames and 1280x720, put to the provider of today."""
    request = _request(Task.TEXT_TO_VIDEO, duration_seconds=6, fps=24, resolution="1280x720")
    assert luma.body(request, PROMPT, Inputs()) == {
        "prompt": "a package of dog food",
        "aspect_ratio": "16:9",
        "loop": False,
        "duration": "5s",
        "resolution": "720p",
    }
    assert video_shape(request).instead == ("duration_seconds = 6: Luma Ray 2 makes 5",)
    small = video_shape(_request(Task.TEXT_TO_VIDEO, duration_seconds=9, resolution="480x640"))
    assert (small.seconds, small.resolution, small.aspect_ratio) == (9, "540p", "3:4")
    assert len(small.instead) == 1


def test_luma_begins_and_ends_with_the_references() -> None:
    body = luma.body(_request(Task.IMAGE_TO_VIDEO, references=KEYS), PROMPT, TWO)
    assert body["keyframes"] == {
        "frame0": {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": A}},
        "frame1": {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": B}},
    }


def test_a_palette_goes_with_the_size_that_was_asked_for() -> None:
    request = _request(Task.COLOUR_GUIDED, colours=("#112233",), width=640, height=480, seed=3)
    assert stand_in.body(request, PROMPT, Inputs()) == {
        "prompt": "a package of dog food",
        "colours": ["#112233"],
        "width": 640,
        "height": 480,
        "seed": 3,
    }


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [(1024, 1024, "1:1"), (1280, 720, "16:9"), (720, 1280, "9:16"), (900, 1200, "4:5")],
)
def test_pixels_become_the_nearest_ratio(width: int, height: int, ratio: str) -> None:
    assert nearest_ratio(_request(Task.TEXT_TO_IMAGE, width=width, height=height), RATIOS) == ratio

"""A question sees the pictures that its asset's profile allows, and an answer may rest on one alone."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image

from braid.aws.bedrock.converse import read_reply
from braid.domain.answer.answer import Answer
from braid.domain.asset.asset import Modality
from braid.domain.claim_check import Claim
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.vision import KeyframeAnalysis, Vision
from braid.domain.span import Span
from braid.models.question import Picture, Question, Text
from braid.runtime.library import CODE_ROOT, model_registry
from lambdas.inference.checks.claim_check import judge
from lambdas.inference.infer import infer
from lambdas.inference.question.pictures import with_pictures
from lambdas.inference.request.pictures import picture_names
from lambdas.inference.trial import TrialRequest, trial_case
from tests.unit.inference.timelines import MODEL_IDS, answered

QUESTION = "What colour is the door?"
RULES = (CODE_ROOT / "profiles" / "rules.md").read_text("utf-8")
COLOURS = {"red": (200, 20, 20), "green": (20, 160, 40), "blue": (20, 40, 200)}


def picture(colour: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), COLOURS[colour]).save(written, "JPEG")
    return written.getvalue()


def keyframe(number: int) -> KeyframeAnalysis:
    span = Span(number * 10_000, (number + 1) * 10_000)
    return KeyframeAnalysis(
        f"k{number:04d}", Claim("s3://b/k", "image/jpeg", 1, ""), span, number * 10_000 + 5_000
    )


def said(number: int, text: str, source: str = "transcribe:u") -> Observation:
    span = Span(number * 10_000, number * 10_000 + 9_000)
    modality = Modality.SPEECH if source.startswith("transcribe") else Modality.VISION
    return Observation(f"o{number:04d}", modality, "utterance", span, text, 0.9, source)


def timeline(*observations: Observation) -> Timeline:
    return Timeline(100_000, (), observations, (), (), {})


class Beholder:
    """A model that knows the colour of each picture that it is shown and nothing else."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def __call__(self, question: Question) -> Any:
        images = [part.jpeg for part in question.content if isinstance(part, Picture)]
        texts = [part.text for part in question.content if isinstance(part, Text)]
        names = [text for text in texts if text.startswith("Keyframe ")]
        self.shown = [name.removeprefix("Keyframe ").rstrip(":") for name in names]
        statements = [
            {"text": f"The door is {_colour_of(image)}.", "evidence_ids": [f"picture-{name}"]}
            for name, image in zip(self.shown, images, strict=True)
        ]
        return read_reply(answered({"statements": statements}))


def _colour_of(image: bytes) -> str:
    pixel = Image.open(io.BytesIO(image)).convert("RGB").getpixel((10, 10))
    assert isinstance(pixel, tuple)
    return min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], pixel, strict=True)))


def test_a_question_that_only_the_picture_answers_is_answered_from_it() -> None:
    request = TrialRequest("a-1", 1, RULES, question=QUESTION, asset_profile="catalog")
    asked = timeline(said(0, "Come in and have a look around the house."))
    profile, budgeted = trial_case(request, asked, Vision((keyframe(0),)))
    (name,) = picture_names(budgeted.evidence, profile.inference.max_pictures)

    beholder = Beholder()
    answer = infer(profile, budgeted, beholder, MODEL_IDS, model_registry(), {name: picture("green")})

    assert isinstance(answer, Answer), answer
    assert [claim.text for claim in answer.claims] == ["The door is green."]
    assert answer.claims[0].evidence_ids == ("picture-k0000",)
    assert beholder.shown == ["k0000"]


@pytest.mark.parametrize("profile_name", ["general", "a-profile-that-is-gone", ""])
def test_where_the_profile_allows_no_pictures_none_is_shown(profile_name: str) -> None:
    request = TrialRequest("a-1", 1, RULES, question=QUESTION, asset_profile=profile_name)

    profile, budgeted = trial_case(request, timeline(said(0, "Hello.")), Vision((keyframe(0),)))

    assert profile.inference.max_pictures == 0
    assert not [piece for piece in budgeted.evidence if piece.source.startswith("keyframe:")]


def test_the_pictures_that_bear_on_the_question_come_first() -> None:
    asked = timeline(
        said(7, "Here the door opens by itself."), said(2, "A blue door", "rekognition:DetectText:k0002")
    )

    chosen = with_pictures(asked, [keyframe(number) for number in range(10)], QUESTION, 2)

    assert picture_names(chosen.evidence, 2) == ["k0002", "k0007"]
    assert picture_names(with_pictures(asked, [keyframe(n) for n in range(10)], QUESTION, 1).evidence, 1) == [
        "k0002"
    ]


def test_the_rest_is_spread_over_the_whole_asset() -> None:
    chosen = with_pictures(timeline(), [keyframe(number) for number in range(10)], QUESTION, 2)

    assert picture_names(chosen.evidence, 2) == ["k0000", "k0005"]
    assert with_pictures(timeline(), [], QUESTION, 4).evidence == ()


def test_a_picture_supports_a_claim_by_half_and_figures_need_words() -> None:
    (piece,) = with_pictures(timeline(), [keyframe(0)], QUESTION, 1).evidence

    seen, counted = judge("The door is green.", [piece]), judge("The door costs 40 dollars.", [piece])

    assert (seen.problems, seen.support) == ((), 0.5)
    assert "picture" in seen.doubt
    assert counted.problems


def test_the_prompt_tells_the_model_how_to_cite_a_picture() -> None:
    request = TrialRequest("a-1", 1, RULES, question=QUESTION, asset_profile="catalog")
    profile, _ = trial_case(request, timeline(), Vision((keyframe(0),)))

    assert "`picture-`" in profile.prompt
    assert json.dumps(profile.answer_schema)

"""Every task through the steps; edits are proven by pixels, and what no model drew says so."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from braid.domain.errors import InvalidAssetError, InvalidServiceOutputError
from braid.domain.generation.foreseen import Rules
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.generation.request import next_request
from braid.marking.manifest import check
from braid.marking.pictures import number_in
from braid.store.documents import DocumentStore
from tests.doubles.generation_rig import RULES, Studio, mask, picture

PROMPT = 'prompt = "A photograph of a bag of dog food on a table, realistic, slow pan"\n'
ONE = 'references = ["inbox/a.png"]\n'
TASKS = {
    "text_to_image": PROMPT,
    "condition": PROMPT + ONE,
    "variation": PROMPT + 'references = ["inbox/a.png", "inbox/b.png"]\n',
    "inpaint": PROMPT + ONE + 'mask = "inbox/m.png"\n',
    "outpaint": PROMPT + ONE + "expand = {left = 60, down = 40}\n",
    "colour_guided": PROMPT + ONE + 'colours = ["#102040", "#F0E0C0"]\n',
    "remove_background": ONE,
}


def _studio(studio: Studio) -> Studio:
    studio.files = {
        "inbox/a.png": picture(),
        "inbox/b.png": picture(colour="#2040c0"),
        "inbox/m.png": mask(),
    }
    return studio


def _pixels(body: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"), float)


@pytest.mark.parametrize("task", TASKS)
def test_a_picture_is_made_marked_and_checked(studio: Studio, task: str) -> None:
    studio = _studio(studio)
    text = f'task = "{task}"\n{TASKS[task]}'
    asset, draft = studio.reviewable(text)
    body = studio.store(asset).get_payload(draft.file)
    statement = check(body, draft.file.media_type)
    assert statement is not None
    assert (statement.problems, statement.watermark) == ((), draft.watermark)
    assert number_in(body) == draft.watermark
    assert draft.plan.usd == (0.0 if task == "colour_guided" else draft.plan.usd) >= 0
    assert studio.record(asset)["status"] == "AWAITING_REVIEW"
    assert studio.invocations == ["InvokeModel"]


@pytest.mark.parametrize(("task", "outcome"), [("remove_background", "passed"), ("variation", "to be seen")])
def test_a_copy_is_pointed_out_where_it_wasnt_asked_for(studio: Studio, task: str, outcome: str) -> None:
    _, draft = _studio(studio).reviewable(f'task = "{task}"\n{TASKS[task]}')

    (found,) = (check for check in draft.checks if check.name == "similarity to reference 1")
    assert found.outcome == outcome
    assert "% alike" in found.sentence


def test_what_was_asked_for_and_cant_be_had_is_in_the_draft(studio: Studio) -> None:
    text = f'task = "text_to_image"\n{PROMPT}cfg_scale = 7.5\nquality = "standard"\n'
    text += "width = 1024\nheight = 1024\n"
    _, draft = studio.reviewable(text)
    assert [sentence.split(" = ")[0] for sentence in draft.plan.not_honoured] == [
        "width",
        "height",
        "quality",
        "cfg_scale",
    ]


def test_the_masked_region_moves_and_the_rest_stays(studio: Studio) -> None:
    """Before it is marked: a watermark moves every pixel by a little."""
    studio = _studio(studio)
    text = f'task = "inpaint"\n{TASKS["inpaint"]}'
    asset = studio.drop(text)
    plan = studio.plan(asset, text)
    made = studio.store(asset).get_document(MadeOutput, studio.make(asset, plan))
    before, after = (
        _pixels(studio.files["inbox/a.png"]),
        _pixels(studio.store(asset).get_payload(made.output)),
    )
    covered = _pixels(mask()).mean(axis=2) > 127
    moved = np.abs(after - before).mean(axis=2)
    assert moved[covered].mean() >= 8 * max(moved[~covered].mean(), 0.1)


def test_a_wider_picture_keeps_its_middle(studio: Studio) -> None:
    studio = _studio(studio)
    text = f'task = "outpaint"\n{TASKS["outpaint"]}'
    asset = studio.drop(text)
    made = studio.store(asset).get_document(MadeOutput, studio.make(asset, studio.plan(asset, text)))
    after = _pixels(studio.store(asset).get_payload(made.output))
    assert after.shape == (220, 300, 3)
    assert np.abs(after[:180, 60:] - _pixels(studio.files["inbox/a.png"])).max() == 0


def test_the_background_is_gone_and_the_thing_is_there(studio: Studio) -> None:
    studio = _studio(studio)
    text = f'task = "remove_background"\n{TASKS["remove_background"]}'
    asset = studio.drop(text)
    made = studio.store(asset).get_document(MadeOutput, studio.make(asset, studio.plan(asset, text)))
    alpha = np.asarray(Image.open(io.BytesIO(studio.store(asset).get_payload(made.output))).getchannel("A"))
    border = np.concatenate(
        [alpha[:10].ravel(), alpha[-10:].ravel(), alpha[:, :10].ravel(), alpha[:, -10:].ravel()]
    )
    assert (border == 0).mean() >= 0.6
    assert (alpha[60:120, 80:160] == 255).mean() >= 0.9


def test_a_palette_leaves_no_other_colour(studio: Studio) -> None:
    studio = _studio(studio)
    text = f'task = "colour_guided"\n{TASKS["colour_guided"]}'
    asset = studio.drop(text)
    made = studio.store(asset).get_document(MadeOutput, studio.make(asset, studio.plan(asset, text)))
    pixels = _pixels(studio.store(asset).get_payload(made.output)).reshape(-1, 3)
    dark, light = np.array([16, 32, 64.0]), np.array([240, 224, 192.0])
    along = (pixels - dark) @ (light - dark) / ((light - dark) @ (light - dark))
    assert np.abs(dark + along[:, None] * (light - dark) - pixels).max() < 3


@pytest.mark.parametrize("task", ["text_to_video", "image_to_video"])
def test_a_video_begins_to_play_at_once(studio: Studio, task: str) -> None:
    studio = _studio(studio)
    text = f'task = "{task}"\n{PROMPT}{ONE if task == "image_to_video" else ""}'
    text += 'duration_seconds = 6\nfps = 24\nresolution = "960x540"\n'
    asset, draft = studio.reviewable(text)
    body = studio.store(asset).get_payload(draft.file)
    # The index stands before the frames, and the first frame within two megabytes.
    assert 0 < body.index(b"moov") < body.index(b"mdat") < 2_000_000
    statement = check(body, "video/mp4")
    assert statement is not None
    assert statement.problems == ()
    assert draft.watermark is None
    assert draft.poster is not None
    assert draft.plan.not_honoured[0] == "duration_seconds = 6: Luma Ray 2 makes 5"
    assert draft.plan.usd == 3.75
    assert studio.invocations[0] == "StartAsyncInvoke"
    studio.decide(asset, "approve")
    studio.publish(asset)
    assert list(studio.public.values()) == [body]


def test_a_lost_try_asks_the_provider_once(studio: Studio) -> None:
    """The function died after the answer came, or while a video was made: the next finds what is there."""
    studio = _studio(studio)
    text = f'task = "text_to_video"\n{PROMPT}resolution = "960x540"\n'
    asset = studio.drop(text)
    plan = studio.plan(asset, text)
    first = studio.make(asset, plan)
    # Begun again under the same token, and collected again.
    assert studio.make(asset, plan) == first
    made = studio.store(asset).get_document(MadeOutput, first)
    keys = [
        key
        for _, key in studio.storage.s3.objects
        if key.endswith("/video/" + str(made.invocation_arn)[-12:] + "/output.mp4")
    ]
    assert len(keys) == 1

    words = f'task = "text_to_image"\n{PROMPT}'
    other = studio.drop(words, name="other")
    plan = studio.plan(other, words)
    studio.invocations.clear()
    assert studio.make(other, plan) == studio.make(other, plan)
    assert studio.invocations == ["InvokeModel"]


def test_nothing_stays_in_a_bucket_of_another_region(studio: Studio) -> None:
    text = f'task = "text_to_video"\n{PROMPT}resolution = "960x540"\n'
    asset = studio.drop(text)
    plan = studio.plan(asset, text)
    videos = DocumentStore("videos-over-there", asset.asset_id, asset.attempt)
    first = studio.make(asset, plan, videos=videos)
    assert not [key for bucket, key in studio.storage.s3.objects if bucket == videos.bucket]
    assert studio.make(asset, plan, videos=videos) == first


def test_another_try_has_another_seed_and_says_why(studio: Studio) -> None:
    text = f'task = "text_to_image"\n{PROMPT}seed = 250\n'
    asset = studio.drop(text)
    assert studio.plan(asset, text).request.seed == 250
    again = studio.plan(replace(asset, attempt=2), text, redo_reason="too dark")
    assert (again.request.seed, again.redo_reason) == (251, "too dark")


def test_a_chain_goes_on_from_what_was_approved_and_loses_nothing(studio: Studio) -> None:
    text = f'task = "text_to_image"\n{PROMPT}'
    text += f'[[then]]\ntask = "image_to_video"\n{PROMPT}references = ["previous"]\n'
    asset, draft = studio.reviewable(text)
    studio.decide(asset, "approve")
    studio.publish(asset)
    public = dict(studio.public)
    following = next_request(draft.plan.request, draft.file.key)
    assert following is not None
    # The second stage fails: the first one's file, receipt and review stay.
    studio.rules = Rules("eu-central-1", (), (), only_vetted=False, four_eyes=False)
    second = f'task = "image_to_video"\n{PROMPT}references = ["{following.references[0]}"]\n'
    with pytest.raises(InvalidAssetError, match="offered in us-west-2"):
        studio.plan(studio.drop(second, name="second"), second)
    assert studio.public == public
    assert studio.record(asset)["status"] == "SUCCEEDED"
    for name in ("review.json", "receipt.json", "publication.json"):
        assert studio.storage.result(f"assets/{asset.asset_id}/1/{name}")
    # Where it may go, it begins with the very picture.
    studio.rules = RULES
    plan = studio.plan(studio.drop(second, name="third"), second)
    assert plan.inputs[0].sha256 == draft.file.sha256


@pytest.mark.parametrize(
    ("reason", "kind", "asked"),
    [
        ("Filter reason: prompt", InvalidAssetError, 1),
        ("Inference error", InvalidServiceOutputError, 1),
    ],
)
def test_a_filtered_answer_leaves_nothing_behind(
    studio: Studio, reason: str, kind: type[Exception], asked: int
) -> None:
    text = f'task = "text_to_image"\n{PROMPT}'
    asset = studio.drop(text)
    plan = studio.plan(asset, text)
    body = json.dumps({"seeds": [1], "finish_reasons": [reason], "images": []}).encode()
    from tests.doubles.service_clients import answered_by

    calls: list[str] = []

    def answer(_members: dict[str, object]) -> dict[str, object]:
        calls.append("InvokeModel")
        return {"body": body, "contentType": "application/json"}

    studio.bedrock = answered_by("bedrock-runtime", {"InvokeModel": answer})
    with pytest.raises(kind):
        studio.make(asset, plan)
    assert len(calls) == asked
    assert not studio.storage.keys(f"assets/{asset.asset_id}/1/generated")


def test_inputs_are_kept_as_they_were_when_it_was_asked(studio: Studio) -> None:
    studio = _studio(studio)
    text = f'task = "remove_background"\n{ONE}'
    asset = studio.drop(text)
    plan = studio.plan(asset, text)
    studio.files["inbox/a.png"] = picture(colour="#000000")
    assert studio.store(asset).get_payload(plan.inputs[0]) == picture()
    for broken in (b"", b"GIF89a", picture()[:100]):
        studio.files["inbox/a.png"] = broken or b"x"
        with pytest.raises(InvalidAssetError, match=r"inbox/a\.png"):
            studio.plan(asset, text)

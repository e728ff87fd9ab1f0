"""What trains here: losses that fall, templates that say nothing, strokes in their own frame."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from local.engines.tuning.descent import Schedule, cross_entropy, fit, probabilities
from local.engines.tuning.picture_adapter import features_of
from local.engines.tuning.text_head import Template, answer, fit_head, template_of
from local.engines.tuning.zero_shot import sections_of, text_of

EYE = np.eye(2, dtype=np.float32)


def two_clouds(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    classes = np.arange(count) % 2
    rows = random.normal(0, 1, (count, 8)).astype(np.float32)
    rows[:, 0] += 3 * (2 * classes - 1)
    return rows, classes


def test_the_loss_begins_at_chance_and_falls_to_what_the_data_allow() -> None:
    rows, classes = two_clouds(200)

    weights, curve = fit(rows, classes, EYE, Schedule(20, 50, 0.05))

    assert curve.training[0] == (1, 1, pytest.approx(np.log(2), abs=1e-6))
    assert curve.training[-1][:2] == (80, 20)
    assert curve.training[-1][2] < 0.1
    other, _ = fit(rows, classes, EYE, Schedule(20, 50, 0.05))
    assert np.array_equal(weights, other), "the same input gives the same weights"


def test_the_weights_are_those_of_the_pass_that_did_best_on_what_is_held_out() -> None:
    rows, classes = two_clouds(12)
    held_out = two_clouds(200, seed=1)

    weights, curve = fit(rows, classes, EYE, Schedule(200, 12, 0.1), validation=held_out)

    best = min(loss for _, _, loss in curve.validation)
    assert cross_entropy(probabilities(held_out[0], weights, EYE), held_out[1]) == pytest.approx(best)
    assert curve.validation[-1][2] > best, "it would have overfitted"


def test_what_all_prompts_share_is_no_part_of_any() -> None:
    prompts = [f"Rules\n<post>\n{text}\n</post>\nAnswer." for text in ("good day", "good night", "go")]

    template = template_of(prompts)

    assert [template.inner(prompt) for prompt in prompts] == ["good day", "good night", "go"]
    assert template.inner("something else") == "something else"
    assert template_of(["one"]) == Template("", "")


def test_a_head_says_the_likeliest_completion_of_its_verdict_and_how_sure_it_is() -> None:
    rows, classes = two_clouds(240)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    said = [("No", "Yes\n<categories>\nHate\n</categories>")[each] for each in classes]

    head = fit_head(
        Template("", ""), rows[:180], said[:180], None, epochs=2, batch_size=32, learning_rate=1e-4
    )
    told = answer(head, rows[180:])

    right = [each.text == wanted for each, wanted in zip(told, said[180:], strict=True)]
    assert np.mean(right) > 0.95
    assert {each.verdict for each in told} == {"Yes", "No"}
    assert abs(np.mean([each.probability for each in told]) - np.mean(right)) < 0.1


def test_one_verdict_teaches_nothing() -> None:
    rows, _ = two_clouds(10)

    with pytest.raises(ValueError, match="every completion begins with 'No'"):
        fit_head(Template("", ""), rows, ["No"] * 10, None, epochs=1, batch_size=8, learning_rate=1e-5)


def test_where_strokes_stand_and_how_large_they_are_changes_little() -> None:
    def drawn(left: int, top: int, size: int, *, ring: bool) -> bytes:
        picture = Image.new("L", (128, 128), 240)
        pen = ImageDraw.Draw(picture)
        box = (left, top, left + size, top + size)
        width = max(3, size // 12)
        pen.ellipse(box, outline=10, width=width) if ring else pen.rectangle(box, outline=10, width=width)
        body = io.BytesIO()
        picture.save(body, "PNG")
        return body.getvalue()

    ring, moved, square = features_of(
        [drawn(20, 20, 50, ring=True), drawn(50, 35, 72, ring=True), drawn(20, 20, 50, ring=False)]
    )

    assert ring @ moved > 1.9 > ring @ square, "two unit vectors behind each other"


def test_a_policy_is_read_from_the_prompt() -> None:
    prompt = (
        "Answer.\n<policy>\n"
        "S1: Hate. Against people\nbecause of what they are.\nS2: Spam. Sells.\n</policy>\n"
        "<post>\nBuy now\n</post>\n"
    )

    assert sections_of(prompt) == [
        ("Hate", "Hate. Against people because of what they are."),
        ("Spam", "Spam. Sells."),
    ]
    assert text_of(prompt) == "Buy now"
    assert text_of("no marks") is None

"""What the picture classifier names, and what it leaves unnamed."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pytest
import skimage.data
from PIL import Image, ImageDraw, ImageFilter

from local.engines.pictures import labels
from local.engines.pictures.label_names import CLASS_COUNT, label_names
from local.engines.pictures.photographs import is_photograph
from local.engines.pictures.pixels import decode
from tests.local.drawings import encoded, qr_code, slide
from tests.local.needed_weights import needs_weights

SHOWN = {
    "chelsea": {"Cat", "Feline", "Mammal", "Animal"},
    "coffee": {"Espresso", "Coffee", "Beverage"},
    "camera": {"Tripod"},
}


def photograph(name: str) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(getattr(skimage.data, name)())).convert("RGB")


def bar_chart() -> Image.Image:
    picture = Image.new("RGB", (900, 600), "white")
    draw = ImageDraw.Draw(picture)
    for bar in range(8):
        draw.rectangle((80 + bar * 95, 550 - 60 * bar, 140 + bar * 95, 550), (30 * bar, 80, 200))
    draw.line((60, 552, 860, 552), "gray", 3)
    return picture


def pie_chart() -> Image.Image:
    picture = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(picture)
    for part, colour in enumerate(["red", "gold", "navy", "teal"]):
        draw.pieslice((80, 80, 520, 520), part * 90, part * 90 + 90, colour)
    return picture


def house() -> Image.Image:
    picture = Image.new("RGB", (800, 600), (150, 200, 240))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 400, 800, 600), (90, 170, 80))
    draw.rectangle((200, 260, 400, 430), (190, 90, 60))
    draw.polygon([(180, 260), (420, 260), (300, 150)], (120, 40, 40))
    draw.ellipse((620, 40, 740, 160), (250, 220, 60))
    return picture


def text_page() -> Image.Image:
    return slide([f"Line {number} of a page of text" for number in range(20)], (850, 1100), 22)


def plain() -> Image.Image:
    return Image.new("RGB", (500, 400), (180, 40, 40))


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((500, 400)).convert("RGB")


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (400, 500, 3), np.uint8))


def blurred_noise() -> Image.Image:
    return noise().filter(ImageFilter.GaussianBlur(3))


def code() -> Image.Image:
    return qr_code("https://example.com/braid")


DRAWINGS = [bar_chart, pie_chart, house, text_page, plain, gradient, noise, blurred_noise, code]


@needs_weights("labels")
@pytest.mark.parametrize("name", SHOWN)
def test_photographs_get_the_labels_of_what_they_show(name: str) -> None:
    found = labels.find_labels(encoded(photograph(name)))
    assert SHOWN[name] <= {label.name for label in found}
    assert all(label.name in SHOWN[name] for label in found if label.confidence >= 0.9)
    assert [label.confidence for label in found] == sorted(
        (label.confidence for label in found), reverse=True
    )


@needs_weights("labels")
def test_a_label_is_as_sure_as_its_kinds_and_names_what_it_is_a_kind_of() -> None:
    found = {label.name: label for label in labels.find_labels(encoded(photograph("chelsea")))}
    assert found["Cat"].parents == ("Feline", "Mammal", "Animal")
    assert found["Cat"].category == "Animals and Pets"
    for label in found.values():
        assert all(found[parent].confidence >= label.confidence for parent in label.parents)
        assert labels.LEAST_CONFIDENCE <= label.confidence <= 1


@needs_weights("labels")
@pytest.mark.parametrize("name", ["astronaut", "moon", "brick", "grass", "coins", "retina"])
def test_what_no_class_stands_for_is_left_unnamed(name: str) -> None:
    assert labels.find_labels(encoded(photograph(name))) == []


@needs_weights("labels")
@pytest.mark.parametrize("draw", DRAWINGS)
@pytest.mark.parametrize("quality", [None, 80, 40])
def test_drawings_pages_and_noise_get_no_label(draw: Callable[[], Image.Image], quality: int | None) -> None:
    target = io.BytesIO()
    draw().save(target, "PNG") if quality is None else draw().save(target, "JPEG", quality=quality)
    assert labels.find_labels(target.getvalue()) == []


@pytest.mark.parametrize("draw", [bar_chart, pie_chart, house, text_page, plain, code])
def test_what_is_drawn_is_no_photograph(draw: Callable[[], Image.Image]) -> None:
    assert not is_photograph(np.asarray(draw()))


@pytest.mark.parametrize("name", ["chelsea", "coffee", "camera", "rocket", "astronaut", "grass", "moon"])
def test_photographs_are_photographs_also_as_small_jpegs(name: str) -> None:
    small = photograph(name)
    small.thumbnail((320, 320))
    assert is_photograph(decode(encoded(photograph(name))))
    assert is_photograph(decode(encoded(small, "JPEG")))


@needs_weights("labels")
def test_like_pictures_have_like_features() -> None:
    cat, coffee = photograph("chelsea"), photograph("coffee")
    nearer = cat.crop((40, 20, cat.width - 30, cat.height - 10))
    seen = [labels.picture_features(encoded(picture)) for picture in (cat, nearer, coffee)]
    assert all(vector.shape == (labels.FEATURES,) for vector in seen)
    assert all(math.isclose(float(np.linalg.norm(vector)), 1, abs_tol=1e-5) for vector in seen)
    assert seen[0] @ seen[1] > 0.8 > 0.5 > seen[0] @ seen[2]


def test_a_class_stands_for_at_most_one_label_and_a_label_has_a_class() -> None:
    own: list[int] = []
    for label in label_names().values():
        assert label.classes, label.name
        assert set(label.classes) <= set(range(CLASS_COUNT))
        kinds = [kind for kind in label_names().values() if label.name in kind.parents]
        own += set(label.classes) - {number for kind in kinds for number in kind.classes}
        assert all(parent in label_names() for parent in label.parents)
    assert len(own) == len(set(own))


def test_people_are_never_named_by_the_classifier() -> None:
    assert not {"Person", "Human", "Man", "Woman", "Face", "Text"} & set(label_names())

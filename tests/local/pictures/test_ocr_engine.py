"""The reader of pictures: error rates on real pages, pages that lie on their side, words and their places."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from evaluation.other_engines.error_rates import character_error_rate
from local.engines.errors import UnreadableMediaError
from local.engines.findings import Page
from local.engines.pictures import ocr
from tests.local.drawings import encoded, slide

LINES = ["Solar panels on every roof", "Cost per year: 1,250 USD", "Questions and answers"]


def _text(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_and_located_however_it_lies(turned: int) -> None:
    picture = slide(LINES)
    # PIL turns counterclockwise.
    page = ocr.read_text(encoded(picture.rotate(-turned, expand=True)))

    assert page.rotation_degrees == turned
    assert character_error_rate(_text(page), "".join(LINES)) < 0.03
    first = page.lines[0].words[0]
    assert first.text == "Solar"
    # The first word starts at (1/12, ~1/10) of the upright slide; see where that point went.
    x, y = first.polygon.points[0]
    expected = {
        0: (1 / 12, 0.11),
        90: (1 - 0.11, 1 / 12),
        180: (1 - 1 / 12, 1 - 0.11),
        270: (0.11, 1 - 1 / 12),
    }
    assert (x, y) == pytest.approx(expected[turned], abs=0.03)


def test_words_split_at_spaces_and_follow_each_other_along_the_line() -> None:
    page = ocr.read_text(encoded(slide(LINES)))
    for line in page.lines:
        assert " ".join(word.text for word in line.words) == " ".join(line.text.split())
        edges = [(word.polygon.points[0][0], word.polygon.points[1][0]) for word in line.words]
        assert all(start < end for start, end in edges)
        assert all(end <= start + 1e-6 for (_, end), (start, _) in pairwise(edges))
        assert all(0.5 < word.confidence <= 1.0 for word in line.words)


def test_words_are_where_they_were_drawn() -> None:
    picture = Image.new("RGB", (1000, 200), "white")
    picture.paste(slide(["left"], size=(500, 200), font_px=48), (0, 0))
    picture.paste(slide(["right"], size=(500, 200), font_px=48), (500, 0))
    words = [word for line in ocr.read_text(encoded(picture)).lines for word in line.words]
    assert [word.text for word in words] == ["left", "right"]
    left, right = (word.polygon.bounding_box() for word in words)
    assert left.left < 0.1 < left.left + left.width < 0.3
    assert 0.5 < right.left < 0.6 < right.left + right.width < 0.8


def test_nothing_is_read_where_nothing_is_written() -> None:
    assert ocr.read_text(encoded(Image.new("RGB", (640, 480), "teal"))).lines == ()


def test_presence_of_text_needs_no_full_reading() -> None:
    assert ocr.find_text(encoded(slide(LINES)))
    assert ocr.find_text(encoded(Image.new("RGB", (640, 480), "teal"))) == []


def test_no_picture_is_refused() -> None:
    with pytest.raises(UnreadableMediaError, match="no picture"):
        ocr.read_text(b"plain text in a file named photo.jpg")


# Measured 2026-11: phototest 0.000 in every orientation, eurotext 0.006. The bounds leave room for another
# build of the same models, not for a worse reader.
@pytest.mark.parametrize(
    ("name", "truth_name", "turned", "bound"),
    [
        ("phototest.tif", "phototest.gold.txt", 0, 0.02),
        ("phototest-rotated-R.png", "phototest.gold.txt", 90, 0.02),
        ("phototest-rotated-180.png", "phototest.gold.txt", 180, 0.02),
        ("phototest-rotated-L.png", "phototest.gold.txt", 270, 0.02),
        ("eurotext.tif", "eurotext.txt", 0, 0.03),
    ],
)
def test_character_error_rate_on_scans(
    shared_data: Path, name: str, truth_name: str, turned: int, bound: float
) -> None:
    folder = shared_data / "media-image-ocr" / "tesseract-ocr_test"
    page = ocr.read_text((folder / name).read_bytes())
    assert page.rotation_degrees == turned
    assert character_error_rate(_text(page), (folder / truth_name).read_text()) <= bound

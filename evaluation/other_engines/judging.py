"""What the small engines make of faces, scans and texts whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from evaluation.other_engines.error_rates import character_error_rate
from evaluation.other_engines.judged_texts import CLEAN, JUDGED, MARKED, ONE_SENTENCE, read_marks
from local.engines.pictures import faces, ocr
from local.engines.text.embeddings import embed
from local.engines.text.language import dominant_languages
from local.engines.text.pii import personal_data
from local.engines.text.sentiment import sentiment

__all__ = [
    "distance_from_published",
    "faces_found",
    "languages_right",
    "personal_data_counts",
    "scan_errors",
    "sentiments_right",
]

# Of Tesseract's test suite: a scan, and what is written on it.
_SCANS = {"phototest.tif": "phototest.gold.txt", "eurotext.tif": "eurotext.txt"}
# The first numbers that sentence-transformers/all-MiniLM-L6-v2 gives for its model card's sentences.
_PUBLISHED = {
    "This is an example sentence": (0.0676569, 0.0634959, 0.0487131),
    "Each sentence is converted": (0.0864386, 0.1027626, 0.0053945),
}


def faces_found() -> tuple[int, int]:
    """In how many of 100 portraits a face is found, and in how many of 100 patches without one."""
    found = [bool(faces.find_faces(patch)) for patch in _patches()]
    return sum(found[:100]), sum(found[100:])


def _patches() -> Iterator[bytes]:
    patches = skimage.data.lfw_subset()  # type: ignore[no-untyped-call]  # untyped there
    for patch in (patches * 255).astype(np.uint8):
        larger = cv2.resize(patch, (150, 150), interpolation=cv2.INTER_CUBIC)
        framed = cv2.copyMakeBorder(larger, 40, 40, 40, 40, cv2.BORDER_REPLICATE)
        yield cv2.imencode(".png", framed)[1].tobytes()


def scan_errors(material: Path) -> Iterator[tuple[str, float]]:
    """Character error rates of the scans in the folder of real material, none where they aren't there."""
    folder = material / "media-image-ocr" / "tesseract-ocr_test"
    for name, truth in _SCANS.items():
        if (folder / name).is_file():
            page = ocr.read_text((folder / name).read_bytes())
            read = "\n".join(line.text for line in page.lines)
            yield name, character_error_rate(read, (folder / truth).read_text("utf-8"))


def languages_right() -> tuple[int, int]:
    """How many sentences are said to be in the language that they are in, and how many there are."""
    right = [dominant_languages(text)[0]["code"] == code for code, text in ONE_SENTENCE.items()]
    return sum(right), len(right)


def sentiments_right() -> tuple[int, int]:
    """How many sentences are judged as a person judges them, and how many there are."""
    right = [sentiment(text)["sentiment"] == expected for expected, text in JUDGED]
    return sum(right), len(right)


def personal_data_counts() -> tuple[int, int, int]:
    """How many marked items are found exactly, how many there are, and how many findings are none."""
    found_exactly = marked = wrong = 0
    for text, expected in map(read_marks, (*MARKED, *CLEAN)):
        found = {(each["type"], each["begin"], each["end"]) for each in personal_data(text)}
        found_exactly += len(found & expected)
        marked += len(expected)
        wrong += len(found - expected)
    return found_exactly, marked, wrong


def distance_from_published() -> float:
    """The greatest difference between a number of ours and the published model's."""
    vectors = embed([*_PUBLISHED])
    return max(
        float(np.abs(vector[:3] - published).max())
        for vector, published in zip(vectors, _PUBLISHED.values(), strict=True)
    )

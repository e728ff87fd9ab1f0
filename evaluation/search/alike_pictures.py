"""Pictures as queries, where something like it is there and where nothing is.

A subject is one thing that several pictures may show. Half of the subjects, drawn by chance a hundred times,
are the index; the other renderings of all pictures (mirrored, dark, blurred, small, closer) are the queries.
Whose subject is in the index ought to be found, the others ought not to be.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image

from braid.domain.asset.asset import Modality
from braid.runtime.library import model_registry
from evaluation.photographs import jpeg, renderings
from evaluation.real_files.pipeline import admitted, shown
from local.engines.errors import CannotDeriveError
from local.engines.pictures.bridge import embed_picture
from local.engines.text.embeddings import Vectors
from local.services.bedrock.label_bridge import LABEL_BRIDGE

__all__ = ["Alike", "Pictured", "alike", "chosen_on", "least_cosine", "pictured", "unseen"]

_DRAWS = 100
_SEED = 7
_LEAST_SIDE_PX = 64
# What shows the same as another does, by the beginning of the file's name; any other file is a subject alone.
_SAME = {
    "motorcycle_": "motorcycle",
    "page": "printed page",
    "text": "printed page",
    "hopper": "portrait of a person",
    "sample-face": "portrait of a person",
    "sample-image": "portrait of a person",
    "plain": "stripes",
    "prophoto": "stripes",
}
_FOLDERS = ("media-image", "media-video", "found/media/icc")


def least_cosine() -> float | None:
    """The registry's bound for the label bridge: what lies farther is nothing like the query."""
    return model_registry().find_joint(LABEL_BRIDGE).alike_cosine


@dataclass(frozen=True)
class Pictured:
    """A picture's vectors: as it is indexed, and of its other renderings as they search, if any."""

    subject: str
    indexed: Vectors
    queries: tuple[Vectors | None, ...]


@dataclass(frozen=True)
class Alike:
    """Shares: of queries that nothing could be made of, of false finds, of what was there and was found.

    ``area`` is how often a query with something like it lies nearer to its best than one without.
    """

    subjects: int
    pictures: int
    area: float
    refused: float
    false: float
    found: float


def chosen_on() -> Iterator[tuple[str, Image.Image]]:
    """The pictures of scikit-image, on which the bound was chosen: at it nothing false is found there."""
    folder = Path(skimage.data.__file__).parent
    for path in sorted(folder.iterdir()):
        if path.suffix in (".png", ".jpg", ".gif"):
            with Image.open(path) as opened:
                yield _subject(path), opened.convert("RGB")


def unseen(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """Pictures and frames of videos that other people made, of which no constant knows."""
    for path in sorted(path for part in _FOLDERS for path in (folder / part).rglob("*") if path.is_file()):
        data = path.read_bytes()
        examined = admitted(path.name, data).examined
        if examined is not None and Modality.VISION in examined.modalities:
            for picture in shown(data, examined.media_type)[1]:
                yield _subject(path), picture


def pictured(pictures: Iterable[tuple[str, Image.Image]]) -> list[Pictured]:
    """The vectors of pictures, as the label bridge gives them; those without one aren't in any index."""
    found = []
    for subject, picture in pictures:
        if min(picture.size) < _LEAST_SIDE_PX:
            continue
        as_it_is, *others = [rendered for _, rendered in renderings(picture)]
        vector = _vector(as_it_is, is_query=False)
        if vector is not None:
            queries = tuple(_vector(each, is_query=True) for each in others)
            found.append(Pictured(subject, vector, queries))
    return found


def alike(given: Sequence[Pictured], least: float) -> Alike:
    """How well a cosine of ``least`` and above tells what is there from what isn't."""
    chance = random.Random(_SEED)
    subjects = sorted({each.subject for each in given})
    there, absent = list[float](), list[float]()
    for _ in range(_DRAWS):
        drawn = set(chance.sample(subjects, len(subjects) // 2))
        index = np.array([each.indexed for each in given if each.subject in drawn])
        for each in given:
            best = [float((index @ query).max()) for query in each.queries if query is not None]
            (there if each.subject in drawn else absent).extend(best)
    asked = [query for each in given for query in each.queries]
    ours, theirs = np.array(there)[:, None], np.array(absent)
    return Alike(
        subjects=len(subjects),
        pictures=len(given),
        area=float(((ours > theirs) + 0.5 * (ours == theirs)).mean()),
        refused=statistics.fmean(query is None for query in asked),
        false=float((theirs >= least).mean()),
        found=float((ours >= least).mean()),
    )


def _vector(picture: Image.Image, *, is_query: bool) -> Vectors | None:
    try:
        return embed_picture(jpeg(picture), is_query=is_query)
    except CannotDeriveError:
        return None


def _subject(path: Path) -> str:
    return next((subject for begin, subject in _SAME.items() if path.name.startswith(begin)), path.stem)

"""Pictures and words in one space, by a bridge: a picture is the mean of its labels' sentence vectors.

No joint model of pictures and words is here. The labels of a photograph, weighted by their probabilities,
stand for it in the space of ``embeddings``, where sentences lie: a query finds a picture by what has a
label, not by its look, its mood or what happens in it. Every answer says that it is a bridge's.
"""

from __future__ import annotations

import numpy as np

from local.engines.errors import CannotDeriveError
from local.engines.pictures.faces import find_faces
from local.engines.pictures.label_names import label_names
from local.engines.pictures.labels import label_probabilities
from local.engines.text.embeddings import Vectors, embed

__all__ = ["embed_picture"]

# Labels below this are noise; those above count by how probable they are.
_LEAST_PROBABILITY = 0.05
# Of a picture that searches something has to be likelier than not: guesses about guesses find anything.
_LEAST_TO_SEARCH_BY = 0.5
_PERSON = "Person"


def embed_picture(data: bytes, *, is_query: bool = False) -> Vectors:
    """A unit vector of 384 numbers, comparable with those of sentences.

    Raises ``CannotDeriveError`` for a picture that the engines can name nothing of, or nothing likely where
    it searches, ``UnreadableMediaError`` and ``EngineMissingError``.
    """
    weights = {
        name: probability
        for name, probability in label_probabilities(data).items()
        if probability >= _LEAST_PROBABILITY
    }
    if faces := find_faces(data):
        weights[_PERSON] = max(face.confidence for face in faces)
    if not weights:
        raise CannotDeriveError("nothing that the picture shows has a name here")
    if is_query and max(weights.values()) < _LEAST_TO_SEARCH_BY:
        raise CannotDeriveError("nothing that the picture shows is likely enough to search by")
    # A kind says more than what it is a kind of: "Animal" counts by what "Cat" doesn't explain.
    shares = {name: probability - _explained(name, weights) for name, probability in weights.items()}
    texts = [name for name, share in shares.items() if share > 0]
    vectors = embed(texts)
    mean = (vectors * np.array([[shares[name]] for name in texts], np.float32)).sum(axis=0)
    unit: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return unit


def _explained(name: str, weights: dict[str, float]) -> float:
    """The probability of a label's nearest kinds among ``weights``."""
    names = label_names()
    return sum(
        probability
        for kind, probability in weights.items()
        if kind in names and names[kind].parents[:1] == (name,)
    )

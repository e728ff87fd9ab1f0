"""Names of people, places, organisations, products, events and works in an English text: spaCy's recogniser.

Its weights are read as data from the cache; the rest of the pipeline (tagger, parser) isn't loaded. Types are
Amazon Comprehend's. Dates and quantities are left to ``entities``, whose patterns do better on them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from local import weights
from local.weights.catalogue import weight_set

if TYPE_CHECKING:
    from spacy.language import Language

__all__ = ["names"]

_SET = "entities"
# The labels of OntoNotes 5, on which it was trained, as Comprehend's types.
_TYPES = {
    "PERSON": "PERSON",
    "GPE": "LOCATION",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "PRODUCT": "COMMERCIAL_ITEM",
    "EVENT": "EVENT",
    "WORK_OF_ART": "TITLE",
}
_UNUSED = ["tagger", "parser", "lemmatizer", "attribute_ruler", "senter", "tok2vec"]


def names(text: str) -> list[tuple[str, int, int]]:
    """Type, begin and end of every name, in reading order; offsets count code points, half-open.

    Raises ``WeightsMissingError`` or ``ImportError`` where the recogniser isn't here.
    """
    found = []
    for entity in _recogniser()(text).ents:
        begin = entity.start_char + (len("the ") if entity.text.lower().startswith("the ") else 0)
        if entity.label_ in _TYPES and begin < entity.end_char:
            found.append((_TYPES[entity.label_], begin, entity.end_char))
    return found


@cache
def _recogniser() -> Language:
    files = [weights.path(_SET, file.name) for file in weight_set(_SET).files]
    import spacy  # half a second, which only texts with names need

    folder = next(file.parent for file in files if file.name == "config.cfg")
    return spacy.load(folder, exclude=_UNUSED)

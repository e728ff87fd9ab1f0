"""How much tuning gains here: the heads that train on a laptop against what stands for an untuned model.

The same engines, template and metrics as a run of `braid tune`, without services around them. Texts are split
once, by content, into rows to train with, rows that choose the pass, and rows that only the comparison sees;
probabilities are scaled by cross-fitting over the first two.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from braid.domain.datasets.split import SplitItem, split
from braid.domain.scores.calibration import Calibration, calibration
from braid.domain.scores.comparison import Comparison, compare, compare_right
from evaluation.labelled import LabelledText
from evaluation.letters.alphabet import LETTERS, read_alphabet
from evaluation.letters.drawing import draw, variation_of
from local.engines.errors import CannotDeriveError
from local.engines.pictures.bridge import embed_picture
from local.engines.text.embeddings import DIMENSIONS, Vectors, embed
from local.engines.tuning import text_head, zero_shot
from local.engines.tuning.picture_adapter import (
    embed_caption_vectors,
    embed_pictures,
    features_of,
    fit_adapter,
)

__all__ = ["POLICY", "TunedLetters", "TunedTexts", "tune_letters", "tune_texts"]

POLICY = (
    "You moderate texts. Start with Yes if the text breaks the policy, or No if it doesn't.\n\n<policy>\n"
    "S1: Hate. Expresses, incites or promotes hate because of race, gender, religion, nationality, sexual "
    "orientation or disability.\n"
    "S2: Harassment. Harasses, threatens or bullies a person.\n"
    "S3: Violence. Depicts, glorifies or threatens violence, death or injury.\n"
    "S4: Self-harm. Encourages or depicts suicide, cutting or eating disorders.\n"
    "S5: Sexual. Meant to arouse, such as a description of sexual activity.\n</policy>\n\n"
    "<post>\n{}\n</post>\n"
)
_SHARES = {"training": 0.45, "validation": 0.15, "evaluation": 0.4}
_MOST_CHARACTERS = 1_200  # what the encoder reads at most
_EPOCHS, _BATCH, _RATE = 2, 32, 1e-5  # what a plan has where nobody says otherwise
_TESTED, _CHECKED = 4, 2  # drawings of each letter
_SIZE_PX = 128


@dataclass(frozen=True)
class TunedTexts:
    """Both models on texts that neither was trained with, and how honest the tuned one's word is."""

    trained_on: int
    comparison: Comparison
    calibrated: Calibration


@dataclass(frozen=True)
class TunedLetters:
    """Right letters of 26, found by caption among drawings that weren't trained with."""

    trained_on: int
    base_right: int
    tuned_right: int
    comparison: Comparison


def tune_texts(texts: Sequence[LabelledText], *, seed: int = 0) -> TunedTexts:
    """Trains a head on the texts' labels. Raises ``ValueError`` where a part has one label alone."""
    usable = [text for text in texts if text.text.strip() and len(text.text) <= _MOST_CHARACTERS]
    items = [
        SplitItem((" ".join(text.text.lower().split()),), "Yes" if text.is_harmful else "No")
        for text in usable
    ]
    parts = split(items, _SHARES, seed=seed)
    rows = {
        name: [text for text, part in zip(usable, parts, strict=True) if part == name] for name in _SHARES
    }
    prompts = {name: [POLICY.format(text.text) for text in part] for name, part in rows.items()}
    answers = {name: ["Yes" if text.is_harmful else "No" for text in part] for name, part in rows.items()}
    template = text_head.template_of(prompts["training"])
    vectors = {name: embed([template.inner(prompt) for prompt in part]) for name, part in prompts.items()}
    head = text_head.fit_head(
        template,
        vectors["training"],
        answers["training"],
        (vectors["validation"], answers["validation"]),
        epochs=_EPOCHS,
        batch_size=_BATCH,
        learning_rate=_RATE,
    )
    told = text_head.answer(head, vectors["evaluation"])
    truth = [text.is_harmful for text in rows["evaluation"]]
    tuned = [each.verdict == "Yes" for each in told]
    judged = [zero_shot.judge(prompt) for prompt in prompts["evaluation"]]
    base = [judgement is not None and judgement.breaks for judgement in judged]
    sure = [each.probability if yes else 1 - each.probability for each, yes in zip(told, tuned, strict=True)]
    return TunedTexts(len(rows["training"]), compare(truth, base, tuned, seed=seed), calibration(sure, truth))


def tune_letters(per_letter: int, *, seed: int = 0) -> TunedLetters:
    """Trains an adapter on drawings of the alphabet; every caption then looks for its drawing.

    The untuned model knows captions and no drawings of letters: it is asked by the bridge that stands for a
    joint model. Raises ``LettersMissingError`` where the alphabet isn't here.
    """
    alphabet = read_alphabet()
    drawings: dict[str, list[tuple[str, bytes]]] = {"training": [], "validation": [], "evaluation": []}
    for letter in LETTERS:
        for number in range(per_letter):
            _, symbols = alphabet.signs[letter][number % len(alphabet.signs[letter])]
            body = io.BytesIO()
            draw(alphabet, symbols, variation_of(letter, number, seed), size=_SIZE_PX).save(body, "PNG")
            left = per_letter - number
            part = (
                "evaluation"
                if left <= _TESTED
                else "validation"
                if left <= _TESTED + _CHECKED
                else "training"
            )
            drawings[part].append((_caption(letter), body.getvalue()))
    captions = [_caption(letter) for letter in LETTERS]
    words = embed(captions)
    features = {part: features_of([data for _, data in rows]) for part, rows in drawings.items()}
    said = {part: [caption for caption, _ in rows] for part, rows in drawings.items()}
    adapter = fit_adapter(
        features["training"],
        said["training"],
        np.stack([words[captions.index(caption)] for caption in said["training"]]),
        (features["validation"], said["validation"]),
        epochs=5,
        batch_size=576,
        learning_rate=5e-5,
    )
    pictures = [data for _, data in drawings["evaluation"]]
    found = {
        "tuned": embed_caption_vectors(adapter, words) @ embed_pictures(adapter, pictures).T,
        "base": words @ np.stack([_bridged(data) for data in pictures]).T,
    }
    right = {
        name: [
            said["evaluation"][int(row.argmax())] == caption
            for row, caption in zip(nearness, captions, strict=True)
        ]
        for name, nearness in found.items()
    }
    return TunedLetters(
        len(drawings["training"]),
        sum(right["base"]),
        sum(right["tuned"]),
        compare_right(right["base"], right["tuned"], seed=seed),
    )


def _bridged(picture: bytes) -> Vectors:
    """The untuned vector; one that is near to nothing where no label fits the drawing."""
    try:
        return embed_picture(picture)
    except CannotDeriveError:
        return np.zeros(DIMENSIONS, np.float32)


def _caption(letter: str) -> str:
    return f"The letter {letter.upper()} in sign language"

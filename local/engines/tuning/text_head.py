"""A tuned text model: logistic heads on sentence vectors that learn what completions follow which prompts.

It knows no grammar of its own. Prompts that all begin and end alike share a template, which says nothing
about any of them: what lies between is what is looked at. The first line of a completion is its verdict,
which one head learns; a second learns the whole completion. How sure the head is of its verdict is scaled by
what heads say of rows that they weren't trained with, so that 0.8 is right about eight times in ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from local.engines.tuning.calibrating import Scaling, cross_fitted_log_odds, fit_scaling, log_odds
from local.engines.tuning.descent import Curve, Matrix, Schedule, fit, probabilities

__all__ = ["Template", "TextHead", "answer", "fit_head", "template_of"]

# A completion that few rows have can't be learnt; those rows still teach the verdict.
_MOST_COMPLETIONS = 64
_CHECKED_SHARE = 3  # one row in so many chooses the pass where no validation set is given
# A pass of a head over the rows teaches far less than one of a language model's adapter: with these two, the
# hyperparameters that Bedrock takes for Nova (1 to 5 epochs, 1e-6 to 1e-4) train a head to its end.
PASSES_PER_EPOCH = 30
STEP_PER_LEARNING_RATE = 500.0
_DECAY = 0.6
_SCALE = 6.0  # of unit vectors' products, so that steps needn't grow the weights first


@dataclass(frozen=True)
class Template:
    """What every prompt begins and ends with."""

    prefix: str
    suffix: str

    def inner(self, prompt: str) -> str:
        """What lies between; a prompt of another template as it is."""
        fits = prompt.startswith(self.prefix) and prompt.endswith(self.suffix)
        if not fits or len(prompt) <= len(self.prefix) + len(self.suffix):
            return prompt
        return prompt[len(self.prefix) : len(prompt) - len(self.suffix)]


@dataclass(frozen=True)
class TextHead:
    """What training gives: JSON-free arrays, to be pickled by whoever keeps it."""

    template: Template
    verdicts: tuple[str, ...]
    verdict_weights: Matrix
    scaling: Scaling
    completions: tuple[str, ...]
    completion_weights: Matrix
    curve: Curve


@dataclass(frozen=True)
class Completion:
    """What the head says to a prompt, and how sure it is of its first line.

    The first line is the one that the head finds likeliest; scaled, that can be less than one half.
    """

    text: str
    verdict: str
    probability: float


def template_of(prompts: Sequence[str]) -> Template:
    """The longest common beginning and end, cut where lines break."""
    if len(set(prompts)) < 2:
        return Template("", "")
    prefix = _common_beginning(prompts)
    prefix = prefix[: prefix.rfind("\n") + 1]
    rest = [prompt[len(prefix) :] for prompt in prompts]
    suffix = _common_beginning([text[::-1] for text in rest])[::-1]
    cut = suffix.find("\n")
    return Template(prefix, suffix[cut:] if cut >= 0 else "")


def fit_head(
    template: Template,
    vectors: Matrix,
    completions: Sequence[str],
    held_out: tuple[Matrix, Sequence[str]] | None,
    *,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int = 0,
) -> TextHead:
    """Trains both heads. ``vectors`` are of the prompts' inner texts, a row for each completion.

    ``held_out`` gives the validation loss, and with all rows the scaling; without it a third of them does.
    Raises ``ValueError`` where the completions have only one verdict.
    """
    if held_out is None or not held_out[1]:
        kept = np.arange(len(completions)) % _CHECKED_SHARE == 0
        held_out = vectors[kept], [text for text, is_kept in zip(completions, kept, strict=True) if is_kept]
        vectors = vectors[~kept]
        completions = [text for text, is_kept in zip(completions, kept, strict=True) if not is_kept]
    verdicts = tuple(sorted({_verdict(text) for text in completions}))
    if len(verdicts) < 2:
        raise ValueError(f"every completion begins with {verdicts[0] if verdicts else 'nothing'!r}")
    schedule = Schedule(
        epochs * PASSES_PER_EPOCH, batch_size, learning_rate * STEP_PER_LEARNING_RATE, _DECAY, seed
    )
    known = [index for index, text in enumerate(held_out[1]) if _verdict(text) in verdicts]
    checked = held_out[0][known], _classes([_verdict(held_out[1][index]) for index in known], verdicts)
    targets = np.eye(len(verdicts), dtype=np.float32)
    truth = _classes([_verdict(text) for text in completions], verdicts)
    weights, curve = fit(vectors, truth, targets, schedule, scale=_SCALE, validation=checked)
    common = tuple(sorted(text for text, _ in Counter(completions).most_common(_MOST_COMPLETIONS)))
    taught = [index for index, text in enumerate(completions) if text in common]
    whole, _ = fit(
        vectors[taught],
        _classes([completions[index] for index in taught], common),
        np.eye(len(common), dtype=np.float32),
        schedule,
        scale=_SCALE,
    )
    every, classes = np.vstack([vectors, checked[0]]), np.concatenate([truth, checked[1]])
    odds = cross_fitted_log_odds(every, classes, len(verdicts), schedule, scale=_SCALE)
    return TextHead(template, verdicts, weights, fit_scaling(odds, classes), common, whole, curve)


def answer(head: TextHead, vectors: Matrix) -> list[Completion]:
    """A completion for each vector: the likeliest verdict, and the likeliest completion that begins so."""
    odds = log_odds(vectors, head.verdict_weights, _SCALE)
    shares = head.scaling.shares(odds)
    wholes = np.eye(len(head.completions), dtype=np.float32)
    likely = probabilities(vectors, head.completion_weights, wholes, _SCALE)
    told = []
    for own, scaled, each in zip(odds, shares, likely, strict=True):
        best = int(own.argmax())
        verdict = head.verdicts[best]
        fitting = [index for index, text in enumerate(head.completions) if _verdict(text) == verdict]
        text = head.completions[max(fitting, key=lambda index: each[index])] if fitting else verdict
        told.append(Completion(text, verdict, float(scaled[best])))
    return told


def _common_beginning(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)  # what these two share, all share
    length = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:length]


def _verdict(completion: str) -> str:
    return completion.strip().partition("\n")[0].strip()


def _classes(values: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    places = {name: index for index, name in enumerate(names)}
    return np.array([places[value] for value in values], np.int64)

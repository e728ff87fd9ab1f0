"""Training behind both kinds of job: reads the channels, trains by the engines, writes how the loss went."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from local.engines.errors import EngineError
from local.engines.pool import EnginePool
from local.engines.tuning.descent import Curve, Matrix
from local.engines.tuning.picture_adapter import PictureAdapter
from local.engines.tuning.text_head import Template, TextHead, template_of
from local.foreign_json import parse_json
from local.services.protocol import Caller, Objects, ServiceError
from local.services.tuning.shelf import Trained

__all__ = ["CONVERSATION_SCHEMA", "StoppedError", "Trainer", "TrainingFailedError", "place"]

CONVERSATION_SCHEMA = "bedrock-conversation-2024"
_CHUNK = 32  # texts or pictures a call, so that others get their turn in between


class TrainingFailedError(Exception):
    """The data can't be trained on; the message is the job's own."""


class StoppedError(Exception):
    """Somebody asked the job to stop."""


@dataclass(frozen=True)
class Trainer:
    """One job's training: with whose rights it reads and writes, and how it hears that it shall stop."""

    objects: Objects
    engines: EnginePool
    caller: Caller
    is_stopping: Callable[[], bool]

    def train_texts(
        self, base: str, training: str, validation: str | None, hyperparameters: Mapping[str, float]
    ) -> Trained:
        """A head from two files of conversations. Raises ``TrainingFailedError`` and ``StoppedError``."""
        rows = [_conversation(line, at) for at, line in self._lines(training)]
        held_out = [_conversation(line, at) for at, line in self._lines(validation)] if validation else []
        template = template_of([prompt for prompt, _ in rows])
        vectors = self._embed(template, [prompt for prompt, _ in rows])
        checked = (
            (self._embed(template, [prompt for prompt, _ in held_out]), [text for _, text in held_out])
            if held_out
            else None
        )
        head = self._run(
            "tuning.text_head:fit_head",
            template,
            vectors,
            [text for _, text in rows],
            checked,
            **_schedule(hyperparameters),
        )
        return _trained(base, head)

    def train_pictures(
        self, base: str, training: str, validation: str | None, hyperparameters: Mapping[str, float]
    ) -> Trained:
        """A picture adapter from two files of pairs. Raises ``TrainingFailedError`` and ``StoppedError``."""
        rows = [_pair(line, at) for at, line in self._lines(training)]
        held_out = [_pair(line, at) for at, line in self._lines(validation)] if validation else []
        captions = sorted({caption for _, caption in rows})
        by_caption = dict(zip(captions, self._run("text.embeddings:embed", captions), strict=True))
        checked = (
            (self._features([uri for uri, _ in held_out]), [caption for _, caption in held_out])
            if held_out
            else None
        )
        adapter = self._run(
            "tuning.picture_adapter:fit_adapter",
            self._features([uri for uri, _ in rows]),
            [caption for _, caption in rows],
            np.stack([by_caption[caption] for _, caption in rows]),
            checked,
            **_schedule(hyperparameters),
        )
        return _trained(base, adapter)

    def write_curve(self, curve: Curve, folder_uri: str, *, validation_folder: str) -> None:
        """The two CSV files of a job.

        Columns: https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-analyze.html
        """
        bucket, folder = place(folder_uri)
        files = (
            (f"{folder}training_artifacts/step_wise_training_metrics.csv", "training_loss", curve.training),
            (f"{folder}{validation_folder}validation_metrics.csv", "validation_loss", curve.validation),
        )
        for key, column, points in files:
            if points:
                lines = [f"step_number,epoch_number,{column},perplexity"]
                lines += [
                    f"{step - 1},{epoch - 1},{loss:.6f},{math.exp(min(loss, 50.0)):.6f}"
                    for step, epoch, loss in points
                ]
                self.objects.write(self.caller, bucket, key, ("\n".join(lines) + "\n").encode(), "text/csv")

    def _lines(self, uri: str) -> list[tuple[str, bytes]]:
        bucket, key = place(uri)
        try:
            body = self.objects.read(self.caller, bucket, key)
        except ServiceError as error:
            raise TrainingFailedError(f"Could not read {uri}: {error.message}") from error
        name = key.rpartition("/")[2]
        return [(f"{name}:{at}", line) for at, line in enumerate(body.splitlines(), 1) if line.strip()]

    def _embed(self, template: Template, prompts: Sequence[str]) -> Matrix:
        inner = [template.inner(prompt) for prompt in prompts]
        return self._in_chunks("text.embeddings:embed", inner)

    def _features(self, uris: Sequence[str]) -> Matrix:
        pictures = []
        for uri in uris:
            self._go_on()
            bucket, key = place(uri)
            try:
                pictures.append(self.objects.read(self.caller, bucket, key))
            except ServiceError as error:
                raise TrainingFailedError(f"Could not read {uri}: {error.message}") from error
        return self._in_chunks("tuning.picture_adapter:features_of", pictures)

    def _in_chunks(self, task: str, items: Sequence[str | bytes]) -> Matrix:
        parts = []
        for begin in range(0, len(items), _CHUNK):
            self._go_on()
            parts.append(self._run(task, items[begin : begin + _CHUNK]))
        return np.concatenate(parts)

    def _run(self, task: str, *arguments: Any, **keywords: Any) -> Any:
        self._go_on()
        try:
            # A job waits its turn without end: nobody holds a connection open for it.
            return self.engines.run(task, *arguments, timeout_seconds=600, turn_seconds=None, **keywords)
        except (EngineError, ValueError) as error:
            raise TrainingFailedError(str(error)) from error

    def _go_on(self) -> None:
        if self.is_stopping():
            raise StoppedError


def place(uri: str) -> tuple[str, str]:
    """Bucket and key of an S3 URI."""
    parts = urlsplit(uri)
    return parts.netloc, parts.path.removeprefix("/")


def _schedule(hyperparameters: Mapping[str, float]) -> dict[str, float]:
    return {
        "epochs": int(hyperparameters["epochs"]),
        "batch_size": int(hyperparameters["batch_size"]),
        "learning_rate": hyperparameters["learning_rate"],
    }


def _trained(base: str, weights: TextHead | PictureAdapter) -> Trained:
    curve = weights.curve
    validation_loss = min((loss for _, _, loss in curve.validation), default=None)
    return Trained(base, weights, curve.training[-1][2], validation_loss)


def _conversation(line: bytes, at: str) -> tuple[str, str]:
    """Prompt and completion of one line, as the customization of Nova reads it."""
    try:
        value = parse_json(line)
        user, assistant = value["messages"][-2:]
        if value["schemaVersion"] != CONVERSATION_SCHEMA or (user["role"], assistant["role"]) != (
            "user",
            "assistant",
        ):
            raise ValueError("not a conversation of user and assistant")
        system = "\n".join(block["text"] for block in value.get("system", []))
        asked = "\n".join(block["text"] for block in user["content"])
        told = "\n".join(block["text"] for block in assistant["content"])
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise TrainingFailedError(f"{at} isn't a line of {CONVERSATION_SCHEMA}: {error}") from error
    return (f"{system}\n{asked}" if system else asked), told


def _pair(line: bytes, at: str) -> tuple[str, str]:
    """Picture and caption of one line, as the customization of Titan reads it."""
    try:
        value = parse_json(line)
        uri, caption = value["image-ref"], value["caption"]
        if not isinstance(uri, str) or not isinstance(caption, str) or not caption.strip():
            raise ValueError("image-ref and caption must be texts, and a caption isn't empty")
    except (ValueError, TypeError, LookupError) as error:
        raise TrainingFailedError(f"{at} isn't a pair of image-ref and caption: {error}") from error
    return uri, caption

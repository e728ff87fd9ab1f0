"""Every parser that is fuzzed, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from evaluation.fuzzing.target import Target
from evaluation.fuzzing.targets.dropped import DROPPED
from evaluation.fuzzing.targets.local_services import LOCAL_SERVICES
from evaluation.fuzzing.targets.messages import MESSAGES
from evaluation.fuzzing.targets.model_answers import MODEL_ANSWERS
from evaluation.fuzzing.targets.service_answers import SERVICE_ANSWERS
from evaluation.fuzzing.targets.stored import STORED
from evaluation.fuzzing.targets.words import WORDS
from evaluation.fuzzing.targets.written import WRITTEN

__all__ = ["TARGETS"]

TARGETS: Mapping[str, Target] = {
    target.name: target
    for room in (DROPPED, WRITTEN, MODEL_ANSWERS, SERVICE_ANSWERS, MESSAGES, STORED, WORDS, LOCAL_SERVICES)
    for target in room
}

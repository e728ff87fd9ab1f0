"""Many assets asked again in one Bedrock batch job: what the job is given, and what its output is worth.

A batch asks one model once: nothing is repaired and nobody stronger is asked. What it answers is read by the
same checks as any answer, and published nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from braid.domain.answer.answer import Answer
from braid.domain.errors import BraidError, ConfigError, InvalidInputError, UnsupportedError
from braid.domain.evidence.language import LanguageAnalysis, dominant_language
from braid.domain.model_registry import ModelRegistry
from braid.domain.money.accounting import Meter
from braid.domain.profile.profile import Profile, read_profile
from braid.models.asking import Ask, Reply
from braid.models.batch import BatchRecord, batch_line, read_batch_line
from braid.models.question import Question
from braid.models.routing import route_to
from braid.models.spending import count
from braid.store.documents import DocumentStore
from lambdas.inference.infer import NoAnswer, infer
from lambdas.inference.stored_evidence import stored_pictures, stored_timeline

__all__ = ["BatchAsset", "BatchPart", "Reread", "profile_of", "read_part", "record_id", "write_part"]

_RECORD_ID_CHARACTERS = 11  # what the documentation shows; longer ones are nowhere promised to be taken


@dataclass(frozen=True)
class BatchAsset:
    """An asset's attempt whose stored evidence is asked about."""

    asset_id: str
    attempt: int


@dataclass(frozen=True)
class BatchPart:
    """One input file of a batch: some of its assets, and the profile that all of them are asked with.

    ``name`` is the file's without its suffix; ``files`` are the profile's, path to text; ``tier`` names the
    one model that is asked.
    """

    batch_id: str
    name: str
    tier: str
    profile: str
    rules: str
    assets: tuple[BatchAsset, ...]
    files: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """The key below which all of the batch lies; it expires with ``work/``."""
        return f"work/batch/{self.batch_id}"


@dataclass(frozen=True)
class Reread:
    """What the batch answered about one asset: an answer that passes, or the reason for none."""

    asset: BatchAsset
    answer: Answer | None
    reason: str
    before: Answer | None


class _AskedError(BraidError):
    """Carries the question that would have been asked."""

    def __init__(self, question: Question) -> None:
        super().__init__("the question was written down, not sent")
        self.question = question


def record_id(asset: BatchAsset) -> str:
    """The record's id in the batch's files, the same for the same attempt."""
    named = f"{asset.asset_id}/{asset.attempt}".encode()
    return hashlib.sha256(named).hexdigest()[:_RECORD_ID_CHARACTERS]


def profile_of(part: BatchPart) -> Profile:
    """The part's profile, asking one model once. Raises ``ConfigError`` with all that is wrong with it."""
    files = {path: text.encode() for path, text in part.files.items()}
    profile = read_profile(part.profile, files, part.rules)
    tier = part.tier
    once = replace(
        profile.inference,
        text_tier=tier,
        large_tier=tier,
        picture_tier=tier,
        escalation_tier=tier,
        repairs=0,
    )
    return replace(profile, inference=once)


def write_part(
    part: BatchPart,
    stores: Mapping[BatchAsset, DocumentStore],
    models: Mapping[str, str],
    registry: ModelRegistry,
) -> tuple[str, dict[str, str]]:
    """The input file's text, and by asset id why an asset isn't in it.

    Raises ``ConfigError`` for a profile that is wrong and a tier that the deployment lacks.
    """
    profile = profile_of(part)
    if part.tier not in models:
        raise ConfigError(f"there is no model of tier {part.tier!r}; there is {', '.join(sorted(models))}")
    lines, refused = [], {}
    for asset in part.assets:
        try:
            _answered(profile, stores[asset], _write_down, models, registry)
        except _AskedError as asked:
            lines.append(batch_line(record_id(asset), asked.question) + "\n")
        except InvalidInputError as error:
            refused[asset.asset_id] = str(error)
    return "".join(lines), refused


def read_part(
    part: BatchPart,
    output: bytes,
    stores: Mapping[BatchAsset, DocumentStore],
    models: Mapping[str, str],
    registry: ModelRegistry,
    meter: Meter,
) -> list[Reread]:
    """What the job's output for this part says of each of its assets, in order; tokens are metered.

    Raises ``InvalidServiceOutputError`` where a line isn't a record's.
    """
    profile = profile_of(part)
    route = route_to(part.tier, "a batch asks one model", models, registry)
    records = {
        record.record_id: record for record in (read_batch_line(line, route) for line in output.splitlines())
    }
    found = []
    for asset in part.assets:
        record = records.get(record_id(asset))
        before = stores[asset].find_document(Answer, stores[asset].result_key("answer.json"))
        if record is None or record.reply is None:
            reason = record.error if record else "the job's output has no record of it"
            found.append(Reread(asset, None, reason, before))
            continue
        count(meter, record.reply.usage)
        answer = _read(profile, stores[asset], record, models, registry)
        if isinstance(answer, Answer):
            found.append(Reread(asset, answer, "", before))
        else:
            found.append(Reread(asset, None, answer, before))
    return found


def _read(
    profile: Profile,
    store: DocumentStore,
    record: BatchRecord,
    models: Mapping[str, str],
    registry: ModelRegistry,
) -> Answer | str:
    def replay(_question: Question) -> Reply:
        if record.reply is None:
            raise UnsupportedError(record.error)
        return record.reply

    try:
        answer = _answered(profile, store, replay, models, registry)
    except InvalidInputError as error:
        return str(error)
    return answer.reason if isinstance(answer, NoAnswer) else answer


def _answered(
    profile: Profile, store: DocumentStore, ask: Ask, models: Mapping[str, str], registry: ModelRegistry
) -> Answer | NoAnswer:
    """Asks as Infer Answer does, but for the guardrail, whose input filters no batch knows."""
    timeline = stored_timeline(store)
    analysis = store.find_document(LanguageAnalysis, store.result_key("language.json"))
    return infer(
        profile,
        timeline,
        ask,
        models,
        registry,
        stored_pictures(store, timeline, profile.inference.max_pictures),
        None,
        dominant_language(analysis),
    )


def _write_down(question: Question) -> Reply:
    raise _AskedError(question)

"""What an execution's documents amount to: status, reason, missing operations and named results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.answer.review import Review
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetStatus, Modality
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis, unanalyzed
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.generation.outcomes import MadeOutput
from braid.domain.money.accounting import MissingOperation

__all__ = [
    "AssetDocuments",
    "Outcome",
    "input_warnings",
    "missing_operations",
    "outcome_of",
]

_MAX_REASON_WARNINGS = 3

_MODALITY_WORDS = {
    Modality.SPEECH: "its speech could not be transcribed",
    Modality.VISION: "its pictures could not be looked at",
    Modality.TEXT: "its text could not be read",
}
_NO_ANSWER_OPERATION = "bedrock:Converse"


@dataclass(frozen=True)
class AssetDocuments:
    """The documents that an execution left behind, as far as it came; ``claims`` by result name."""

    claims: Mapping[str, Claim] = field(default_factory=dict)
    admission: Admission | None = None
    transcript: Transcript | None = None
    vision: Vision | None = None
    passages: Passages | None = None
    language: LanguageAnalysis | None = None
    timeline: Timeline | None = None
    answer: Answer | None = None
    unanswered: Unanswered | None = None
    review: Review | None = None
    answer_original: Answer | None = None
    generated: MadeOutput | None = None

    @property
    def asked(self) -> Answer | None:
        """The model's own answer, whatever a reviewer made of it: what was paid for."""
        return self.answer_original or self.answer


@dataclass(frozen=True)
class Outcome:
    """How an asset ended that was analysed; ``reason`` says what is lacking, or which gate warned."""

    status: AssetStatus
    reason: str | None
    missing: tuple[MissingOperation, ...]


def outcome_of(state: ExecutionState, documents: AssetDocuments) -> Outcome:
    """SUCCEEDED, or PARTIAL where a modality of the asset gave nothing or no answer could be had.

    REJECTED where a reviewer, or the deadline for one, refused the answer.
    Operations alone that are missing keep the asset SUCCEEDED; they are listed with their reasons. What a
    quality gate warned of is told as well: whoever dropped a file that is cut off has to know.
    """
    missing = missing_operations(state, documents)
    if documents.review is not None and documents.review.decision == "reject":
        return Outcome(AssetStatus.REJECTED, _refusal(documents.review), missing)
    reasons = [
        f"{_MODALITY_WORDS[modality]}: {why}"
        for modality in Modality
        if (why := _why_nothing(modality, state, documents)) is not None
    ]
    if state.fusion is not None and state.fusion.verdict == "nothing_found":
        warnings = [warning.rstrip(".") for warning in input_warnings(documents)[:_MAX_REASON_WARNINGS]]
        because = f" ({'; '.join(warnings)})" if warnings else ""
        reasons.append(f"nothing was found to answer from{because}")
    elif documents.answer is None:
        found = [item.reason for item in missing if item.operation == _NO_ANSWER_OPERATION]
        reasons.append("there is no answer: " + (found[0] if found else "the model gave none"))
    status = AssetStatus.PARTIAL if reasons else AssetStatus.SUCCEEDED
    gates = documents.admission.gates if documents.admission else ()
    told = [_sentence("; ".join(reason.removesuffix(".") for reason in reasons))] if reasons else []
    told += [gate.reason for gate in gates if gate.outcome == "warn" and gate.reason]
    return Outcome(status, " ".join(told) or None, missing)


def input_warnings(documents: AssetDocuments) -> tuple[str, ...]:
    """What the steps that hear, look and read found wrong with the asset, each once."""
    sources = (documents.transcript, documents.vision, documents.passages)
    return tuple(dict.fromkeys(warning for source in sources if source for warning in source.warnings))


def missing_operations(state: ExecutionState, documents: AssetDocuments) -> tuple[MissingOperation, ...]:
    """Every wanted operation without a result, each once, in the workflow's order.

    A whole branch is listed under its modality's name, a language analysis that died under
    ``language:<source>``.
    """
    found: list[MissingOperation] = []
    for modality in Modality:
        branch = state.branch(modality)
        if branch.outcome == "missing":
            found.append(MissingOperation(modality.value, branch.why))
        elif branch.outcome == "unanalyzed":
            found.append(MissingOperation(unanalyzed(modality), branch.why))
    for document in (
        documents.transcript,
        documents.vision,
        documents.passages,
        documents.language,
        documents.timeline,
        documents.asked,
        documents.unanswered,
    ):
        found += document.missing if document else ()
    by_name: dict[str, MissingOperation] = {}
    for item in found:
        by_name.setdefault(item.operation, item)
    return tuple(by_name.values())


def _why_nothing(modality: Modality, state: ExecutionState, documents: AssetDocuments) -> str | None:
    """Why a modality of the asset gave nothing; ``None`` if it gave something or there was nothing in it.

    An empty transcript of music is no failure; an empty one whose operations could not run is.
    """
    branch = state.branch(modality)
    if branch.outcome == "missing":
        return branch.why
    if modality is Modality.SPEECH:
        is_empty = documents.transcript is not None and not documents.transcript.utterances
        missing = documents.transcript.missing if documents.transcript else ()
    elif modality is Modality.VISION:
        frames = documents.vision.keyframes if documents.vision else ()
        is_empty = not any(
            frame.labels
            or frame.texts
            or frame.faces
            or frame.moderation
            or frame.properties.colors
            or frame.description
            for frame in frames
        )
        missing = documents.vision.missing if documents.vision else ()
    else:
        is_empty = documents.passages is not None and not documents.passages.passages
        missing = documents.passages.missing if documents.passages else ()
    return missing[0].reason if is_empty and missing else None


def _refusal(review: Review) -> str:
    if review.by_deadline:
        return f"Nobody reviewed the answer before {review.request.deadline}, and so it was rejected."
    told = f": {review.note}" if review.note else ""
    return _sentence(f"Rejected in review by {review.by}{told}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")

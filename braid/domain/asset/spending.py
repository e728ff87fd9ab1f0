"""What an execution used, of the AI services and of the platform below them: what its receipt prices."""

from __future__ import annotations

from collections.abc import Iterable

from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import InboxKind, Modality, read_inbox_key
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.asset.rerun import StartAt
from braid.domain.money.accounting import Usage
from braid.domain.money.foreseen import arrival
from braid.domain.money.metered import STORED_BYTES, TRANSITIONS, Metered, added, platform_usage

__all__ = ["recorded_transitions", "spent", "state_transitions", "usage_of"]

_STATES_OF_EVERY_ASSET = (
    "Admit Asset",
    "Admitted?",
    "Analyze Modalities",
    "Has Speech?",
    "Has Pictures?",
    "Has Text?",
    "Fuse Evidence",
    "Enough Evidence?",
    "Publish Result",
    "Announce",
)
_STATES_TAKEN_OVER = {StartAt.FUSION: 4, StartAt.INFERENCE: 5}
_WORKING_STATES = {Modality.SPEECH: 3, Modality.VISION: 3, Modality.TEXT: 2}
_STATES_OF_EVERY_FILE_OF_POSTS = (
    "Admit Posts",
    "Admitted?",
    "Asks in Batch?",
    "Judge Posts",
    "Collect Decisions",
    "Needs Review?",
    "Publish Result",
    "Announce",
)
_RECORDING_STATES = 2  # Record Rejection or Record Failure, and the end


def spent(
    state: ExecutionState, documents: AssetDocuments, *, transitions: int, used: Metered, ahead: Metered
) -> tuple[Usage, ...]:
    """Everything billed, from the asset's arrival to its end.

    ``used`` is what the step that prices used so far, ``ahead`` what it still will, with all after it.
    """
    admission = documents.admission
    is_new = _start_of(state) is StartAt.ANALYSIS
    platform = added(
        {TRANSITIONS: transitions, STORED_BYTES: _source_bytes(admission) if is_new else 0},
        arrival(_object_count(state, admission)),
        *_used_by_steps(state),
        used,
        ahead,
    )
    return (*usage_of(documents), *platform_usage(platform))


def usage_of(documents: AssetDocuments) -> tuple[Usage, ...]:
    """Every billed quantity that the steps' documents carry."""
    sources = (
        documents.transcript,
        documents.vision,
        documents.passages,
        documents.language,
        documents.timeline,
        documents.asked,
        documents.unanswered,
        documents.generated,
    )
    return tuple(item for document in sources if document for item in document.usage)


def state_transitions(state: ExecutionState) -> int:
    """How many states a published execution enters in all; retries are counted where they are made.

    Mirrors ``statemachines/analyze_asset.asl.json`` and ``moderate_posts.asl.json``, of whose chunks the
    outcome tells; a test walks the definitions and compares.
    """
    if state.admission is not None and state.admission.posts is not None:
        posts = state.admission.posts
        return len(_STATES_OF_EVERY_FILE_OF_POSTS) + posts.is_batch + (state.review is not None)
    entered = len(_STATES_OF_EVERY_ASSET)
    if (start_at := _start_of(state)) is StartAt.ANALYSIS:
        entered += _branch_states(state)
    else:
        # One state takes over what the Parallel, its three questions, and Fuse Evidence where it stands for
        # it too, would have given.
        entered += 1 - _STATES_TAKEN_OVER[start_at]
    entered += 2 if state.answer is not None else 0  # Infer Answer, Needs Review?
    entered += state.answer is not None and state.failure is not None  # Answer Missing
    return entered + (state.review is not None)


def recorded_transitions(state: ExecutionState) -> int:
    """How many states an execution enters that is rejected or fails, as far as its state tells."""
    entered = 1 + _RECORDING_STATES  # Admit Asset
    if state.admission is not None and state.admission.posts is not None:
        # Admitted?, Asks in Batch?, Judge Posts; and where it came so far, all up to Publish Result.
        return entered + (3 if state.answer is None else 6)
    if state.admission is None or state.admission.admitted is False:
        return entered + (state.admission is not None)  # Admitted?
    entered += 2 + len(Modality)  # Admitted?, Analyze Modalities and the choices of its branches
    if state.modalities is None:
        wanted = [Modality(name) for name, is_there in state.admission.modalities.items() if is_there]
        return entered + sum(_WORKING_STATES[modality] for modality in wanted)
    entered += _branch_states(state) + 1  # Fuse Evidence
    entered += state.fusion is not None  # Enough Evidence?
    entered += 0 if state.answer is None else 2
    return entered + (state.review is not None)


def _start_of(state: ExecutionState) -> StartAt:
    return state.admission.start_at if state.admission else StartAt.ANALYSIS


def _branch_states(state: ExecutionState) -> int:
    entered = 0
    for modality in Modality:
        outcome = state.branch(modality).outcome
        entered += 1 if outcome == "absent" else _WORKING_STATES[modality]
        entered += outcome in ("missing", "unanalyzed")  # the Pass state that says so
    return entered


def _used_by_steps(state: ExecutionState) -> Iterable[Metered]:
    branches = (state.modalities or {}).values()
    reached = (state.admission, *branches, state.posts, state.fusion, state.answer, state.review)
    return [step.metered for step in reached if step is not None]


def _source_bytes(admission: Admission | None) -> float:
    return float(sum(member.size_bytes for member in admission.members)) if admission else 0.0


def _object_count(state: ExecutionState, admission: Admission | None) -> int:
    """The objects that were dropped: of a bundle its manifest too."""
    is_bundle = read_inbox_key(state.asset.source.key).kind is InboxKind.BUNDLE_MANIFEST
    return 1 + (len(admission.members) if is_bundle and admission else 0)

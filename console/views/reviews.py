"""The review queue, one answer in it, and the decision, which the pipeline's own function carries out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from braid.domain.answer.review import DEADLINE_WORDS, DECISION_WORDS, Decision
from braid.domain.asset.asset import AssetStatus
from braid.domain.clock import parse_iso
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.vision import KeyframeAnalysis
from cli.answers.reviews import decide, read_waiting
from cli.aws_errors import explain
from cli.errors import CommandError
from cli.generating.redoing import ask_for_another
from console.context import DENIED, Context, context_of
from console.pages import page
from console.reading.claims import CLAIM_MINUTES, claim, release
from console.reading.counts import read_counts
from console.reading.review_queue import read_queue
from console.requests import read_json
from console.views.files import read_vision
from console.views.playing import read_played

__all__ = ["decide_one", "detail", "leave", "show", "take"]

UNDO_SECONDS = 10
_LISTED = 100
_DECISIONS: tuple[Decision, ...] = ("approve", "edit", "reject")
# What was made may be refused and asked for once more in one go.
_REDO = "redo"
_CONFLICT, _UNPROCESSABLE, _FORBIDDEN = 409, 422, 403


def show(request: Request) -> Response:
    """The queue, the answer that has waited longest first."""
    context, now = context_of(request), datetime.now(UTC)
    counts = read_counts(context.target, today=now.date(), days=1)
    waiting_count = counts.open.get(AssetStatus.AWAITING_REVIEW, 0)
    queue = read_queue(context.target, today=now.date(), waiting_count=waiting_count, limit=_LISTED)
    return page(
        request,
        "reviews.html",
        title="Review",
        queue=queue,
        others={item.asset_id: item.claim for item in queue if _is_claimed(context, item.claim, now)},
        overdue={item.asset_id for item in queue if parse_iso(item.request.deadline) < now},
        waiting_count=waiting_count,
        deadline_words=DEADLINE_WORDS,
        hindrance=context.hindrance("review"),
        undo_seconds=UNDO_SECONDS,
    )


def detail(request: Request) -> Response:
    """What there is to decide about one answer, as a part of the queue's page."""
    context = context_of(request)
    waiting = read_waiting(context.target, request.path_params["asset_id"])
    record, answer, timeline = waiting.record, waiting.answer, waiting.timeline
    vision = read_vision(context.target, record.asset_id, str(record.attempt))
    return page(
        request,
        "review_detail.html",
        record=record,
        waiting=waiting,
        answer=answer,
        draft=waiting.draft,
        answer_json=json.dumps(answer.answer if answer else {}, ensure_ascii=False, indent=2),
        evidence=_by_id(timeline.evidence if timeline else ()),
        contradictions=answer.contradictions if answer else (),
        pictures=_pictures(vision.keyframes if vision else ()),
        played=None if waiting.draft else read_played(context.target, record),
        deadline_words=DEADLINE_WORDS,
        claim_minutes=CLAIM_MINUTES,
        hindrance=context.hindrance("review"),
    )


def take(request: Request) -> Response:
    """Claims an answer for the user; says so where another has."""
    context, asset_id = context_of(request), request.path_params["asset_id"]
    try:
        attempt = int(request.query_params.get("attempt", ""))
        is_mine = claim(context.target, asset_id, attempt, by=context.user, now=datetime.now(UTC))
    except ValueError:
        return _problem("the page's address is cut off; reload it", _UNPROCESSABLE)
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return JSONResponse({"claimed": False, "said": "not claimed: your identity may not write the record"})
    said = f"yours for {CLAIM_MINUTES} minutes" if is_mine else "somebody else is looking at it"
    return JSONResponse({"claimed": is_mine, "said": said})


def leave(request: Request) -> Response:
    """Takes the user's claim back."""
    context, asset_id = context_of(request), request.path_params["asset_id"]
    try:
        attempt = int(request.query_params.get("attempt", ""))
    except ValueError:
        return _problem("the page's address is cut off; reload it", _UNPROCESSABLE)
    return JSONResponse({"released": release(context.target, asset_id, attempt, by=context.user)})


async def decide_one(request: Request) -> Response:
    """Ends one review. What is answered as decided has been written: the function has returned."""
    asked = await read_json(request)
    return await run_in_threadpool(_decide, context_of(request), request.path_params["asset_id"], asked)


def _decide(context: Context, asset_id: str, asked: Mapping[str, Any]) -> Response:
    if hindrance := context.hindrance("review"):
        return _problem(hindrance, _FORBIDDEN)
    decision, note, answer = asked.get("decision"), str(asked.get("note") or ""), asked.get("answer")
    if decision not in (*_DECISIONS, _REDO):
        return _problem(f"a decision is one of {', '.join((*_DECISIONS, _REDO))}", _UNPROCESSABLE)
    if decision in ("reject", _REDO) and not note.strip():
        return _problem("say why you reject it; whoever made the file will ask", _UNPROCESSABLE)
    if answer is not None and not isinstance(answer, dict):
        return _problem("a corrected answer is a JSON object", _UNPROCESSABLE)
    try:
        waiting = read_waiting(context.target, asset_id)
        seen = (asked.get("attempt"), asked.get("requested_at"))
        if seen != (waiting.record.attempt, waiting.request.requested_at):
            return _problem("it has been analysed again since you looked; look once more", _CONFLICT)
        if decision == _REDO and waiting.draft is None:
            return _problem("only what was made can be made once more", _UNPROCESSABLE)
        ending: Decision = "reject" if decision == _REDO else decision
        decide(context.target, waiting, ending, by=context.user, note=note, answer=answer)
    except CommandError as error:
        return _problem(error.message, _CONFLICT)
    except ClientError as error:
        if error.response["Error"]["Code"] not in DENIED:
            raise
        return _problem(context.deny("review", explain(error)), _FORBIDDEN)
    said = DECISION_WORDS[ending]
    if decision == _REDO:
        said = _once_more(context, waiting.record.asset_id)
    return JSONResponse({"asset_id": waiting.record.asset_id, "said": said})


def _once_more(context: Context, asset_id: str) -> str:
    """What became of asking again. The refusal stands by then, whatever is said."""
    try:
        return f"rejected; attempt {ask_for_another(context.target, asset_id)} is on its way"
    except CommandError as error:
        return f"rejected, but not asked for again: {error.message}"
    except (ClientError, BotoCoreError) as error:
        return f"rejected, but not asked for again: {explain(error).splitlines()[0]}"


def _is_claimed(context: Context, found: Any, now: datetime) -> bool:
    return found is not None and found.is_of_another(context.user, now)


def _by_id(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    return {piece.evidence_id: piece for piece in evidence}


def _pictures(frames: Iterable[KeyframeAnalysis]) -> list[KeyframeAnalysis]:
    """Those that a page shows; the report has them all."""
    return list(frames)[:24]


def _problem(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)

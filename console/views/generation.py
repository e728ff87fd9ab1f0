"""Generation: a gallery of what was made, and of each its plan, checks, marks and decisions."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import GENERATE_FOLDER, AssetKind
from braid.domain.claim_check import Claim
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.asset_ids import find_asset
from console.context import Context, context_of
from console.pages import page
from console.reading.drafts import Made, read_made, read_many
from console.reading.kind_pages import read_kind_page
from console.views.files import PICTURE_TYPES, blurred_answer, picture_answer
from console.views.playing import MEDIA_TYPES, ranged_answer

__all__ = ["detail", "picture", "show", "start_picture", "video"]

_DRAFTS_ON_A_PAGE = 24


def show(request: Request) -> Response:
    """The newest drafts, whatever became of them."""
    context = context_of(request)
    cursor = request.query_params.get("cursor", "")
    found = read_kind_page(context.target, AssetKind.GENERATED, cursor=cursor, limit=_DRAFTS_ON_A_PAGE)
    return page(
        request,
        "generation.html",
        title="Generation",
        gallery=read_many(context.target, found.records),
        can_make=bool(context.target.generation_machine_arn),
        total=found.total,
        is_first=not cursor,
        following=urlencode({"cursor": found.following}) if found.following else "",
    )


def detail(request: Request) -> Response:
    """One draft: what was asked of whom, what the checks found, how it is marked, who decided."""
    made = _made(request)
    return page(request, "draft.html", title=made.record.name, made=made)


def picture(request: Request) -> Response:
    """The draft, or a video's first frame; of what was blocked the blurred look that is left of it."""
    context, made = context_of(request), _made(request)
    if made.draft is None:
        raise CommandError("nothing was made yet", exit_code=EXIT_MISUSE)
    claim = made.draft.poster or made.draft.file
    if made.is_withheld:
        return blurred_answer(context.target, claim)
    return _picture(context, claim)


def start_picture(request: Request) -> Response:
    """One of the pictures that it was made from, as the model was shown it."""
    context, made = context_of(request), _made(request)
    number = request.path_params["number"]
    inputs = made.plan.inputs if made.plan else ()
    if number >= len(inputs):
        raise CommandError("it wasn't made from so many pictures", exit_code=EXIT_MISUSE)
    return _picture(context, inputs[number])


def video(request: Request) -> Response:
    """The draft's video, in the parts that a player asks for."""
    context, made = context_of(request), _made(request)
    if made.draft is None or not made.is_video or made.is_withheld:
        raise CommandError("there is no video of it", exit_code=EXIT_MISUSE)
    claim = made.draft.file
    if claim.media_type not in MEDIA_TYPES:
        raise CommandError(f"browsers don't play {claim.media_type}", exit_code=EXIT_MISUSE)
    return ranged_answer(
        context.target, request, bucket=claim.bucket, key=claim.key, media_type=claim.media_type
    )


def _picture(context: Context, claim: Claim) -> Response:
    if claim.media_type not in PICTURE_TYPES:
        raise CommandError("there is no picture of it", exit_code=EXIT_MISUSE)
    return picture_answer(context.target, claim, claim.media_type)


def _made(request: Request) -> Made:
    """The attempt that the address names, the newest unless it names one."""
    target = context_of(request).target
    record = find_asset(target, request.path_params["asset_id"])
    if record.profile != GENERATE_FOLDER:
        raise CommandError(f"{record.asset_id} wasn't made here", exit_code=EXIT_MISUSE)
    return read_made(target, record, _attempt(request, record.attempt))


def _attempt(request: Request, newest: int) -> int:
    text = request.query_params.get("attempt", "")
    if not text:
        return newest
    if not text.isdecimal() or not 1 <= int(text[:9]) <= newest:
        raise CommandError(f"there are attempts 1 to {newest}", exit_code=EXIT_MISUSE)
    return int(text)

"""What lies in the results bucket, as strangers' files: shown without rights, or saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from botocore.exceptions import ClientError
from starlette.requests import Request
from starlette.responses import Response

from braid.domain.asset.asset import AssetStatus
from braid.domain.asset.result import Result
from braid.domain.claim_check import Claim
from braid.domain.evidence.vision import Vision
from braid.domain.wire import decode_json
from cli.answers.reviews import draft_of, read_waiting
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.asset_ids import find_asset
from cli.showing.documents import read_claim
from cli.showing.records import read_result
from cli.showing.results import get_result
from cli.target import Target
from console.context import context_of

__all__ = [
    "LOCKED",
    "PICTURE_TYPES",
    "blurred_answer",
    "download",
    "draft",
    "picture",
    "picture_answer",
    "read_vision",
    "report",
]

# A document with neither scripts nor an origin: it can't read the console, whatever its author wrote.
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
LOCKED = "sandbox; default-src 'none'; frame-ancestors 'none'"
PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
_NAME = re.compile(r"[\w.-]+")


def report(request: Request) -> Response:
    """The report in the console's frame."""
    target = context_of(request).target
    body = get_result(target, _result(target, request.path_params["asset_id"]), "report")
    headers = {"content-security-policy": _SANDBOX, "x-frame-options": "SAMEORIGIN"}
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def download(request: Request) -> Response:
    """A named result, to be saved."""
    target, name = context_of(request).target, request.path_params["name"]
    result = _result(target, request.path_params["asset_id"])
    body = get_result(target, result, name)
    claim = result.results.get(name)
    file_name = claim.uri.rsplit("/", 1)[-1] if claim else name
    headers = {
        "content-security-policy": LOCKED,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name)}",
    }
    return Response(body, media_type="application/octet-stream", headers=headers)


def picture(request: Request) -> Response:
    """A keyframe, as its JPEG."""
    target, keyframe_id = context_of(request).target, request.path_params["keyframe_id"]
    vision = read_vision(target, request.path_params["asset_id"], request.query_params.get("attempt", ""))
    frames = vision.keyframes if vision else ()
    claim = next((frame.image for frame in frames if frame.keyframe_id == keyframe_id), None)
    if claim is None:
        raise CommandError(f"there is no picture {keyframe_id!r} of this asset", exit_code=EXIT_MISUSE)
    return picture_answer(target, claim, "image/jpeg")


def draft(request: Request) -> Response:
    """What was made and awaits approval: the picture, or a video's first frame."""
    target = context_of(request).target
    waiting = read_waiting(target, request.path_params["asset_id"])
    claim = (waiting.draft.poster or waiting.draft.file) if waiting.draft else None
    if claim is None or claim.media_type not in PICTURE_TYPES:
        raise CommandError("no picture of it awaits approval", exit_code=EXIT_MISUSE)
    return picture_answer(target, claim, claim.media_type)


def picture_answer(target: Target, claim: Claim, media_type: str) -> Response:
    """The picture that a claim names. Raises ``CommandError`` where it was deleted or altered."""
    return _picture(lambda: read_claim(target, claim), media_type)


def blurred_answer(target: Target, claim: Claim) -> Response:
    """The blurred look that is left of the blocked picture that a claim names."""
    key = f"{claim.key.rpartition('/')[0]}/blurred.jpg"
    return _picture(lambda: target.s3.get_object(Bucket=claim.bucket, Key=key)["Body"].read(), "image/jpeg")


def _picture(read: Callable[[], bytes], media_type: str) -> Response:
    try:
        body = read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
        raise CommandError("this picture was deleted", exit_code=EXIT_MISUSE) from error
    return Response(body, media_type=media_type, headers={"content-security-policy": LOCKED})


def read_vision(target: Target, asset_id: str, attempt: str) -> Vision | None:
    """What was seen in an attempt of an asset, if anything was."""
    if not _NAME.fullmatch(asset_id) or not attempt.isdecimal():
        raise CommandError("there is no such asset", exit_code=EXIT_MISUSE)
    key = f"assets/{asset_id}/{attempt}/vision.json"
    try:
        body = target.s3.get_object(Bucket=target.results_bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return decode_json(Vision, body, source=key)


def _result(target: Target, asset_id: str) -> Result:
    record = find_asset(target, asset_id)
    if record.status is AssetStatus.AWAITING_REVIEW:
        return draft_of(target, read_waiting(target, record.asset_id))
    return read_result(target, record.asset_id)

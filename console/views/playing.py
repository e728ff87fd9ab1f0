"""Sound and film in the parts that a player asks for, streamed through and never held whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.playback import MEDIA_SUFFIXES, played_member
from cli.errors import EXIT_MISUSE, CommandError
from cli.showing.asset_ids import find_asset
from cli.showing.records import Record
from cli.target import Target
from console.context import context_of
from console.reading.stored import attempt_key, find_document
from console.views.files import LOCKED

__all__ = ["MEDIA_TYPES", "media", "ranged_answer", "read_played"]

# What browsers play; anything else, such as a page that calls itself a film, isn't handed out to be played.
MEDIA_TYPES = frozenset(MEDIA_SUFFIXES)
_RANGE = re.compile(r"bytes=\d{1,15}-\d{0,15}")
_BLOCK_BYTES = 256 * 1024
_GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "405", "MethodNotAllowed"})


def media(request: Request) -> Response:
    """What of an asset plays: the very version that was analysed."""
    target = context_of(request).target
    played = read_played(target, find_asset(target, request.path_params["asset_id"]))
    if played is None:
        raise CommandError("nothing of this asset plays", exit_code=EXIT_MISUSE)
    return ranged_answer(
        target,
        request,
        bucket=played.bucket,
        key=played.key,
        version_id=played.version_id,
        media_type=played.media_type,
    )


def read_played(target: Target, record: Record) -> Member | None:
    """The member of an asset that a browser can play, if any."""
    admission = find_document(target, Admission, attempt_key(record, "admission.json"))
    member = played_member(admission)
    return member if member is not None and member.media_type in MEDIA_TYPES else None


def ranged_answer(
    target: Target, request: Request, *, bucket: str, key: str, media_type: str, version_id: str | None = None
) -> Response:
    """The object, or the one range of it that was asked for. Memory: a block, whatever its size."""
    asked = request.headers.get("range", "")
    named: dict[str, str] = {"VersionId": version_id} if version_id else {}
    if _RANGE.fullmatch(asked):
        named["Range"] = asked
    try:
        found = target.s3.get_object(Bucket=bucket, Key=key, **named)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("InvalidRange", "416"):
            return Response(status_code=416, headers={"content-security-policy": LOCKED})
        if code not in _GONE:
            raise
        raise CommandError(
            "the version that was analysed is deleted and can't be played", exit_code=EXIT_MISUSE
        ) from error
    headers = {
        "content-security-policy": LOCKED,
        "accept-ranges": "bytes",
        "content-length": str(found["ContentLength"]),
    }
    status = 200
    if "ContentRange" in found:  # S3 gives all of it where a range ends before it begins
        headers["content-range"] = found["ContentRange"]
        status = 206
    return StreamingResponse(
        _blocks(found["Body"]), status_code=status, media_type=media_type, headers=headers
    )


def _blocks(body: Any) -> Iterator[bytes]:
    try:
        while block := body.read(_BLOCK_BYTES):
            yield block
    finally:
        body.close()

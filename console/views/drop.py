"""Drop: files from the browser, planned and priced first, then streamed into the inbox."""

from __future__ import annotations

from botocore.exceptions import ClientError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from braid.domain.asset.asset import DEFAULT_PROFILE, Source, asset_id_for
from cli.aws_errors import explain
from cli.dropping.drop import check_folder
from cli.errors import EXIT_MISUSE, CommandError
from console.context import DENIED, Context, context_of
from console.dropping.plans import Drop, Need
from console.dropping.ranged_file import BLOCK_BYTES
from console.dropping.uploads import upload_stream
from console.pages import page
from console.requests import read_bytes, read_json
from console.views.assets import profile_names

__all__ = ["begin", "finish", "give_bytes", "send", "show"]

_FORBIDDEN = 403
_MOST_DIGITS = 15


def show(request: Request) -> Response:
    """The place to drop files on."""
    return page(
        request,
        "drop.html",
        title="Drop",
        profiles=profile_names(),
        default_profile=DEFAULT_PROFILE,
        hindrance=context_of(request).hindrance("drop"),
    )


async def begin(request: Request) -> Response:
    """Names files; answers with the bytes that planning has to see first."""
    drop = context_of(request).drops.begin(await read_json(request))
    return await run_in_threadpool(_next_step, request, drop)


async def give_bytes(request: Request) -> Response:
    """Gives planning the bytes that it asked for; answers with the next ones, or with the plan."""
    drop = _drop(request)
    body = await read_bytes(request, BLOCK_BYTES)
    file = drop.files[_number(request, "file", len(drop.files))]
    if not file.ranges.give(_number(request, "start", file.ranges.size_bytes + 1), body):
        raise CommandError("these bytes weren't asked for; drop the files again", exit_code=EXIT_MISUSE)
    return await run_in_threadpool(_next_step, request, drop)


async def send(request: Request) -> Response:
    """One file's bytes, on to the inbox. A file alone is an asset at once."""
    context, drop = context_of(request), _drop(request)
    number = _number(request, "file", len(drop.files))
    target = context.target
    try:
        with drop.sending(number):
            asset = drop.assets[0 if drop.bundle else number]
            item = asset.uploads[number if drop.bundle else 0]
            size_bytes = drop.files[number].ranges.size_bytes
            version_id = await upload_stream(
                target.s3, target.input_bucket, item.key, request.stream(), size_bytes=size_bytes
            )
    except ClientDisconnect:
        return _problem("the browser has gone")
    except ClientError as error:
        return _refused(context, error)
    if drop.bundle:
        return JSONResponse({"sent": drop.files[number].name})
    return JSONResponse({"asset_id": asset_id_for(Source(target.input_bucket, item.key, version_id))})


def finish(request: Request) -> Response:
    """A bundle's manifest, which starts it, when all of its members are there."""
    context, drop = context_of(request), _drop(request)
    if not drop.bundle or len(drop.sent) < len(drop.files):
        raise CommandError("not all of the bundle's files were sent; drop them again", exit_code=EXIT_MISUSE)
    target, manifest = context.target, drop.assets[0].uploads[-1]
    try:
        with drop.sending(None):
            answer = target.s3.put_object(
                Bucket=target.input_bucket, Key=manifest.key, Body=manifest.body, ChecksumAlgorithm="SHA256"
            )
    except ClientError as error:
        return _refused(context, error)
    source = Source(target.input_bucket, manifest.key, answer["VersionId"])
    return JSONResponse({"asset_id": asset_id_for(source)})


def _next_step(request: Request, drop: Drop) -> Response:
    context = context_of(request)
    need = drop.advance(context.drops.planner, None if context.target.is_local else context.target.stack_name)
    if need is not None:
        return JSONResponse({"drop_id": drop.drop_id, "need": _told(need)})
    if drop.bundle:
        check_folder(context.target, drop.assets[0])
    planned = list(zip(drop.assets, drop.plans, strict=True))
    html = page(request, "drop_plan.html", planned=planned, sizes=[asset.size_bytes for asset in drop.assets])
    usd = sum(plan.expected_usd for _, plan in planned if plan is not None)
    return JSONResponse({"drop_id": drop.drop_id, "html": bytes(html.body).decode(), "expected_usd": usd})


def _told(need: Need) -> dict[str, int]:
    return {"file": need.file, "start": need.start, "length": need.length}


def _drop(request: Request) -> Drop:
    return context_of(request).drops.find(request.path_params["drop_id"])


def _number(request: Request, name: str, below: int) -> int:
    text = request.query_params.get(name, "")
    if not text.isdecimal() or len(text) > _MOST_DIGITS or int(text) >= below:
        raise CommandError(f"{name} takes a number below {below}", exit_code=EXIT_MISUSE)
    return int(text)


def _refused(context: Context, error: ClientError) -> Response:
    if error.response["Error"]["Code"] in DENIED:
        context.deny("drop", explain(error))
    return _problem(explain(error).splitlines()[0])


def _problem(sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=_FORBIDDEN)

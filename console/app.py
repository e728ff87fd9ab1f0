"""The application: every view's routes below one secret path, behind the guard."""

from __future__ import annotations

import traceback
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from cli.aws_errors import explain
from cli.errors import EXIT_MISUSE, CommandError
from console.access import Guard
from console.catalogue import VIEWS
from console.context import Context
from console.pages import page, templates
from console.views import events

__all__ = ["build_app"]

_STATIC = Path(__file__).parent / "static"
_REPORT_STYLES = Path(__file__).parents[1] / "braid" / "report" / "page.css"
_REFUSED, _NOT_FOUND, _UNAVAILABLE, _BROKEN = 400, 404, 502, 500


def build_app(context: Context) -> ASGIApp:
    """The console of one deployment, as an ASGI application."""
    routes = [
        Route("/static/console.css", _styles),
        Route("/static/console.js", _script),
        Route("/events", events.stream),
        *(route for view in VIEWS for route in view.routes),
    ]
    app = Starlette(
        routes=[Mount(context.access.base, routes=routes)],
        exception_handlers={
            CommandError: _sorry,
            ClientError: _sorry,
            BotoCoreError: _sorry,
            HTTPException: _sorry,
            Exception: _sorry,
        },
    )
    app.state.context, app.state.views, app.state.templates = context, VIEWS, templates()
    return Guard(app, context.access, is_read_only=context.is_read_only)


def _sorry(request: Request, error: Exception) -> Response:
    """What went wrong in one sentence: as JSON for the script, as a page for a person."""
    sentence, status = _said(error)
    if status == _BROKEN:
        traceback.print_exception(error)
    if request.method == "POST":
        status = _REFUSED if status == _NOT_FOUND else status
        return JSONResponse({"error": sentence}, status_code=status)
    return page(request, "sorry.html", title="Not shown", sentence=sentence, status=status)


def _said(error: Exception) -> tuple[str, int]:
    if isinstance(error, CommandError):
        return error.message, _NOT_FOUND if error.exit_code == EXIT_MISUSE else _UNAVAILABLE
    if isinstance(error, ClientError | BotoCoreError):
        return explain(error), _UNAVAILABLE
    if isinstance(error, HTTPException):
        return "there is no such page in the console", error.status_code
    return "the console failed on this; the cause is in the terminal that started it", _BROKEN


def _styles(_: Request) -> Response:
    """The report's own sheet, then what the console adds: one product, one look."""
    both = _REPORT_STYLES.read_text("utf-8") + (_STATIC / "console.css").read_text("utf-8")
    return Response(both, media_type="text/css")


def _script(_: Request) -> Response:
    return Response((_STATIC / "console.js").read_text("utf-8"), media_type="text/javascript")

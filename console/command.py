"""`braid console`: opens the web page of a deployment on this machine."""

from __future__ import annotations

import threading
import webbrowser
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.options import Stack, chosen_target, console, out

__all__ = ["console_command"]


def console_command(
    no_open: Annotated[bool, typer.Option("--no-open", help="print the address and open nothing")] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="show everything, and change nothing")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, metavar="PORT", help="default: any")] = 0,
    stack: Stack = None,
) -> None:
    """Open assets, reviews, search and costs in the browser.

    The page is served on 127.0.0.1 to whoever has the printed address, which changes with each start. It
    reads and changes what your AWS identity may. Ends with Ctrl+C.
    """
    from console.access import Access
    from console.listening import listen

    target = chosen_target(stack)
    try:
        listening = listen(port)
    except OSError as error:
        raise CommandError(f"port {port} is in use; choose another, or leave --port out") from error
    access = Access.fresh(listening.getsockname()[1])
    # The first line is the contract with scripts: whole, whatever the terminal's width. Connections wait in
    # the socket from now on, while the application is imported, as long as a browser takes to open.
    out.print(access.url, soft_wrap=True, highlight=False, markup=False)
    out.file.flush()
    if console.is_terminal:
        console.print("[dim]Ctrl+C ends it[/]")
    if not no_open:
        webbrowser.open(access.url)

    from console.app import build_app
    from console.context import Context
    from console.server import serve

    context = Context(target, access, is_read_only=read_only)
    # The first page shouldn't wait for what takes half a second to make once.
    threading.Thread(target=context.warm_up, daemon=True).start()
    serve(build_app(context), listening)

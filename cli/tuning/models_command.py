"""`braid models`: tuned models, which are in use, since when, at what price and until when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, out, print_json

__all__ = ["models"]


def models(
    rollback: Annotated[
        str, typer.Option("--rollback", metavar="NAME", help="use the model before the one in use again")
    ] = "",
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Show tuned models: which is in use, since when, at what price, and when it ends."""
    from braid.domain.clock import iso
    from braid.domain.errors import InvalidInputError
    from braid.domain.wire import encode
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.shown import models_of, show_models

    tuning = find_tuning(chosen_target(stack))
    if rollback:
        book = tuning.book(rollback)
        if book is None:
            raise CommandError(f"no model of the name {rollback!r} was put into use", exit_code=EXIT_MISUSE)
        try:
            book = book.rolled_back(iso(datetime.now(UTC)))
        except InvalidInputError as error:
            raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
        body = json.dumps(encode(book), ensure_ascii=False).encode()
        tuning.put(f"tuning/models/{book.name}.json", body, "application/json")
    books = tuning.books()
    if as_json:
        for line in models_of(books):
            print_json(line, indent=None)
    elif books:
        show_models(out, books)
    else:
        out.print("no tuned model is in use: `braid tune run NAME --data FOLDER` makes one")

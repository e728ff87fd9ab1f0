"""`braid models`: tuned models, which are in use, since when, at what price and until when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, Stack, chosen_target, console, out, print_json

if TYPE_CHECKING:
    from braid.domain.tuning.records import ModelBook
    from cli.tuning.deployed_tuning import DeployedTuning

__all__ = ["models"]


def models(
    use: Annotated[
        str, typer.Option("--use", metavar="NAME", help="let the profile NAME here name its newest model")
    ] = "",
    rollback: Annotated[
        str, typer.Option("--rollback", metavar="NAME", help="use the model before the one in use again")
    ] = "",
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Show tuned models: which is in use, since when, at what price, and when it ends.

    --use writes ARN and hashes into the profile on this machine; --rollback writes those of the model before,
    where the profile names the one that is taken back. Either counts once the profile is deployed.
    """
    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.shown import models_of, show_models

    if use and rollback:
        raise CommandError("--use and --rollback are two things: say one", exit_code=EXIT_MISUSE)
    tuning = find_tuning(chosen_target(stack))
    if rollback:
        _roll_back(tuning, rollback)
    elif use:
        _use(_book(tuning, use))
    books = tuning.books()
    if as_json:
        for line in models_of(books):
            print_json(line, indent=None)
    elif books:
        show_models(out, books)
    else:
        out.print("no tuned model is in use: `braid tune run NAME` makes one")


def _book(tuning: DeployedTuning, name: str) -> ModelBook:
    book = tuning.book(name)
    if book is None:
        raise CommandError(f"no model of the name {name!r} was put into use", exit_code=EXIT_MISUSE)
    return book


def _roll_back(tuning: DeployedTuning, name: str) -> None:
    from braid.domain.clock import iso
    from braid.domain.errors import InvalidInputError
    from braid.domain.wire import encode
    from cli.tuning.profile_model import name_model, named_model, profile_file

    before = _book(tuning, name)
    try:
        book = before.rolled_back(iso(datetime.now(UTC)))
    except InvalidInputError as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
    body = json.dumps(encode(book), ensure_ascii=False).encode()
    tuning.put(f"tuning/models/{book.name}.json", body, "application/json")
    taken_back = before.in_use
    if taken_back is not None and taken_back.profile:
        path = profile_file(taken_back.profile)
        if named_model(path) == taken_back.model_arn:
            name_model(path, book.in_use)
            _tell(path.parent.name)


def _use(book: ModelBook) -> None:
    from cli.tuning.profile_model import name_model, profile_file

    row = book.in_use
    if row is None:
        raise CommandError(f"no model of {book.name} is in use", exit_code=EXIT_MISUSE)
    name_model(profile_file(row.profile or book.name), row)
    _tell(row.profile or book.name)


def _tell(profile: str) -> None:
    console.print(
        f"profiles/{profile}/profile.toml names it: deploy it (`braid up`, on AWS `npx cdk deploy --all`)",
        highlight=False,
    )

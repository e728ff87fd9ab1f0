"""`braid leftovers`: what a destroyed deployment left, and how it goes."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.errors import EXIT_MISUSE, CommandError
from cli.options import Json, console, out, print_json
from cli.target import aws_session

__all__ = ["leftovers"]


def leftovers(
    deployment: Annotated[str, typer.Argument(metavar="DEPLOYMENT", help="such as braid-dev")],
    delete: Annotated[
        bool, typer.Option("--delete", help="delete all that is listed, with what is in it")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
    as_json: Json = False,
) -> None:
    """List what a destroyed deployment left, and delete it.

    Files, results, records and vectors stay when stacks are destroyed. They are listed for 90 days, as long
    as CloudFormation remembers the stacks, in the account and region that AWS_PROFILE and AWS_REGION name.
    What stands, or was taken over by another stack, is never listed; which stacks stand is said beside it.
    """
    # Imports botocore, which help does without.
    from cli.repair.leftovers import KINDS, delete_leftover, standing
    from cli.repair.leftovers import leftovers as find

    session = aws_session()
    found = list(find(session, deployment))
    if as_json:
        print_json([{"kind": each.kind, "name": each.name, "holds": each.holds} for each in found])
    else:
        for each in found:
            out.print(f"{KINDS[each.kind].shown}  {each.name}  {each.holds}", highlight=False, soft_wrap=True)
    if stacks := standing(session, deployment):
        console.print(
            f"still standing: {', '.join(stacks)}; `npx cdk destroy --all` takes away what the same knobs "
            "made, such as -c search=true",
            highlight=False,
            soft_wrap=True,
        )
    if not found:
        console.print(f"{deployment} left nothing that CloudFormation remembers", highlight=False)
    if not (found and delete):
        return
    if not yes:
        if not out.is_terminal:
            raise CommandError("deleting can't be undone; say --yes if you mean it", exit_code=EXIT_MISUSE)
        if typer.prompt(f"This can't be undone. Type {deployment} to delete all of it") != deployment:
            raise CommandError("nothing was deleted", exit_code=EXIT_MISUSE)
    for each in found:
        delete_leftover(session, each)
        console.print(f"deleted {each.name}", highlight=False, soft_wrap=True)

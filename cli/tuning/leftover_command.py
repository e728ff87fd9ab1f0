"""`braid tune leftovers`: every class of thing that tuning can leave, of ours and of others."""

from __future__ import annotations

from cli.options import Json, Stack, chosen_target, out, print_json

__all__ = ["leftovers"]


def leftovers(as_json: Json = False, stack: Stack = None) -> None:
    """List everything in the account that tuning can leave and that may cost something.

    Each line says whether a run of this deployment made it. What can't be looked at is listed too.
    """
    from rich.table import Table

    from cli.tuning.deployed_tuning import find_tuning
    from cli.tuning.leftovers import find_leftovers

    tuning = find_tuning(chosen_target(stack))
    found = find_leftovers(tuning)
    if as_json:
        for item in found:
            print_json(
                {
                    "class": item.kind,
                    "name": item.name,
                    "status": item.status,
                    "ours": item.is_ours,
                    "in_use": item.is_in_use,
                    "unknown": item.unknown,
                },
                indent=None,
            )
        return
    table = Table("class", "name", "status", "whose")
    table.columns[1].overflow = "fold"  # a name is copied
    for item in found:
        whose = (
            "" if not item.name else ("in use" if item.is_in_use else "ours" if item.is_ours else "not ours")
        )
        table.add_row(item.kind, item.name or "–", item.unknown or item.status, whose)
    out.print(table)

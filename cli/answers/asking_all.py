"""`braid ask --all`: a search finds the assets, and each is asked the question, held to its own evidence."""

from __future__ import annotations

import typer
from rich.text import Text

from braid.domain.evidence.timeline import Timeline
from braid.domain.wire import encode
from cli.answers.trials import MAX_QUESTION_CHARACTERS, Trial, ask_question
from cli.errors import EXIT_MISUSE, CommandError
from cli.finding.deployed_search import find_search
from cli.finding.hits import hits_of
from cli.options import chosen_target, console, out, print_json
from cli.printable import printable
from cli.showing.records import read_result
from cli.showing.show import show_answer

__all__ = ["ask_all"]

_NOT_ANSWERED = 3
# Each is a call of a model. What isn't in the three that say most about it is seldom anywhere.
_MOST_ASSETS = 3


def ask_all(question: str, *, as_json: bool, stack: str | None) -> None:
    """Prints an answer with its citations for each asset that has one; with ``as_json`` a line each.

    Exit status 3 where nothing like the question is found, or nothing found answers it.
    """
    if not 0 < len(question.strip()) <= MAX_QUESTION_CHARACTERS:
        raise CommandError(
            f"a question has 1 to {MAX_QUESTION_CHARACTERS} characters; put it in quotes",
            exit_code=EXIT_MISUSE,
        )
    target = chosen_target(stack)
    found = hits_of(find_search(target).find(text=question, limit=20))
    hits = [hit for hit in found if hit.asset_id]  # documents of a knowledge base have no stored evidence
    names = {hit.asset_id: hit.name for hit in reversed(hits)}
    asked = list(dict.fromkeys(hit.asset_id for hit in hits))[:_MOST_ASSETS]
    cost_usd, answered = 0.0, 0
    for asset_id in asked:
        trial = ask_question(target, read_result(target, asset_id), question)
        cost_usd += trial.cost_usd
        if trial.answer is None or not trial.answer.claims:
            continue
        answered += 1
        if as_json:
            print_json(_as_line(asset_id, names[asset_id], trial), indent=None)
            continue
        out.print(Text(printable(names[asset_id]), style="bold"), Text(asset_id, style="dim"))
        show_answer(out, trial.answer, Timeline(None, (), (), (), trial.evidence, {}))
    if not asked:
        console.print("nothing like it was found", highlight=False)
    elif not answered:
        listed = ", ".join(printable(names[asset_id]) for asset_id in asked)
        console.print(f"what was found doesn't answer this ({listed})", highlight=False)
    if asked:
        estimated = " estimated at AWS prices" if target.is_local else ""
        console.print(f"this cost ${cost_usd:.6f}{estimated}", style="dim", highlight=False)
    raise typer.Exit(0 if answered else _NOT_ANSWERED)


def _as_line(asset_id: str, name: str, trial: Trial) -> dict[str, object]:
    return {
        "asset_id": asset_id,
        "name": name,
        "answer": encode(trial.answer),
        "evidence": encode(trial.evidence),
        "cost_usd": trial.cost_usd,
    }

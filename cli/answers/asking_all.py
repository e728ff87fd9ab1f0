"""`braid ask --all`: a search finds the assets, and one question is asked of the evidence of them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import typer
from rich.text import Text

from braid.domain.asset.result import Result
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.search.hit import Hit
from braid.domain.wire import encode
from cli.answers.trials import MAX_QUESTION_CHARACTERS, Trial, ask_about_several, cost_of
from cli.errors import EXIT_MISUSE, CommandError
from cli.finding.deployed_search import find_search
from cli.finding.hits import hits_of
from cli.options import chosen_target, console, out, print_json
from cli.printable import printable
from cli.showing.records import read_result
from cli.showing.show import show_answer
from cli.target import Target

__all__ = ["ask_all"]

_NOT_ANSWERED = 3
_NOTHING = Trial(None, None, (), 0.0)
_HITS = 20
# They share what a model is shown: of more assets it would see too little of each.
_MOST_ASSETS = 5


def ask_all(question: str, *, as_json: bool, stack: str | None) -> None:
    """Prints one answer, each citation with its asset; with ``as_json`` one object.

    What can't be searched or read is named, and the others are asked; what it cost is said in any case. Exit
    status 3 where nothing like the question is found, or what is found doesn't answer it.
    """
    if not 0 < len(question.strip()) <= MAX_QUESTION_CHARACTERS:
        raise CommandError(
            f"a question has 1 to {MAX_QUESTION_CHARACTERS} characters; put it in quotes",
            exit_code=EXIT_MISUSE,
        )
    target = chosen_target(stack)
    found = find_search(target).find(text=question, limit=_HITS)
    missing = [f"not searched: {each}" for each in found.get("missing", [])]
    results = _results(target, hits_of(found), missing)
    for each in missing:
        console.print(Text(printable(each), style="yellow"))
    searching_usd = cost_of(found.get("usage", ()))
    trial = _NOTHING
    try:
        if results:
            trial = ask_about_several(target, results, question)
    finally:  # also where no model could be asked: searching has cost something by then
        estimated = " estimated at AWS prices" if target.is_local else ""
        cost_usd = searching_usd + trial.cost_usd
        console.print(f"this cost ${cost_usd:.6f}{estimated}", style="dim", highlight=False)
    for name, result in results.items():
        if result.asset_id in trial.left_out:
            missing.append(f"not asked: {name} was deleted meanwhile")
            console.print(Text(printable(missing[-1]), style="yellow"))
    is_answered = trial.answer is not None and bool(trial.answer.claims)
    if as_json:
        print_json({**_as_data(trial, results), "missing": missing, "cost_usd": cost_usd})
    elif trial.answer is not None and is_answered:
        show_answer(out, trial.answer, Timeline(None, (), (), (), trial.evidence, {}))
        for name in _cited(trial):
            out.print(Text(printable(name), style="bold"), Text(results[name].asset_id, style="dim"))
    elif results:
        why = f": {trial.reason}" if trial.reason else ""
        console.print(Text(printable(f"what was found doesn't answer this ({', '.join(results)}){why}")))
    else:
        console.print("nothing like it was found", highlight=False)
    raise typer.Exit(0 if is_answered else _NOT_ANSWERED)


def _results(target: Target, hits: Iterable[Hit], missing: list[str]) -> dict[str, Result]:
    """The assets in which most was found, by a name that no other of them has.

    What can't be read any more goes into ``missing``, and the next one takes its place.
    """
    names: dict[str, str] = {}
    for hit in hits:
        if hit.asset_id:  # documents of a knowledge base have no stored evidence
            names.setdefault(hit.asset_id, hit.name)
    counts = Counter(names.values())
    results: dict[str, Result] = {}
    for asset_id, name in names.items():
        if len(results) == _MOST_ASSETS:
            break
        called = name if counts[name] == 1 else f"{name} ({asset_id})"
        try:
            results[called] = read_result(target, asset_id)
        except CommandError as error:
            missing.append(f"not asked: {called}: {error.message}")
    return results


def _as_data(trial: Trial, results: Mapping[str, Result]) -> dict[str, Any]:
    return {
        "answer": encode(trial.answer) if trial.answer else None,
        "reason": trial.reason,
        "assets": [{"asset_id": result.asset_id, "name": name} for name, result in results.items()],
        "evidence": [
            {"asset_id": results[_asset_of(piece)].asset_id, **encode(piece)} for piece in trial.evidence
        ],
    }


def _cited(trial: Trial) -> list[str]:
    """The names of the assets that the answer cites, in their order."""
    cited = {name for claim in (trial.answer.claims if trial.answer else ()) for name in claim.evidence_ids}
    return list(dict.fromkeys(_asset_of(piece) for piece in trial.evidence if piece.evidence_id in cited))


def _asset_of(piece: Evidence) -> str:
    """A file's name has no slash; a bundle's member stands behind one."""
    return piece.member.partition("/")[0]

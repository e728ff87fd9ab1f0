"""`braid try` and `braid ask`: other answers from stored evidence; nothing is analysed again."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.text import Text

from braid.domain.answer.answer import Answer
from braid.domain.evidence.citation import places
from braid.domain.evidence.observation import Evidence
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.receipt import Receipt
from braid.domain.wire import encode
from cli.answers.trials import MAX_QUESTION_CHARACTERS, Trial, ask_question, try_profile
from cli.errors import EXIT_MISUSE, CommandError
from cli.options import AssetId, Json, Stack, chosen_target, console, out, print_json
from cli.printable import printable
from cli.showing.asset_ids import find_asset
from cli.showing.documents import read_document
from cli.showing.records import read_result
from cli.showing.show import show_answer

__all__ = ["ask", "changed_lines", "model_cost", "try_out"]

# As a search that finds nothing.
_NOT_ANSWERED = 3
_UNANSWERED = "the evidence doesn't answer this"
_STYLES = {"+": "green", "-": "red", "?": "dim"}


def try_out(
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="a folder, or a name under profiles/")],
    asset_id: AssetId,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Answer an asset again with an edited profile.

    Nothing is deployed, analysed again or stored; the differences are shown.
    """
    target = chosen_target(stack)
    result = read_result(target, find_asset(target, asset_id).asset_id)
    trial = try_profile(target, result, profile)
    before = read_document(target, result, "answer", Answer)
    if as_json:
        print_json({**_as_data(trial), "before": encode(before) if before else None})
        return
    timeline = read_document(target, result, "timeline", Timeline)
    old_cost = model_cost(read_document(target, result, "receipt", Receipt))
    out.print(Text.assemble(("was  ", "dim"), _headline(before, old_cost)))
    out.print(Text.assemble(("now  ", "dim"), _headline(trial.answer, trial.cost_usd)))
    if trial.answer is None:
        raise CommandError(str(trial.reason))
    for line in changed_lines(before, trial, timeline) or ["  all statements and citations are the same"]:
        out.print(Text(printable(line), style=_STYLES.get(line[0], "")))


def ask(
    asset_id: Annotated[
        str, typer.Argument(metavar="ASSET_ID", help="an asset's id, or its beginning; none with --all")
    ],
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", show_default=False)] = None,
    of_all: Annotated[bool, typer.Option("--all", help="ask of what a search over everything finds")] = False,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """Answer a question from an asset's stored evidence.

    The answer cites it. With --all, the five assets together in which a search finds most about the question.
    Exit status 3 where the evidence doesn't answer it.
    """
    if of_all and question is None:
        from cli.answers.asking_all import ask_all

        ask_all(asset_id, as_json=as_json, stack=stack)
        return
    if question is None:
        raise CommandError("missing argument 'QUESTION'; see `braid ask --help`", exit_code=EXIT_MISUSE)
    if of_all:
        raise CommandError("--all takes a question alone, and no asset", exit_code=EXIT_MISUSE)
    if not 0 < len(question.strip()) <= MAX_QUESTION_CHARACTERS:
        raise CommandError(
            f"a question has 1 to {MAX_QUESTION_CHARACTERS} characters; put it in quotes",
            exit_code=EXIT_MISUSE,
        )
    target = chosen_target(stack)
    result = read_result(target, find_asset(target, asset_id).asset_id)
    trial = ask_question(target, result, question)
    is_answered = trial.answer is not None and bool(trial.answer.claims)
    if as_json:
        print_json({**_as_data(trial), "reason": None if is_answered else trial.reason or _UNANSWERED})
        raise typer.Exit(0 if is_answered else _NOT_ANSWERED)
    if trial.answer is None or not is_answered:
        console.print(f"{_UNANSWERED}{f': {trial.reason}' if trial.reason else ''}")
        raise typer.Exit(_NOT_ANSWERED)
    timeline = Timeline(None, (), (), (), trial.evidence, {})
    show_answer(out, trial.answer, timeline)
    estimated = " estimated at AWS prices" if target.is_local else ""
    console.print(f"this cost ${trial.cost_usd:.6f}{estimated}", style="dim", highlight=False)


def changed_lines(before: Answer | None, trial: Trial, timeline: Timeline | None) -> list[str]:
    """The statements with their citations that a trial adds (``+``) and takes away (``-``)."""
    known = {piece.evidence_id: piece for piece in timeline.evidence} if timeline else {}
    now = {**known, **{piece.evidence_id: piece for piece in trial.evidence}}
    lines = difflib.ndiff(_lines(before, known), _lines(trial.answer, now))
    return [line for line in lines if line[0] in "+-"]


def model_cost(receipt: Receipt | None) -> float | None:
    """What of a receipt was paid for models, in US dollars."""
    if receipt is None:
        return None
    return sum(line.cost_usd for line in receipt.lines if line.service == "bedrock")


def _headline(answer: Answer | None, cost_usd: float | None) -> str:
    if answer is None:
        return "no answer"
    cost = "" if cost_usd is None else f", ${cost_usd:.6f}"
    by = answer.model_id or answer.method
    sureness = "no confidence figure" if answer.confidence is None else f"confidence {answer.confidence:.2f}"
    return f"{answer.profile} {answer.profile_hash[:8]} by {by}: {sureness}{cost}"


def _lines(answer: Answer | None, known: Mapping[str, Evidence]) -> list[str]:
    """A line per statement, with its place in the answer and the places that it cites."""
    if answer is None:
        return []
    lines = []
    for claim in answer.claims:
        cited = places([known[name] for name in claim.evidence_ids if name in known])
        lines.append(f"{claim.path} {claim.text}  [{cited}]")
    return lines


def _as_data(trial: Trial) -> dict[str, Any]:
    return {
        "answer": encode(trial.answer) if trial.answer else None,
        "reason": trial.reason,
        "cost_usd": trial.cost_usd,
    }

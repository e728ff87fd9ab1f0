"""`braid review`: what waits for a person, and the decisions that end the wait."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from braid.domain.answer.review import DEADLINE_WORDS, DECISION_WORDS, Decision
from braid.domain.json_text import parse_json
from braid.domain.profile.sections.decision import DECISION_MEMBER
from braid.domain.wire import encode
from cli.answers.reviews import Waiting, decide, draft_of, read_waiting, waiting_assets, who_decides
from cli.errors import EXIT_MISUSE, CommandError
from cli.generating.draft_view import show_draft
from cli.groups import command_group
from cli.options import AssetId, Json, Stack, chosen_target, console, out, print_json
from cli.printable import words
from cli.showing.opening import show_report
from cli.showing.show import show_agreements, show_answer
from cli.target import HOME

__all__ = ["review_app"]

review_app = command_group("Review answers and drafts that wait for a person.")
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="who decided; default: you")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="the reason, kept with the decision")]


@review_app.command("list")
def list_waiting(
    limit: Annotated[int, typer.Option(metavar="COUNT", min=1, help="maximum number of assets")] = 50,
    as_json: Json = False,
    stack: Stack = None,
) -> None:
    """List the answers that await a decision, with their deadlines."""
    found = waiting_assets(chosen_target(stack), limit=limit)
    if as_json:
        print_json([_as_data(waiting) for waiting in found])
    elif not found:
        console.print("no answer awaits review")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("Until (UTC)", "Else", "What, why, and its asset id"):
            table.add_column(heading, overflow="fold")
        for waiting in found:
            what = Text("\n").join(
                [
                    words(waiting.record.name),
                    words("; ".join(waiting.request.reasons), style="italic"),
                    Text(waiting.record.asset_id, style="dim"),
                ]
            )
            until = waiting.request.deadline.replace("T", " ")[5:16]
            table.add_row(until, waiting.request.on_deadline, what)
        out.print(table)


@review_app.command()
def show(
    asset_id: AssetId,
    as_json: Json = False,
    open_it: Annotated[bool, typer.Option("--open", help="open its report in a browser")] = False,
    stack: Stack = None,
) -> None:
    """Show an answer that awaits review, with its citations."""
    target = chosen_target(stack)
    waiting = read_waiting(target, asset_id)
    if open_it:
        show_report(target, draft_of(target, waiting), HOME / "reports", console, wants_media=None)
    if as_json:
        print_json(_as_data(waiting))
        return
    request = waiting.request
    out.print(Text.assemble(words(waiting.record.name, style="bold"), f"  profile {waiting.record.profile}"))
    for reason in request.reasons:
        out.print(Text.assemble("waits because ", words(reason, style="yellow")))
    out.print(f"until {request.deadline}, then it is {DEADLINE_WORDS[request.on_deadline]}")
    if waiting.draft is not None:
        show_draft(out, waiting.draft)
    elif waiting.answer is None:
        out.print("\nthere is no answer; write one with `braid review edit`")
    else:
        show_answer(out, waiting.answer, waiting.timeline)
    if waiting.timeline is not None:
        show_agreements(out, waiting.timeline, ascii_only=False)


@review_app.command()
def approve(
    asset_id: AssetId,
    decision: Annotated[
        str | None,
        typer.Option(
            "--decision", metavar="WORD", help="and change its decision to this, such as `allow` or `block`"
        ),
    ] = None,
    by: By = None,
    note: Note = "",
    stack: Stack = None,
) -> None:
    """Publish the answer as it is, or with another decision."""
    if decision is None:
        _decide(asset_id, "approve", by, note, stack)
        return
    target = chosen_target(stack)
    waiting = read_waiting(target, asset_id)
    present = waiting.answer.answer if waiting.answer else {}
    if DECISION_MEMBER not in present:
        raise CommandError(f"the answer of {asset_id} contains no decision; approve it without --decision")
    if present[DECISION_MEMBER] == decision:
        decide(target, waiting, "approve", by=by or who_decides(target), note=note)
        _tell(asset_id, "approve")
        return
    answer = {**present, DECISION_MEMBER: decision}
    decide(target, waiting, "edit", by=by or who_decides(target), note=note, answer=answer)
    _tell(asset_id, "edit")


@review_app.command()
def reject(asset_id: AssetId, by: By = None, note: Note = "", stack: Stack = None) -> None:
    """Reject the answer; the asset ends as REJECTED with your note."""
    _decide(asset_id, "reject", by, note, stack)


@review_app.command()
def redo(
    asset_id: AssetId,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="what is wrong with this one")],
    by: By = None,
    stack: Stack = None,
) -> None:
    """Refuse what was made, and have another one made for the same request.

    Your note is shown with the next one. It is an attempt of its own, with its own price and receipt.
    """
    from cli.generating.redoing import ask_for_another

    target = chosen_target(stack)
    waiting = read_waiting(target, asset_id)
    if waiting.draft is None:
        raise CommandError(f"{asset_id} is an answer: `braid rerun` asks for it again", exit_code=EXIT_MISUSE)
    if not note.strip():
        raise CommandError("say what is wrong with this one: --note TEXT", exit_code=EXIT_MISUSE)
    decide(target, waiting, "reject", by=by or who_decides(target), note=note)
    with console.status("waiting for the refusal to be recorded"):
        attempt = ask_for_another(target, waiting.record.asset_id)
    console.print(f"{asset_id}: attempt {attempt} is on its way; `braid watch` follows it", highlight=False)


@review_app.command()
def edit(
    asset_id: AssetId,
    answer: Annotated[
        Path | None,
        typer.Option("--answer", metavar="FILE", help="the corrected answer; default: your editor opens"),
    ] = None,
    by: By = None,
    note: Note = "",
    stack: Stack = None,
) -> None:
    """Correct the answer, then publish it.

    The answer and your correction are kept as a labelled example.
    """
    target = chosen_target(stack)
    waiting = read_waiting(target, asset_id)
    present = waiting.answer.answer if waiting.answer else {}
    by = by or who_decides(target)
    path = answer or _edited(present)
    try:
        corrected = _read_answer(path)
        if corrected == present:
            raise CommandError(
                "the answer is unchanged and nothing was decided; publish it with `braid review approve`"
            )
        decide(target, waiting, "edit", by=by, note=note, answer=corrected)
    except BaseException:  # also Ctrl+C: what somebody wrote is never lost
        if answer is None:
            kept = f"your text is kept; use it with --answer {path}"
            console.print(kept, highlight=False, soft_wrap=True)
        raise
    if answer is None:
        shutil.rmtree(path.parent)
    _tell(asset_id, "edit")


def _decide(asset_id: str, decision: Decision, by: str | None, note: str, stack: str | None) -> None:
    target = chosen_target(stack)
    waiting = read_waiting(target, asset_id)
    decide(target, waiting, decision, by=by or who_decides(target), note=note)
    _tell(asset_id, decision)


def _tell(asset_id: str, decision: Decision) -> None:
    console.print(
        f"{asset_id}: {DECISION_WORDS[decision]}; `braid watch` follows it to its end", highlight=False
    )


def _read_answer(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path.read_text("utf-8"), str(path))
    except OSError as error:
        raise CommandError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: the answer isn't UTF-8; save it as UTF-8") from error


def _edited(answer: dict[str, Any]) -> Path:
    """The file that the user's editor leaves, alone in a folder of its own."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise CommandError("EDITOR isn't set: set it, or pass --answer FILE")
    path = Path(tempfile.mkdtemp(prefix="braid-review-")) / "answer.json"
    path.write_text(json.dumps(answer, ensure_ascii=False, indent=2) + "\n", "utf-8")
    try:
        subprocess.run([*shlex.split(editor), str(path)], check=True)
    except OSError as error:
        raise CommandError(
            f"the editor {editor!r} can't be started: {error.strerror}; nothing was decided"
        ) from error
    except subprocess.CalledProcessError as error:
        raise CommandError(
            f"the editor {editor!r} ended with exit status {error.returncode}; nothing was decided"
        ) from error
    return path


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        value = parse_json(text)
    except json.JSONDecodeError as error:
        raise CommandError(
            f"{where}: no JSON from line {error.lineno}, character {error.colno} on"
        ) from error
    except ValueError as error:
        raise CommandError(f"{where}: no JSON that can be read") from error
    if not isinstance(value, dict):
        raise CommandError(f"{where}: an answer is a JSON object")
    return value


def _as_data(waiting: Waiting) -> dict[str, Any]:
    return {
        "asset_id": waiting.record.asset_id,
        "attempt": waiting.record.attempt,
        "profile": waiting.record.profile,
        "source_key": waiting.record.source_key,
        "request": encode(waiting.request),
        "answer": waiting.answer.answer if waiting.answer else None,
        **({"draft": encode(waiting.draft)} if waiting.draft else {}),
    }

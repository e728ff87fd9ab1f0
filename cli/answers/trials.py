"""Asking again from stored evidence: with a profile as it lies on this machine, or a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from braid.domain.answer.answer import Answer
from braid.domain.asset.result import Result
from braid.domain.errors import ConfigError
from braid.domain.evidence.observation import Evidence
from braid.domain.money.accounting import Usage
from braid.domain.money.receipt import price
from braid.domain.profile.profile import Profile, asked_with, read_profile
from braid.domain.wire import decode
from cli.costs.prices import price_book
from cli.errors import EXIT_MISUSE, CommandError
from cli.functions import call
from cli.target import PROJECT_ROOT, Target

__all__ = [
    "MAX_QUESTION_CHARACTERS",
    "Trial",
    "ask_about_several",
    "ask_question",
    "cost_of",
    "read_folder",
    "try_profile",
]

MAX_QUESTION_CHARACTERS = 500  # as lambdas/inference/question takes
_PROFILES = PROJECT_ROOT / "profiles"
_RULES = _PROFILES / "rules.md"


@dataclass(frozen=True)
class Trial:
    """What came of it: the answer with its evidence, or the reason for none; and what asking cost.

    ``left_out`` are the ids of those of several assets of which nothing is stored any more.
    """

    answer: Answer | None
    reason: str | None
    evidence: tuple[Evidence, ...]
    cost_usd: float
    left_out: tuple[str, ...] = ()


def try_profile(target: Target, result: Result, profile: str) -> Trial:
    """Answers the asset by the profile folder ``profile`` (a path, or a name below ``profiles/``).

    Raises ``CommandError`` that lists what is wrong with it, before anything is asked.
    """
    return _run(target, result, read_folder(profile)[1])


def read_folder(profile: str) -> tuple[Profile, dict[str, Any]]:
    """A profile folder (a path, or a name below ``profiles/``), and its files as the functions take them.

    Raises ``CommandError`` that lists what is wrong with it.
    """
    folder = Path(profile) if Path(profile).is_dir() else _PROFILES / profile
    if not (folder / "profile.toml").is_file():
        names = ", ".join(sorted(path.parent.name for path in _PROFILES.glob("*/profile.toml")))
        raise CommandError(
            f"no profile {profile!r}: name a folder with a profile.toml, or one of {names}",
            exit_code=EXIT_MISUSE,
        )
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and asked_with(path.relative_to(folder).as_posix())
    }
    rules = _RULES.read_text("utf-8")
    try:
        read = read_profile(folder.resolve().name, files, rules)
    except ConfigError as error:
        raise CommandError(str(error), exit_code=EXIT_MISUSE) from error
    texts = {path: _text(folder / path, body) for path, body in files.items()}
    return read, {"profile": folder.resolve().name, "files": texts, "rules": rules}


def _text(path: Path, body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{path}: isn't UTF-8 text; a profile is made of text", exit_code=EXIT_MISUSE
        ) from error


def ask_question(target: Target, result: Result, question: str) -> Trial:
    """Answers a question about the asset from its stored evidence."""
    return _run(
        target,
        result,
        {
            "question": question.strip(),
            "asset_profile": result.profile,
            "rules": _RULES.read_text("utf-8"),
        },
    )


def ask_about_several(target: Target, results: Mapping[str, Result], question: str) -> Trial:
    """Answers a question about several assets, by the names that citations have for them.

    Of evidence ``u0002`` of the second asset the answer cites ``a2-u0002``, whose member is the asset's name.
    """
    first = next(iter(results.values()))
    among = [
        {"asset_id": result.asset_id, "attempt": result.attempt, "name": name}
        for name, result in results.items()
    ]
    what = {"question": question.strip(), "rules": _RULES.read_text("utf-8"), "among": among}
    return _run(target, first, what)


def _run(target: Target, result: Result, what: dict[str, Any]) -> Trial:
    event = {"asset_id": result.asset_id, "attempt": result.attempt, **what}
    told = call(target, target.trial_function, event)
    return Trial(
        answer=decode(Answer, told["answer"]) if told["answer"] else None,
        reason=told["reason"],
        evidence=tuple(decode(Evidence, item) for item in told["evidence"]),
        cost_usd=cost_of(told["usage"]),
        left_out=tuple(told.get("left_out", ())),
    )


def cost_of(usage: Iterable[Mapping[str, Any]]) -> float:
    """What a function says that it used, in USD by the price book."""
    return price(tuple(decode(Usage, item) for item in usage), price_book()).total_usd

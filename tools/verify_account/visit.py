"""Goes through the stages under a cap, and writes a report that can be shown to anybody."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tools.verify_account.places import Place, StageError
from tools.verify_account.stages import Stage

__all__ = ["Outcome", "Visits", "report", "visit", "without_account"]

# Account numbers, access keys, and what an ARN of a person or a role names.
_PRIVATE = (
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "ACCOUNT"),
    (re.compile(r"\b(?:AKIA|ASIA|BRAID)[0-9A-Z]{12,}\b"), "KEY"),
    (re.compile(r"(arn:aws[\w-]*:(?:iam|sts)::[^:\s]*:)[^\s,'\"]+"), r"\1WHO"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "ADDRESS"),
)


@dataclass(frozen=True)
class Outcome:
    """How a stage went: ``failure`` is empty where it went well."""

    stage_name: str
    price_usd: float
    seconds: float
    seen: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class Visits:
    """The outcomes of all visits of one deployment, in their order."""

    outcomes: tuple[Outcome, ...]


def visit(
    place: Place, stages: Sequence[Stage], *, most_usd: float, tell: Callable[[str], None]
) -> Iterator[Outcome]:
    """Runs the stages until one fails, is interrupted, or would cost more than is left of ``most_usd``."""
    left = most_usd
    for stage in stages:
        began = time.monotonic()
        price_usd, seen, failure = 0.0, tuple[str, ...](), ""
        try:
            asked_usd = stage.price_usd(place)
            if asked_usd > left:
                raise StageError(f"it may cost ${asked_usd:.2f}, and ${left:.2f} of ${most_usd:.2f} are left")
            price_usd = asked_usd
            tell(f"{stage.name}: {stage.does}; ${price_usd:.2f} at most")
            seen = tuple(stage.run(place))
        except StageError as error:
            failure = str(error)
        except KeyboardInterrupt:
            failure = "interrupted; what it began in an account goes on there"
        except (LookupError, TypeError, ValueError) as error:
            failure = f"a command answered in another shape than this tool knows: {error!r}"
        left -= price_usd
        yield Outcome(stage.name, price_usd, time.monotonic() - began, seen, failure)
        if failure:
            return


def report(place_name: str, outcomes: Sequence[Outcome], today: date) -> str:
    """Markdown, without account numbers, keys, people and addresses."""
    lines = [
        f"# Braid in {place_name}",
        "",
        f"Seen on {today.isoformat()} by `python -m tools.verify_account`.",
        "",
        "| Stage | Went | Took (s) | At most ($) |",
        "|---|---|--:|--:|",
        *(
            f"| {each.stage_name} | {'failed' if each.failure else 'well'} | {each.seconds:.0f} "
            f"| {each.price_usd:.2f} |"
            for each in outcomes
        ),
    ]
    for each in outcomes:
        lines += ["", f"## {each.stage_name}", "", *(f"* {line}" for line in each.seen)]
        if each.failure:
            lines += ["```", each.failure, "```"]
    return without_account("\n".join([*lines, ""]))


def without_account(text: str) -> str:
    """The text without what tells whose account it was."""
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text

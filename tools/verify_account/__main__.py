"""``python -m tools.verify_account``: deploys, tries everything, takes it away, and writes what was seen.

It works in the account and region of AWS_PROFILE and AWS_REGION, on a deployment of its own
(``environment_name=verify``), and says each stage's price first. ``--against-laptop`` goes the same way in an
embedded AWS, where nothing costs anything. What a stage found, and what it may have cost, is kept for
``--begin-with``, which goes on where an earlier visit stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from braid.domain.wire import decode_json, encode
from local.launcher.ports import free_port
from tools.verify_account.places import Account, Laptop, Place
from tools.verify_account.stages import STAGES, Stage
from tools.verify_account.visit import Outcome, Visits, report, visit, without_account

_REPORT, _KEPT = (Path("build") / f"verify_account.{kind}" for kind in ("md", "json"))


def main(arguments: list[str]) -> int:
    """The exit status: 0 where every stage went well."""
    names = [stage.name for stage in STAGES]
    parser = argparse.ArgumentParser(prog="python -m tools.verify_account", description=__doc__)
    parser.add_argument("--against-laptop", action="store_true", help="an embedded AWS instead of an account")
    parser.add_argument("--most-usd", type=float, default=3.0, help="stop before all visits may cost more")
    parser.add_argument(
        "--begin-with", choices=names, default=names[0], help="go on where it stopped, in an account"
    )
    parser.add_argument("--yes", action="store_true", help="don't ask before the first stage")
    given = parser.parse_args(arguments)
    if not given.against_laptop:
        stages = STAGES[names.index(given.begin_with) :]
        before = _earlier() if len(stages) < len(STAGES) else ()
        spent_usd = sum(each.price_usd for each in before)
        print(
            f"This deploys braid-verify into your account and spends ${given.most_usd:.2f} at most, "
            f"${spent_usd:.2f} of which earlier visits may have spent."
        )
        if not given.yes and input("Go on? [y/N] ").strip().lower() != "y":
            return 2
        return _visit(Account(), stages, before, given.most_usd)
    with tempfile.TemporaryDirectory() as home:
        laptop = Laptop(Path(home), free_port())
        try:
            return _visit(laptop, STAGES, (), given.most_usd)
        finally:
            laptop.destroy({})


def _visit(place: Place, stages: Sequence[Stage], before: Sequence[Outcome], most_usd: float) -> int:
    """Goes through the stages and writes what was seen, ``before`` too, however it ends."""
    outcomes = [*before]
    left_usd = most_usd - sum(each.price_usd for each in before)
    try:
        outcomes += visit(place, stages, most_usd=left_usd, tell=lambda line: print(line, flush=True))
    finally:
        _REPORT.parent.mkdir(exist_ok=True)
        if not isinstance(place, Laptop):  # a rehearsal is nothing to go on from
            _KEPT.write_text(without_account(json.dumps(encode(Visits(tuple(outcomes))))), "utf-8")
        _REPORT.write_text(report(place.name, outcomes, date.today()), "utf-8")
        print(f"what was seen is in {_REPORT}")
    last = outcomes[-1]
    if not last.failure:
        return 0
    print(f"{last.stage_name} failed: {last.failure}", file=sys.stderr)
    print(
        f"mend it, then --begin-with {last.stage_name}; --begin-with destroy takes everything away",
        file=sys.stderr,
    )
    return 1


def _earlier() -> Sequence[Outcome]:
    """What earlier visits found; nothing where there was none."""
    try:
        return decode_json(Visits, _KEPT.read_bytes(), source=str(_KEPT)).outcomes
    except FileNotFoundError:
        return ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

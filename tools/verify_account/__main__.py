"""``python -m tools.verify_account``: deploys, tries everything, takes it away, and writes what was seen.

It works in the account and region of AWS_PROFILE and AWS_REGION, on a deployment of its own
(``environment_name=verify``), and says each stage's price first. ``--against-laptop`` goes the same way in an
embedded AWS, where nothing costs anything.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from local.launcher.ports import free_port
from tools.verify_account.places import Account, Laptop, Place
from tools.verify_account.stages import STAGES, Stage
from tools.verify_account.visit import report, visit

_REPORT = Path("build") / "verify_account.md"


def main(arguments: list[str]) -> int:
    """The exit status: 0 where every stage went well."""
    names = [stage.name for stage in STAGES]
    parser = argparse.ArgumentParser(prog="python -m tools.verify_account", description=__doc__)
    parser.add_argument("--against-laptop", action="store_true", help="an embedded AWS instead of an account")
    parser.add_argument("--most-usd", type=float, default=3.0, help="stop before it may cost more")
    parser.add_argument(
        "--begin-with", choices=names, default=names[0], help="go on where it stopped, in an account"
    )
    parser.add_argument("--yes", action="store_true", help="don't ask before the first stage")
    given = parser.parse_args(arguments)
    stages = STAGES[names.index(given.begin_with) :]
    if not given.against_laptop:
        print(f"This deploys braid-verify into your account and spends ${given.most_usd:.2f} at most.")
        if not given.yes and input("Go on? [y/N] ").strip().lower() != "y":
            return 2
        return _visit(Account(), stages, given.most_usd)
    with tempfile.TemporaryDirectory() as home:
        laptop = Laptop(Path(home), free_port())
        try:
            return _visit(laptop, STAGES, given.most_usd)
        finally:
            laptop.destroy()


def _visit(place: Place, stages: Sequence[Stage], most_usd: float) -> int:
    outcomes = visit(place, stages, most_usd=most_usd, tell=lambda line: print(line, flush=True))
    _REPORT.parent.mkdir(exist_ok=True)
    _REPORT.write_text(report(place.name, outcomes, date.today()), "utf-8")
    print(f"what was seen is in {_REPORT}")
    last = outcomes[-1]
    if not last.failure:
        return 0
    print(f"{last.stage.name} failed: {last.failure}", file=sys.stderr)
    print(
        f"mend it, then --begin-with {last.stage.name}; --begin-with destroy takes everything away",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

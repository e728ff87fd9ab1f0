"""Measures the check of claims on real passages, and writes the table into docs/claims.md.

python -m evaluation.claims [FOLDER] [--part fit|held-out] [--show KIND] [--write]
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from evaluation.claims.kinds import FALSE_KINDS, TRUE_KINDS
from evaluation.claims.measure import measure, table, write_table

_FOLDER = Path(os.environ.get("BRAID_TEST_DATA", "data"))
_MOST_SHOWN = 25


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=_FOLDER, help="the folder of real material")
    parser.add_argument("--part", choices=("fit", "held-out"), default="held-out")
    parser.add_argument(
        "--show", choices=(*TRUE_KINDS, *FALSE_KINDS), help="prints claims that were judged wrongly"
    )
    parser.add_argument("--write", action="store_true", help="writes the table into docs/claims.md")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"there is no folder {options.folder}; give one, or set BRAID_TEST_DATA")
    result = measure(options.folder, is_held_out=options.part == "held-out")
    print(table(result))
    if options.show:
        for judged in [each for each in result.wrong if each.claim.kind == options.show][:_MOST_SHOWN]:
            print(f"\n  passage: {judged.claim.passage.text}\n  claim:   {judged.claim.text}")
            print(f"  judged:  {judged.reason}")
    if options.write:
        write_table(table(result))


if __name__ == "__main__":
    main()

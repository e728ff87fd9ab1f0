"""``python -m tools.compare_versions OLD NEW``: exits 0 if both store the same, 3 if not, 1 on failure."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tools.compare_versions.comparing import compare_stores
from tools.compare_versions.renames import RenamesError, read_renames
from tools.compare_versions.runs import RunError, checked_out, photo_of, run, stores
from tools.compare_versions.selection import Drop, choose, plan_drops, read_drops, write_drops

EXIT_FAILED = 1
EXIT_DIFFERENT = 3

_RENAMES = Path(__file__).resolve().parent / "renames.toml"
_CACHE = Path("build/compare_versions")


def main(arguments: list[str]) -> int:
    """Runs both versions, one after the other, and prints what differs."""
    given = _parse(arguments)
    work = Path(given.keep or tempfile.mkdtemp(prefix="compare-versions-"))
    try:
        if given.reuse != "both":
            _run(given, work)
        return _compare(work, given.renames)
    except (RunError, RenamesError) as error:
        print(f"compare_versions: {error}", file=sys.stderr)
        return EXIT_FAILED
    finally:
        if given.keep is None:
            shutil.rmtree(work, ignore_errors=True)


def _run(given: argparse.Namespace, work: Path) -> None:
    """Runs what isn't kept; a later new version gets the files that the kept old one got."""
    renames = read_renames(given.renames)
    sides = [("old", given.old), ("new", given.new)]
    for side, version in sides if given.reuse is None else sides[1:]:
        out = work / side
        shutil.rmtree(out, ignore_errors=True)
        with checked_out(version, work / f"{side}-tree") as tree:
            if side == "old":
                write_drops(work / "drops.json", _plan(tree, work, given.files, given.max_bytes))
            drops = read_drops(work / "drops.json")
            assets = sum(len(drop.files) if drop.bundle is None else 1 for drop in drops)
            print(f"{side} ({version}): {assets} assets", file=sys.stderr)
            answers, truth = given.cache / "answers", renames.fusion_truth
            took = run(tree, drops, port=given.port, answers=answers, out=out, fusion_truth=truth)
            print(f"{side}: {took:.0f} s", file=sys.stderr)


def _plan(tree: Path, work: Path, count: int, max_bytes: int) -> list[Drop]:
    """The samples of the version in ``tree`` and files of BRAID_TEST_DATA."""
    data = os.environ.get("BRAID_TEST_DATA")
    if data is None:
        print("BRAID_TEST_DATA names no folder: only the samples are compared", file=sys.stderr)
    files = choose(Path(data), count, max_bytes) if data else []
    kept = shutil.copytree(tree / "samples", work / "samples", dirs_exist_ok=True)
    samples = [kept / name for name in ("talk.mp4", "rental.pdf", "mug.bundle")]
    portrait = kept / "portrait.jpg"
    samples += [portrait] if portrait.is_file() else photo_of(tree, work / "photo" / "portrait.jpg")
    profiles = [path.parent.name for path in (tree / "profiles").glob("*/profile.toml")]
    return plan_drops(samples, files, profiles, work / "files")


def _compare(work: Path, renames_path: Path) -> int:
    renames = read_renames(renames_path)
    count = compared = 0
    for old, new in zip(stores(work / "old"), stores(work / "new"), strict=True):
        compared += len(old.keys)
        for difference in compare_stores(old, new, renames):
            count += 1
            print(difference)
    for rule in renames.unused():
        print(f"nothing needed the rule {rule}", file=sys.stderr)
    print(f"{compared} documents compared: {count or 'no'} difference{'s' * (count != 1)}")
    return EXIT_DIFFERENT if count else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.compare_versions", description=__doc__)
    parser.add_argument("old", help="a commit, or the folder of a working tree")
    parser.add_argument("new", help="likewise")
    parser.add_argument("--files", type=int, default=200, help="how many files of BRAID_TEST_DATA")
    parser.add_argument("--max-bytes", type=int, default=2_000_000, help="no larger ones")
    parser.add_argument("--renames", type=Path, default=_RENAMES, help="default: %(default)s")
    parser.add_argument("--cache", type=Path, default=_CACHE, help="where engine answers are kept")
    parser.add_argument("--port", type=int, default=int(os.environ.get("BRAID_PORT", "4566")))
    parser.add_argument("--keep", help="a folder that keeps what both versions stored")
    parser.add_argument(
        "--reuse",
        choices=("old", "both"),
        help="run only NEW, or nothing, and compare it with what --keep holds, with other renames, say",
    )
    given = parser.parse_args(arguments)
    if given.reuse and not given.keep:
        parser.error("--reuse needs --keep")
    return given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

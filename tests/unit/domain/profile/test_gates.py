"""Thresholds of a profile: what follows from a value, and what a profile may not ask."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.profile.sections.gates import Band, GatePlan
from braid.domain.wire import decode

PROFILES = Path(__file__).resolve().parents[4] / "profiles"


def test_a_value_at_a_threshold_is_within_it() -> None:
    band = Band(reject_below=1, warn_below=2, warn_above=8, reject_above=9)
    outcomes = {value: band.judge(value).outcome for value in (0.9, 1, 1.9, 2, 8, 8.1, 9, 9.1)}
    assert outcomes == {
        0.9: "reject",
        1: "warn",
        1.9: "warn",
        2: "pass",
        8: "pass",
        8.1: "warn",
        9: "warn",
        9.1: "reject",
    }
    assert (band.judge(0).side, band.judge(0).limit) == ("low", 1)
    assert (band.judge(8.5).side, band.judge(8.5).limit) == ("high", 8)


@given(st.floats(allow_nan=False))
def test_without_thresholds_everything_passes(value: float) -> None:
    assert Band().judge(value).outcome == "pass"


def test_the_defaults_have_no_problem() -> None:
    assert list(GatePlan().problems()) == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("sharpness = { warn_below = 1, reject_below = 3 }", "reject_below (3) is above warn_below (1)"),
        ("silence_share = { warn_above = 95 }", "a share"),
        ("ocr_confidence = { reject_below = 0.2 }", "can only warn"),
        ('languages = ["English!"]', "no language code"),
    ],
)
def test_what_is_wrong_is_said(toml: str, words: str) -> None:
    (problem,) = decode(GatePlan, tomllib.loads(toml)).problems()
    assert words in problem
    assert problem.startswith("gates.")


def test_a_gate_that_is_named_stands_as_it_is_written() -> None:
    plan = decode(GatePlan, tomllib.loads("sharpness = {}\nsnr_db = { reject_below = 5 }"))
    assert plan.sharpness == Band()
    assert plan.snr_db == Band(reject_below=5)
    assert plan.contrast == GatePlan().contrast


def test_the_general_profile_documents_every_gate_with_its_default() -> None:
    """Its section is commented out, because a profile names only what it wants otherwise."""
    lines = (PROFILES / "general" / "profile.toml").read_text("utf-8").splitlines()
    section = lines[lines.index("[gates]") + 1 :]
    section = section[: next((n for n, line in enumerate(section) if line.startswith("[")), None)]
    written = "\n".join(line.removeprefix("# ") for line in section if " = " in line)
    assert decode(GatePlan, tomllib.loads(written)) == GatePlan()
    assert set(tomllib.loads(written)) == {member.name for member in dataclasses.fields(GatePlan)}

"""How often a deployment is asked, and that waiting ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.asset.asset import AssetStatus
from cli.dropping.outcomes import DropOutcome, exit_status
from cli.dropping.pace import EMBEDDED, IN_AWS, Pace
from cli.dropping.progress import _poll


@dataclass
class Watched:
    """Assets that end at a known time, and a clock that only sleeping moves."""

    ends_at: dict[str, float]
    now: float = 0.0
    looks: list[tuple[float, str]] = field(default_factory=list)

    def look(self, asset_id: str) -> DropOutcome | None:
        self.looks.append((self.now, asset_id))
        ended = self.now >= self.ends_at[asset_id]
        return DropOutcome(asset_id, AssetStatus.SUCCEEDED, "general") if ended else None

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += max(seconds, 0.001)

    def poll(self, pace: Pace, timeout_seconds: float) -> dict[str, DropOutcome]:
        ids = list(self.ends_at)
        return _poll(ids, self.look, pace, timeout_seconds, clock=lambda: self.now, sleep=self.sleep)


def test_every_asset_gets_its_outcome_and_is_left_alone_after_it() -> None:
    watched = Watched({"a": 0.0, "b": 3.0, "c": 40.0})
    assert set(watched.poll(IN_AWS, 600)) == {"a", "b", "c"}
    assert [asset for _, asset in watched.looks].count("a") == 1


def test_a_timeout_ends_the_waiting_in_time() -> None:
    watched = Watched({"a": 0.0, "b": 1e9})
    assert set(watched.poll(IN_AWS, 20)) == {"a"}
    assert 20 <= watched.now < 21


def test_no_time_means_no_look() -> None:
    watched = Watched({"a": 0.0})
    assert watched.poll(EMBEDDED, 0) == {}


def test_a_long_job_among_many_is_asked_for_cheaply() -> None:
    watched = Watched({f"asset-{number}": 3600.0 for number in range(10)})
    watched.poll(IN_AWS, 7200)
    first_minute = sum(at < 60 for at, _ in watched.looks)
    assert first_minute <= 60 / IN_AWS.gap_seconds
    later = [at for at, asset in watched.looks if asset == "asset-0" and 600 < at < 3600]
    assert len(later) <= 3000 / IN_AWS.longest_seconds + 1


@given(st.floats(min_value=0, max_value=1e6), st.floats(min_value=0, max_value=1e6))
def test_pauses_grow_with_age_within_bounds(first: float, second: float) -> None:
    for pace in (EMBEDDED, IN_AWS):
        short, long = (pace.pause_seconds(age) for age in sorted((first, second)))
        assert pace.shortest_seconds <= short <= long <= pace.longest_seconds


def test_exit_statuses_tell_the_worst() -> None:
    def of(*statuses: str) -> int:
        return exit_status(DropOutcome("a", AssetStatus(status), "general") for status in statuses)

    assert of("SUCCEEDED", "PARTIAL", "AWAITING_REVIEW") == 0
    assert of("SUCCEEDED", "REJECTED") == 3
    assert of("REJECTED", "FAILED") == 4
    assert of("FAILED", "PROCESSING") == 5

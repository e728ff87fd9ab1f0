"""What a person reads of hits, and what is refused before anything is asked."""

from __future__ import annotations

import base64
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from rich.console import Console
from typer.testing import CliRunner

from braid.domain.asset.asset import Modality
from braid.domain.search.hit import Hit
from braid.domain.span import Span
from cli.errors import CommandError
from cli.finding import deployed_search, search_commands
from cli.finding.hits import as_line, show_hits
from cli.finding.query_pictures import picture_named
from cli.main import load

HIT = Hit(
    asset_id="talk-01ec16f0e420a9fbd7a4",
    attempt=1,
    evidence_id="u0002",
    modality=Modality.SPEECH,
    kind="utterance",
    span=Span(6_200, 11_500),
    text="Before anything else we look at the weather and at what is left in the shed from the year before; "
    "then we plant the seeds in March, one in each pot, and keep all of the pots warm until they sprout.",
    score=0.98,
    source="transcribe:u0002",
    name="talk.mp4",
    profile="general",
    matched=("seed", "pots"),
    found_by=("words", "meaning"),
)


def shown(*hits: Hit) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    show_hits(console, list(hits))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_hit_says_asset_moment_and_the_words_that_matched_in_80_columns() -> None:
    text = shown(HIT)

    assert "1. talk.mp4  0:06.2–0:11.5 · said" in text
    assert "seeds in March, one in each pot" in " ".join(text.split())
    assert "u0002, by words, meaning" in text
    assert "Before anything else" not in text, "what is shown lies around the match"
    assert max(map(len, text.splitlines())) <= 80


def test_what_stands_in_for_a_model_is_said_once() -> None:
    text = shown(*(Hit(**{**vars(HIT), "found_by": ("bridge",)}) for _ in range(3)))

    assert text.count("labels stand in for a model of pictures") == 1


def test_a_files_words_do_not_steer_the_terminal() -> None:
    assert "\x1b" not in shown(Hit(**{**vars(HIT), "text": "pots \x1b[31m red", "name": "a\x1b]0;x.mp4"}))


def test_a_line_of_json_begins_with_what_scripts_rely_on() -> None:
    line = as_line(HIT)

    assert list(line)[:7] == ["asset_id", "evidence_id", "modality", "span", "text", "score", "source"]
    assert line["span"] == {"start_ms": 6200, "end_ms": 11500}


class _Deployed:
    def __init__(self, hits: list[Hit], **answer: Any) -> None:
        self.asked: dict[str, Any] = {}
        self._answer = {"hits": [as_line(hit) for hit in hits], "near_misses": 0, **answer}

    def find(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        return self._answer


@pytest.fixture
def errors() -> list[str]:
    """What each run of the command wrote to standard error, in one line."""
    return []


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch, errors: list[str]) -> Any:
    """Runs the command against a search that gives these hits."""

    def run(hits: list[Hit], *arguments: str, **answer: Any) -> tuple[int, str, dict[str, Any]]:
        import typer

        deployed = _Deployed(hits, **answer)
        monkeypatch.setattr(search_commands, "chosen_target", lambda _stack: None)
        monkeypatch.setattr(deployed_search, "find_search", lambda _target: deployed)
        app = typer.Typer()
        app.command()(load("search"))
        done = CliRunner().invoke(app, list(arguments))
        errors.append(" ".join(done.stderr.split()))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, deployed.asked

    return run


def test_hits_are_lines_of_json_and_none_is_exit_status_3(searched: Any) -> None:
    status, text, asked = searched(
        [HIT, HIT], "pots", "--json", "--profile", "education", "--modality", "speech", "--limit", "2"
    )
    assert status == 0
    assert [json.loads(line)["asset_id"] for line in text.splitlines()] == [HIT.asset_id] * 2
    narrowed = {"profile": "education", "modality": "speech", "since": "", "limit": 2}
    assert asked == {"text": "pots", "nearest": False, **narrowed}
    assert searched([], "unheard of", "--json", near_misses=3)[:2] == (3, "")


def test_days_and_dates_are_both_moments(searched: Any) -> None:
    for since in ("7d", "12h", "2026-11-29", "2026-11-29T10:00"):
        assert searched([HIT], "pots", "--since", since)[2]["since"].endswith("+00:00")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "needs words"),
        (("x" * 20_000,), "at most 1000 characters, not 20000"),
        (("pots", "--since", "yesterday"), "no moment; write 2026-11-29"),
    ],
)
def test_a_bad_query_is_one_sentence_and_asks_nobody(
    searched: Any, arguments: tuple[str, ...], said: str
) -> None:
    with pytest.raises(CommandError, match=said) as raised:
        searched([], *arguments)
    assert raised.value.exit_code == 2
    assert "\n" not in raised.value.message


def test_words_are_no_file(tmp_path: Path) -> None:
    assert picture_named("a red mug") is None
    assert picture_named("x" * 20_000) is None
    assert picture_named(str(tmp_path)) is None


@pytest.mark.parametrize("body", [b"Two lamps, 40 euros", b"", b"\x00\x01\x02\xff" * 50])
def test_a_file_that_has_a_words_name_does_not_take_its_place(
    searched: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("invoice").write_bytes(body)

    assert searched([HIT], "invoice")[2]["text"] == "invoice"
    with pytest.raises(CommandError, match=r"^\./invoice: "):  # with a folder it is meant as a file
        picture_named("./invoice")


def test_a_picture_is_sent_small_whatever_its_name(
    searched: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (3_000, 2_000), "red").save("holiday", "PNG")

    asked = searched([HIT], "holiday")[2]

    assert "text" not in asked
    with Image.open(io.BytesIO(base64.b64decode(asked["picture"]))) as sent:
        assert (sent.format, max(sent.size)) == ("JPEG", 1_024)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is empty"),
        (b"just words", "is text/plain, no picture"),
        (b"\xff\xd8\xff\xe0 broken", "broken|damaged|cut off|can't be"),
    ],
)
def test_a_file_that_is_no_picture_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    path = tmp_path / "query.jpg"
    path.write_bytes(body)
    with pytest.raises(CommandError, match=said) as raised:
        picture_named(str(path))
    assert raised.value.exit_code == 2


def test_a_picture_of_100_megapixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("1", (10_000, 10_000)).save(path)
    with pytest.raises(CommandError, match=r"large\.png: .* 10,000 × 10,000 pixels"):
        picture_named(str(path))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("since", ["nonsense", "-5d", "2026-02-30", "9999-12-31T23:59-14:00", "1e9d"])
def test_what_is_no_moment_is_refused_wherever_one_lives(
    searched: Any, monkeypatch: pytest.MonkeyPatch, zone: str, since: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        with pytest.raises(CommandError, match="is no moment; write 2026-11-29") as refusal:
            searched([HIT], "pots", f"--since={since}")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert refusal.value.exit_code == 2


def test_nothing_found_says_what_the_search_was_narrowed_down_to(searched: Any, errors: list[str]) -> None:
    status, _, _ = searched([], "pots", "--profile", "education", "--since", "2099-01-01")
    assert status == 3
    assert errors == ["nothing like it was found with --profile education --since 2099-01-01"]


def test_hits_that_are_merely_the_nearest_are_said_to_be(searched: Any, errors: list[str]) -> None:
    searched([HIT], "pots", is_nearest=True)
    searched([HIT], "pots")
    assert errors == ["these are the nearest: nothing says that they show or say the like", ""]

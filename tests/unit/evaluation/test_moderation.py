"""The evaluation over a model that judges by a word list: what it prints is what that model does."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from braid.aws.bedrock.converse import Reply, read_reply
from braid.domain.errors import AccessDeniedError
from braid.domain.money.accounting import Meter
from braid.models.question import Question, Text
from braid.runtime.library import profile
from evaluation import moderation
from evaluation.deciding import evaluate, evaluate_posts, timeline_of
from evaluation.judges import Judge
from evaluation.labelled import SOURCES, LabelledData, LabelledText, read_labelled
from evaluation.moderation import main
from evaluation.posts import contexts_of
from tests.unit.inference.timelines import MODEL_IDS, answered

# The stub's whole judgement; it serves to know what the scores must be.
BLOCKED, DOUBTED = "zorgle", "blim"


def by_word_list(question: Question) -> Reply:
    block = question.content[-1]
    assert isinstance(block, Text)
    lines = [json.loads(line) for line in block.text.splitlines()[1:-1]]
    said = " ".join(line["text"] for line in lines)
    decision = "block" if BLOCKED in said else "review" if DOUBTED in said else "allow"
    quoted = {"text": lines[0]["text"][:200], "evidence_ids": [lines[0]["evidence_id"]]}
    return read_reply(
        answered(
            {
                "decision": decision,
                "reasons": [quoted],
                "categories": [],
                "votes": [{"modality": "text", "vote": decision, **quoted}],
            }
        )
    )


def judge(ask: Any = by_word_list) -> Judge:
    return Judge("a word list", True, ask, MODEL_IDS, Meter(), {})


def labelled(*texts: tuple[str, bool]) -> LabelledData:
    items = tuple(LabelledText(f"t{index}", text, harmful) for index, (text, harmful) in enumerate(texts))
    return LabelledData("texts.jsonl", "0" * 64, len(items), items, "harmful: made up")


def test_each_text_counts_where_it_belongs() -> None:
    data = labelled(
        *[(f"You are a {BLOCKED} of the worst kind, number {n}.", True) for n in range(6)],
        *[(f"My cat is called {BLOCKED}, and she is {n} years old.", False) for n in range(2)],
        *[(f"Nobody on the list says so, but I will find you, number {n}.", True) for n in range(4)],
        *[(f"The weather is mild, says report {n}.", False) for n in range(8)],
        *[(f"Some {DOUBTED} or other, number {n}.", True) for n in range(5)],
    )

    done = evaluate(profile("moderation"), data, judge())

    assert done.scores.counts == {
        "true_positive": 6,
        "false_positive": 2,
        "false_negative": 4,
        "true_negative": 8,
        "undecided": 5,
    }
    assert (done.scores.coverage.value, done.scores.precision.value) == (0.8, 0.75)
    assert (done.scores.recall.value, done.scores.f1.value) == (0.6, pytest.approx(2 / 3))
    assert done.methods == {"model": 25}
    assert done.rules == {"most_severe": 25}
    assert done.profile_hash == profile("moderation").content_hash


def by_posts(question: Question) -> Reply:
    """The word list as a judge of posts answers; a post about what is broken gets no answer."""
    block = question.content[0]
    assert isinstance(block, Text)
    post = json.loads(block.text.splitlines()[1])["post"]
    found = {BLOCKED: "Harassment 3", DOUBTED: "Harassment 2"}
    lines = [f'{said} "{words}"' for words, said in found.items() if words in post]
    if "broken" in post:
        lines = ["I would rather not say"]
    reply: dict[str, Any] = answered(None, stop_reason="end_turn")
    reply["output"]["message"]["content"] = [{"text": "\n".join(lines) or "none"}]
    return read_reply(reply)


def test_posts_are_put_to_their_own_judge() -> None:
    data = labelled(
        (f"You are a {BLOCKED}", True),
        (f"So {BLOCKED} is its name", False),
        ("I will find you", True),
        ("The weather is mild", False),
        ("This one is broken", True),
    )

    done = evaluate_posts(profile("moderation"), data, judge(by_posts))

    assert done.outcomes == (
        *("true_positive", "false_positive", "false_negative", "true_negative", "undecided"),
    )
    assert done.methods == {"model": 4, "no answer": 1}
    assert done.models == {MODEL_IDS["micro"]: 4}


def test_the_written_contexts_are_those_that_words_decide() -> None:
    found = {each.name: each.expected for each in contexts_of(profile("moderation"))}

    assert found == {
        "cooking-with-knives": "allow",
        "gaming-talk": "allow",
        "german-policy": "block",
        "harassment-in-slang": "block",
        "veiled-threat-in-a-review": "block",
    }


def test_a_model_that_gives_no_answer_decides_nothing() -> None:
    done = evaluate(
        profile("moderation"),
        labelled(("A text.", True), ("Another one.", False)),
        judge(lambda _question: read_reply(answered(None, stop_reason="content_filtered"))),
    )
    assert done.scores.coverage.value == 0.0
    assert done.methods == {"no answer": 2}


def test_a_model_that_may_not_be_asked_ends_the_evaluation() -> None:
    def refused(_question: Question) -> Reply:
        raise AccessDeniedError("bedrock:Converse: no access")

    with pytest.raises(AccessDeniedError):
        evaluate(profile("moderation"), labelled(("A text.", True)), judge(refused))


def test_a_text_becomes_the_evidence_of_an_asset() -> None:
    timeline = timeline_of(
        profile("moderation"), LabelledText("t", "One paragraph.\n\nAnother, longer one.", True)
    )
    assert [(piece.modality, piece.text) for piece in timeline.evidence] == [
        ("text", "One paragraph."),
        ("text", "Another, longer one."),
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / SOURCES["moderation-api-release"].path
    path.parent.mkdir(parents=True)
    rows = [
        {"prompt": f"Text {number} of a {BLOCKED}." if number % 2 else f"Text {number}.", "V": number % 2}
        for number in range(50)
    ]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    monkeypatch.setenv("BRAID_TEST_DATA", str(tmp_path))
    return tmp_path


def test_a_sample_is_drawn_by_its_seed_in_the_file_s_order(folder: Path) -> None:
    drawn = read_labelled(folder, "moderation-api-release", sample=10, seed=1)
    assert drawn == read_labelled(folder, "moderation-api-release", sample=10, seed=1)
    assert drawn != read_labelled(folder, "moderation-api-release", sample=10, seed=2)
    assert (len(drawn.texts), drawn.total) == (10, 50)
    numbers = [int(item.text.rstrip(".").split()[1]) for item in drawn.texts]
    assert numbers == sorted(numbers)
    assert all(item.is_harmful == bool(number % 2) for item, number in zip(drawn.texts, numbers, strict=True))
    assert len(read_labelled(folder, "moderation-api-release", sample=0, seed=1).texts) == 50


def test_what_is_printed_says_what_was_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(moderation, "deployed_judge", lambda stack: judge())
    assert main(["--stack", "braid-dev-pipeline", "--sample", "20"]) == 0
    told = capsys.readouterr().out
    for part in (
        "engine     a word list",
        f"profile    moderation {profile('moderation').content_hash[:12]}",
        "20 of 50 texts, seed 0; harmful: any of",
        "coverage   1.000  95% 0.839 to 1.000  (n = 20)",
        "precision  1.000",
        "F1         1.000",
    ):
        assert part in told
    assert "No engine that can judge" not in told

    assert main(["--stack", "braid-dev-pipeline", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"]["recall"]["value"] == 1.0


@pytest.mark.slow
def test_without_an_engine_that_judges_nothing_is_decided_and_that_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BRAID_LLM_URL", raising=False)
    assert main(["--sample", "3"]) == 0
    told = capsys.readouterr().out
    assert "coverage   0.000" in told
    assert "answers: extractive 3" in told
    assert "precision  none: no text was decided that it could be taken of" in told
    assert "No engine that can judge is configured" in told


def test_absent_data_and_a_wrong_server_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRAID_TEST_DATA", str(tmp_path))
    assert main([]) == 1
    assert "BRAID_TEST_DATA names the folder" in capsys.readouterr().err
    monkeypatch.delenv("BRAID_TEST_DATA")
    assert main([]) == 1
    assert "set BRAID_TEST_DATA" in capsys.readouterr().err


def test_the_real_data_sets_are_read(shared_data: Path) -> None:
    sizes = {
        name: read_labelled(shared_data, name, sample=0, seed=0)
        for name in SOURCES
        if (shared_data / SOURCES[name].path).is_file()
    }
    if not sizes:
        pytest.skip("no labelled texts in the folder of real material")
    for data in sizes.values():
        harmful = sum(item.is_harmful for item in data.texts)
        assert 0.1 * data.total < harmful < 0.9 * data.total

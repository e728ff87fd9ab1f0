"""Published figures through our arithmetic, and benchmarks of others, which are held to their counts."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.labelled import SOURCES, read_labelled
from evaluation.letters.alphabet import LETTERS
from evaluation.letters.table import caption_of, letter_table
from evaluation.published import TUNED, gains, main, mean_printed, mean_relative
from evaluation.robustness import ATTACKS, attacked, robustness


def test_relative_gains_and_points_of_the_published_figures(capsys: pytest.CaptureFixture[str]) -> None:
    found = {(each.model, each.benchmark): each for each in gains()}
    assert len(found) == 9
    odd = found["NovaWildguard", "Jigsaw"]
    assert (round(odd.relative, 3), round(odd.points, 4)) == (0.043, 0.0234)
    assert [each.remark for each in found.values() if each.remark] == [
        "printed as +2.3%: that is points, not relative as the others"
    ]
    # Of the F1 themselves it is 7.235 %; 7.23 % is the mean of the three gains as printed.
    assert round(mean_relative(gains(), "NovaTextCM"), 5) == 0.07235
    assert round(mean_printed(gains(), "NovaTextCM"), 4) == 0.0723
    assert round(mean_relative(gains()), 4) == 0.0590
    assert not any(round(mean_relative(gains(), model), 3) == 0.073 for model in TUNED)
    main()
    printed = capsys.readouterr().out
    assert "mean relative gain of NovaTextCM: +7.24% (+7.23% of the gains as printed)" in printed
    assert "mean relative gain of all nine: +5.90%" in printed


# What the guide to tuning image embeddings printed for A to Z: by the base model, and by the tuned one.
PRINTED_BASE = "QFFQFFQVVQVQQFFQFVFFVVVVVV"
PRINTED_TUNED = "SBCDNFGHIJKYTMOPQRSMUVWXYZ"


def test_the_published_letters_are_2_and_20_of_26() -> None:
    base, tuned = (
        dict(zip(LETTERS, map(caption_of, found), strict=True)) for found in (PRINTED_BASE, PRINTED_TUNED)
    )
    table = letter_table(LETTERS, base, tuned)
    assert table.right == (2, 20)
    assert table.wrong == ("A", "E", "L", "M", "N", "T")
    assert "base 2/26 = 0.0769, tuned 20/26 = 0.7692; the tuned model misses A E L M N T" in str(table)
    assert len(table.rows) == 26
    assert table.comparison.is_better


def written(folder: Path, name: str, harmful: int, harmless: int) -> Path:
    """A file of a benchmark's schema, with texts of our own."""
    path = folder / SOURCES[name].path
    path.parent.mkdir(parents=True)
    labels = [True] * harmful + [False] * harmless
    if name == "aegis-2":
        rows: list[dict[str, Any]] = [
            {
                "prompt": f"text {number}",
                "response": None,
                "prompt_label": "unsafe" if label else "safe",
                "response_label": None,
            }
            for number, label in enumerate(labels[1:])
        ]
        # One answer is labelled, its prompt isn't.
        rows.append(
            {
                "prompt": "why",
                "response": "because",
                "prompt_label": None,
                "response_label": "unsafe" if labels[0] else "safe",
            }
        )
        path.write_text(json.dumps(rows), "utf-8")
    elif name == "wildguardmix":
        rows = [
            {
                "prompt": f"text {number}",
                "response": "no",
                "prompt_harm_label": None,
                "response_harm_label": "harmful" if label else "unharmful",
            }
            for number, label in enumerate(labels)
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("id", "comment_text"))
            writer.writerows((number, f'a "comment"\n{number}') for number in range(len(labels) + 1))
        with path.with_name("test_labels.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("id", "toxic", "insult"))
            writer.writerows((number, int(label), 0) for number, label in enumerate(labels))
            writer.writerow((len(labels), -1, -1))  # never scored
    return path


@pytest.mark.parametrize("name", ["aegis-2", "wildguardmix", "jigsaw-toxic"])
def test_a_benchmark_of_other_counts_is_refused_with_both(tmp_path: Path, name: str) -> None:
    written(tmp_path, name, harmful=4, harmless=6)
    with pytest.raises(ValueError, match=r"has 10 texts \(6 harmless, 4 harmful\); " + name) as refused:
        read_labelled(tmp_path, name, sample=0, seed=0)
    assert str(SOURCES[name].published) in str(refused.value)


@pytest.mark.parametrize(
    ("name", "harmless", "harmful"),
    [("aegis-2", 1_324, 1_453), ("wildguardmix", 2_370, 1_038), ("jigsaw-toxic", 57_888, 6_090)],
)
def test_a_benchmark_of_its_counts_is_read(tmp_path: Path, name: str, harmless: int, harmful: int) -> None:
    written(tmp_path, name, harmful=harmful, harmless=harmless)
    data = read_labelled(tmp_path, name, sample=0, seed=0)
    assert len(data.texts) == data.total == harmless + harmful
    assert sum(text.is_harmful for text in data.texts) == harmful


@pytest.mark.parametrize("name", ["aegis-2", "wildguardmix", "jigsaw-toxic"])
def test_nothing_is_fetched(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        read_labelled(tmp_path, name, sample=0, seed=0)


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_attack_changes_the_text_the_same_way(attack: str) -> None:
    text = "Somebody threatens somebody else in this sentence"
    assert attacked(text, attack) != text
    assert attacked(text, attack) == attacked(text, attack)


def test_robustness_by_attack() -> None:
    plain = [True, True, False, False]
    scores = robustness(plain, {"a": plain, "b": [False, True, False, True]})
    assert [(each.attack, each.held.value, each.evaded.value) for each in scores] == [
        ("b", 0.5, 0.5),
        ("a", 1.0, 0.0),
    ]
    with pytest.raises(ValueError, match="shorter"):
        robustness(plain, {"a": [True]})

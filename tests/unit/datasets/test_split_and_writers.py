"""Parts that keep together what belongs together, lines that are taken, noise that keeps labels."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.datasets.augmentation import noisy_text
from braid.domain.datasets.split import SplitItem, draw, split
from braid.domain.datasets.writers import gen_qa_line, nova_line, titan_line
from braid.domain.errors import InvalidInputError
from tests.unit.datasets.lines import GEN_QA, NOVA, TITAN, check

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
ITEM = st.builds(
    SplitItem,
    st.lists(st.sampled_from("abcdefgh"), max_size=2).map(tuple),
    st.sampled_from(("yes", "no")),
)


@given(st.lists(ITEM, max_size=40), st.integers(0, 3))
def test_nothing_that_is_shared_is_parted(items: list[SplitItem], seed: int) -> None:
    parts = split(items, SHARES, seed=seed)
    of_name: dict[str, set[str]] = {}
    for item, part in zip(items, parts, strict=True):
        for name in item.shared:
            of_name.setdefault(name, set()).add(part)
    assert all(len(each) == 1 for each in of_name.values())
    assert split(items, SHARES, seed=seed) == parts


def test_each_class_has_its_share_in_each_part() -> None:
    items = [
        SplitItem((f"asset {number // 2}",), "yes" if number % 10 < 2 else "no") for number in range(1_000)
    ]
    counts = Counter(zip((item.label for item in items), split(items, SHARES, seed=1), strict=True))
    for label, whole in (("yes", 200), ("no", 800)):
        assert {part: counts[label, part] for part in SHARES} == {
            part: pytest.approx(share * whole, abs=2) for part, share in SHARES.items()
        }
    assert split(items, SHARES, seed=1) != split(items, SHARES, seed=2)


@pytest.mark.parametrize("shares", [{}, {"a": 0.5}, {"a": 1.5, "b": -0.5}])
def test_shares_that_aren_t(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        split([], shares)


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(0, 80))
def test_a_sample_keeps_the_balance(labels: list[str], limit: int) -> None:
    chosen = draw(labels, limit)
    assert len(set(chosen)) == len(chosen) == min(limit, len(labels))
    for label, whole in Counter(labels).items():
        share = whole * min(limit, len(labels)) / len(labels)
        assert abs(sum(labels[index] == label for index in chosen) - share) < 1


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=600).filter(str.strip))
def test_a_caption_of_any_length_is_written_so_that_it_is_read_whole(caption: str) -> None:
    written = titan_line("s3://pairs/a/1.png", caption)
    kept = json.loads(written.line)["caption"]
    assert not [each for each in check([json.loads(written.line)], TITAN).problems if each.rule == "length"]
    assert " ".join(caption.split()).startswith(kept)
    assert bool(written.tokens_cut) == (kept != " ".join(caption.split()))


def test_lines_that_the_validator_takes() -> None:
    assert check([json.loads(nova_line("What is it?", "A cup.", system="Be brief."))], NOVA).problems == ()
    assert (
        check([json.loads(gen_qa_line("What?", "A cup.", system="S", metadata="m"))], GEN_QA).problems == ()
    )


def test_what_can_t_be_an_example_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no captions are written automatically"):
        titan_line("s3://pairs/a/1.png", " \n")
    with pytest.raises(InvalidInputError, match="answer is empty"):
        nova_line("What?", "")
    with pytest.raises(InvalidInputError, match="query is empty"):
        gen_qa_line("", "x")


@given(st.text(max_size=200), st.integers(0, 5))
def test_noise_is_seeded_and_leaves_numbers_and_what_is_between_words(text: str, seed: int) -> None:
    noisy = noisy_text(text, seed=seed, share=0.5)
    assert noisy == noisy_text(text, seed=seed, share=0.5)

    def kept(line: str) -> list[str]:
        return [character for character in line if not character.isalpha()]

    assert kept(noisy) == kept(text)
    assert noisy_text(text, seed=seed, share=0) == text


def test_noise_leaves_denials_and_short_words() -> None:
    text = "I can't and won't go there without him, never; not for 1200 euros"
    noisy = noisy_text(text, seed=3, share=1)
    assert noisy != text
    for kept in ("I", "can't", "won't", "without", "never", "not", "1200"):
        assert kept in noisy

"""MiniLM in numpy: the tokenizer's known cuts, and vectors that put like beside like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.engines.text.embeddings import DIMENSIONS, SentenceEncoder, Vectors, embed
from local.engines.text.wordpiece import count_tokens, model_file, tokenizer

NEIGHBOURS = [
    ("A man is eating food.", "Someone is having a meal.", "The stock market fell sharply."),
    ("How do I reset my password?", "I forgot my login and need a new one.", "The recipe needs three eggs."),
    ("The cat sleeps on the sofa.", "A kitten is lying on the couch.", "Quarterly revenue grew by a tenth."),
    ("An inverter converts current.", "Electric power is transformed.", "She plays the violin in a band."),
    ("It rained all day.", "The weather was wet.", "The parliament passed the law."),
]


def reference_pieces(text: str) -> list[str]:
    vocabulary = model_file("vocab.txt").read_text(encoding="utf-8").splitlines()
    return [vocabulary[index] for index in tokenizer().encode(text, 256)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Unaffable!", ["[CLS]", "una", "##ffa", "##ble", "!", "[SEP]"]),
        ("Café naïve", ["[CLS]", "cafe", "naive", "[SEP]"]),
        ("東京 $5", ["[CLS]", "東", "京", "$", "5", "[SEP]"]),
        ("\u0000a\tb", ["[CLS]", "a", "b", "[SEP]"]),
        ("x" * 101, ["[CLS]", "[UNK]", "[SEP]"]),
    ],
)
def test_words_are_cut_as_bert_cuts_them(text: str, pieces: list[str]) -> None:
    assert reference_pieces(text) == pieces


def test_special_tokens_stand_where_the_model_expects_them() -> None:
    # `added_tokens` of the tokenizer.json that is published beside the vocabulary.
    assert tokenizer().encode("", 8) == [101, 102]


def test_a_long_text_keeps_both_markers() -> None:
    ids = tokenizer().encode("word " * 500, 256)
    assert len(ids) == 256
    assert (ids[0], ids[-1]) == tuple(tokenizer().encode("", 8))


def test_tokens_are_counted_without_markers() -> None:
    assert count_tokens(["Unaffable!", ""]) == [4, 0]


@pytest.mark.parametrize(("text", "near", "far"), NEIGHBOURS)
def test_like_meanings_are_neighbours(text: str, near: str, far: str) -> None:
    vectors = embed([text, near, far])
    assert vectors[0] @ vectors[1] > 0.35
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_vectors_agree_with_the_published_model() -> None:
    # Cosines that sentence-transformers/all-MiniLM-L6-v2 gives for its model card's pair and another.
    vectors = embed(["This is an example sentence", "Each sentence is converted"])
    assert vectors[0][:3] == pytest.approx([0.0676569, 0.0634959, 0.0487131], abs=2e-6)
    assert vectors[1][:3] == pytest.approx([0.0864386, 0.1027626, 0.0053945], abs=2e-6)


def test_a_batch_gives_what_each_text_gives_alone() -> None:
    texts = ["short", "a sentence that is a good deal longer than the other one is", "", "日本"]
    together = embed(texts)
    assert together.shape == (4, DIMENSIONS)
    for text, vector in zip(texts, together, strict=True):
        assert embed([text])[0] == pytest.approx(vector, abs=1e-5)


def test_long_texts_are_encoded_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory grows with the tokens of a batch: 32 texts of 256 tokens took 400 MB."""
    batches: list[tuple[int, int]] = []

    def encode(encoder: SentenceEncoder, batch: list[list[int]]) -> Vectors:
        batches.append((len(batch), max(map(len, batch))))
        return np.array([[len(tokens)] * DIMENSIONS for tokens in batch], np.float32)

    monkeypatch.setattr(SentenceEncoder, "_encode_batch", encode)
    texts = ["word " * 300, "a few words"] * 40

    lengths = embed(texts)[:, 0]

    assert list(lengths) == [256, 5] * 40, "each text has its own vector"
    assert max(rows * tokens for rows, tokens in batches) <= 2048
    assert len(batches) <= 12, "short texts still share batches"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_every_text_has_a_unit_vector(texts: list[str]) -> None:
    assert np.linalg.norm(embed(texts), axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-4)

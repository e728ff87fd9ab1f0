"""Templates: filled, linted, and vetted by the hash of what was read."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.errors import ConfigError, InvalidAssetError, InvalidInputError
from braid.domain.generation.linter import lint, lint_parts, split_negatives
from braid.domain.generation.prompts import fill, fill_free, read_template, vetted_text
from braid.domain.generation.request import GenerationRequest
from braid.domain.generation.tasks import Task

PROMPT = b"""task = "text_to_image"
type = "Photograph"
content = "a {animal} on a beach"
style = "realistic"
negative = "blur"
[placeholders]
animal = "which animal"
"""
REQUEST = GenerationRequest(Task.TEXT_TO_IMAGE, template="beach", values={"animal": "dog"})


def test_a_template_is_filled_with_the_requests_values() -> None:
    filled = fill(read_template("beach", {"prompt.toml": PROMPT}), REQUEST, only_vetted=False)
    assert (filled.text, filled.negative) == ("Photograph, a dog on a beach, realistic", "blur")
    assert (filled.template, filled.vetted_by) == ("beach", "")


def test_vetting_holds_for_the_version_that_was_read() -> None:
    template = read_template("beach", {"prompt.toml": PROMPT})
    vetted = vetted_text("", template, by="Ann", at="2026-11-29T10:00:00Z").encode()
    read = read_template("beach", {"prompt.toml": PROMPT, "vetted.toml": vetted})
    assert fill(read, REQUEST, only_vetted=True).vetted_by == "Ann"

    edited = read_template("beach", {"prompt.toml": PROMPT.replace(b"beach", b"lawn"), "vetted.toml": vetted})
    assert edited.vetting is None
    with pytest.raises(InvalidAssetError, match=f"version {edited.version} isn't vetted"):
        fill(edited, REQUEST, only_vetted=True)


def test_earlier_vettings_are_kept() -> None:
    template = read_template("beach", {"prompt.toml": PROMPT})
    once = vetted_text("", template, by="Ann", at="1")
    twice = vetted_text(once, template, by="Bob", at="2")
    assert [item["by"] for item in tomllib.loads(twice)["vetted"]] == ["Ann", "Bob"]
    for nobody in ("", "  ", 'A"\nhash = "x', "a\\"):
        with pytest.raises(InvalidInputError):
            vetted_text(once, template, by=nobody, at="3")


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (replace(REQUEST, values={}), "needs values for animal"),
        (replace(REQUEST, values={"animal": "dog", "colour": "red"}), "no place for colour"),
        (replace(REQUEST, values={"animal": "d" * 501}), "501 characters"),
        (replace(REQUEST, task=Task.TEXT_TO_VIDEO), "is for text_to_image"),
    ],
)
def test_values_that_dont_fit_are_refused(request_: GenerationRequest, sentence: str) -> None:
    with pytest.raises(InvalidAssetError, match=sentence):
        fill(read_template("beach", {"prompt.toml": PROMPT}), request_, only_vetted=False)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "has no prompt.toml"),
        ({"prompt.toml": PROMPT.replace(b"{animal}", b"{beast}")}, "animal, beast must stand"),
        ({"prompt.toml": b"task = 1"}, "prompts/beach: "),
        ({"prompt.toml": PROMPT, "vetted.toml": b"vetted = 1"}, "vetted.toml"),
    ],
)
def test_a_malformed_template_is_named(files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        read_template("beach", files)


def test_free_prompts_are_refused_where_only_vetted_ones_may_be_used() -> None:
    with pytest.raises(InvalidAssetError, match="vetted templates alone"):
        fill_free(GenerationRequest(Task.TEXT_TO_IMAGE, prompt="a dog"), only_vetted=True)


@pytest.mark.parametrize(
    ("text", "kept", "moved"),
    [
        ("a dog on a beach, no people, without text", "a dog on a beach", ("people", "text")),
        ("a dog without a collar", "a dog", ("a collar",)),
        ("a dog. No leash.", "a dog", ("leash",)),
        ("a nose and a knot", "a nose and a knot", ()),
        ("a dog", "a dog", ()),
    ],
)
def test_denials_are_moved_to_the_negative_prompt(text: str, kept: str, moved: tuple[str, ...]) -> None:
    assert split_negatives(text) == (kept, moved)
    filled = fill_free(GenerationRequest(Task.TEXT_TO_IMAGE, prompt=text), only_vetted=False)
    assert (filled.text, filled.negative) == (kept, ", ".join(moved))


@given(st.text())
def test_no_denial_is_left_after_one_pass(text: str) -> None:
    kept, moved = split_negatives(text)
    assert (kept == text) if not moved else all(len(part) < len(text) for part in (kept, *moved))


@pytest.mark.parametrize(
    ("text", "task", "rules"),
    [
        ("A photograph of a dog that runs along a beach, realistic, warm light", Task.TEXT_TO_IMAGE, []),
        ("a dog that runs along a beach, realistic", Task.TEXT_TO_IMAGE, ["type"]),
        ("realistic photograph", Task.TEXT_TO_IMAGE, ["content"]),
        ("A photograph of a dog that runs along a beach", Task.TEXT_TO_IMAGE, ["style"]),
        ("A video of a dog that runs along a beach, cinematic", Task.TEXT_TO_VIDEO, ["camera"]),
        ("A video of a dog that runs along a beach, cinematic, slow pan", Task.TEXT_TO_VIDEO, []),
        ("A photo of a dog on a beach, realistic, no people", Task.TEXT_TO_IMAGE, ["negatives"]),
        ("A photo of a dog on a beach, realistic " + "very " * 30, Task.TEXT_TO_IMAGE, ["length"]),
    ],
)
def test_each_rule_finds_its_own(text: str, task: Task, rules: list[str]) -> None:
    assert [found.rule for found in lint(text, task, max_characters=120)] == rules


def test_a_templates_empty_parts_are_named() -> None:
    found = lint_parts(
        type="", content="a dog", style="", camera="", task=Task.TEXT_TO_VIDEO, max_characters=99
    )
    assert [item.rule for item in found] == ["type", "style", "camera"]

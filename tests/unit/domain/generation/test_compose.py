"""What is written is what is read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from braid.domain.generation.compose import compose
from braid.domain.generation.request import Expansion, GenerationRequest, read_request
from braid.domain.generation.tasks import Task

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(TEXTS.filter(str.strip), TEXTS, st.none() | st.integers(0, 4_294_967_294), TEXTS)
def test_a_request_comes_back(prompt: str, negative: str, seed: int | None, by: str) -> None:
    request = GenerationRequest(
        Task.OUTPAINT,
        prompt,
        negative_prompt=negative,
        references=(f"inbox/{negative}.png",),
        expand=Expansion(left=3),
        seed=seed,
        strength=0.25,
        requested_by=by,
        then=({"task": "remove_background", "references": ["previous"]},),
    )
    assert read_request(compose(request).encode(), name="x.toml") == request


@given(st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_a_templates_values_come_back(values: dict[str, str]) -> None:
    request = GenerationRequest(Task.TEXT_TO_IMAGE, template="beach", values=values)
    assert read_request(compose(request).encode(), name="x.toml") == request

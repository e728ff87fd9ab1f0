"""Which template of several an asset gets: its own, or the better one once that is certain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from braid.domain.asset.asset import AssetRef
from braid.domain.generation.library import PromptLibrary, Winner
from braid.domain.generation.prompts import PromptTemplate, read_template
from braid.domain.generation.providers import ImageProviders
from braid.runtime.provider_library import image_providers
from lambdas.generation.inputs import EarlierAttempt
from lambdas.generation.planning import plan_generation
from tests.doubles.generation_rig import RULES, Studio

EXPERIMENT = "plain|bright"
TEXT = f'task = "text_to_image"\ntemplate = "{EXPERIMENT}"\n'
ASSETS = 8


def template(name: str) -> PromptTemplate:
    body = f'task = "text_to_image"\ntype = "photo"\ncontent = "a {name} bowl"\nstyle = "realistic"\n'
    return read_template(name, {"prompt.toml": body.encode()})


VERSIONS = {name: template(name).version for name in ("plain", "bright")}
Chosen = Callable[..., str]


@pytest.fixture
def chosen(studio: Studio) -> Chosen:
    providers: ImageProviders = image_providers()

    def choose(number: int, library: PromptLibrary | None = None, before: str = "") -> str:
        asset: AssetRef = studio.storage.drop(f"inbox/generate/{number}.toml", TEXT.encode())
        plan = plan_generation(
            asset,
            TEXT.encode(),
            rules=RULES,
            providers=providers,
            template=template,
            read_input=lambda key: b"",
            store=studio.store(asset),
            earlier=EarlierAttempt(template=before),
            library=lambda: library,
        )
        return plan.prompt.template

    return choose


def library(versions: dict[str, str]) -> PromptLibrary:
    return PromptLibrary(1, "t", winners=(Winner(EXPERIMENT, "bright", versions, 0.3, 90, "t"),))


def test_before_anything_is_certain_both_are_tried(chosen: Chosen) -> None:
    assert {chosen(number) for number in range(ASSETS)} == {"plain", "bright"}


def test_once_it_is_certain_the_better_one_is_taken(chosen: Chosen) -> None:
    assert {chosen(number, library(VERSIONS)) for number in range(ASSETS)} == {"bright"}


def test_an_edit_makes_it_uncertain(chosen: Chosen) -> None:
    edited = library({**VERSIONS, "plain": "another"})
    assert {chosen(number, edited) for number in range(ASSETS)} == {"plain", "bright"}


def test_an_asset_keeps_the_one_it_had(chosen: Chosen) -> None:
    assert {chosen(number, library(VERSIONS), "plain") for number in range(ASSETS)} == {"plain"}

"""Who is asked, where, for how much, and what of a request goes unheard."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from braid.domain.errors import ConfigError, InvalidAssetError
from braid.domain.generation.providers import ImageProviders, estimate, read_providers
from braid.domain.generation.request import Expansion, GenerationRequest
from braid.domain.generation.tasks import Task

REPOSITORY = Path(__file__).resolve().parents[4]
TEXT = (REPOSITORY / "registry" / "image_models.toml").read_text("utf-8")
US = ("us-west-2",)
ONE, TWO = ("inbox/a.png",), ("inbox/a.png", "inbox/b.png")
REQUESTS = {
    "stability.stable-image-core-v1:1": GenerationRequest(Task.TEXT_TO_IMAGE, prompt="x"),
    "stability.stable-image-control-structure-v1:0": GenerationRequest(Task.CONDITION, "x", references=ONE),
    "stability.stable-image-control-sketch-v1:0": GenerationRequest(
        Task.CONDITION, "x", references=ONE, guide="sketch"
    ),
    "stability.sd3-5-large-v1:0": GenerationRequest(Task.VARIATION, "x", references=ONE),
    "stability.stable-style-transfer-v1:0": GenerationRequest(Task.VARIATION, "x", references=TWO),
    "stability.stable-image-inpaint-v1:0": GenerationRequest(
        Task.INPAINT, "x", references=ONE, mask="inbox/m"
    ),
    "stability.stable-image-search-replace-v1:0": GenerationRequest(
        Task.INPAINT, "x", references=ONE, replaces="the dog"
    ),
    "stability.stable-outpaint-v1:0": GenerationRequest(
        Task.OUTPAINT, "x", references=ONE, expand=Expansion(left=9)
    ),
    "stability.stable-image-remove-background-v1:0": GenerationRequest(
        Task.REMOVE_BACKGROUND, references=ONE
    ),
    "luma.ray-v2:0": GenerationRequest(Task.TEXT_TO_VIDEO, "x"),
}


@pytest.fixture
def providers() -> ImageProviders:
    return read_providers(TEXT)


@pytest.mark.parametrize(("model_id", "request_"), REQUESTS.items())
def test_each_way_has_its_provider(
    providers: ImageProviders, model_id: str, request_: GenerationRequest
) -> None:
    assert providers.choose(request_, region="us-east-1", regions=US)[0].model_id == model_id


def test_the_region_is_the_models_unless_the_deployments_own_has_it(providers: ImageProviders) -> None:
    text = REQUESTS["stability.stable-image-core-v1:1"]
    edit = REQUESTS["stability.stable-image-inpaint-v1:0"]
    assert providers.choose(text, region="us-east-1", regions=US)[1] == "us-west-2"
    assert providers.choose(edit, region="us-east-1", regions=US)[1] == "us-east-1"
    assert providers.choose(edit, region="eu-central-1", regions=US)[1] == "us-west-2"


def test_what_may_not_leave_its_region_is_refused_with_where_it_could_go(providers: ImageProviders) -> None:
    with pytest.raises(InvalidAssetError, match=r"offered in us-west-2.*generation_regions"):
        providers.choose(REQUESTS["luma.ray-v2:0"], region="eu-central-1", regions=())


def test_no_provider_gives_colours_and_the_nearest_is_named(providers: ImageProviders) -> None:
    request = GenerationRequest(Task.COLOUR_GUIDED, "x", colours=("#112233",))
    with pytest.raises(InvalidAssetError, match=r"no live provider does colour_guided: search-and-recolour"):
        providers.choose(request, region="us-east-1", regions=US)
    row, _ = providers.choose(
        request, region="us-east-1", regions=US, stand_ins=["braid.palette-transfer-v1"]
    )
    assert row.status == "stand_in"


def test_what_cant_be_honoured_is_said_and_nothing_else(providers: ImageProviders) -> None:
    """The reference document's parameters, put to the provider of today."""
    asked = GenerationRequest(
        Task.TEXT_TO_IMAGE, "x", width=1024, height=1024, quality="standard", cfg_scale=7.5, seed=250, count=1
    )
    unheard = providers.find("stability.stable-image-core-v1:1").not_honoured(asked)
    assert [sentence.split(" = ")[0] for sentence in unheard] == [
        "width",
        "height",
        "quality",
        "cfg_scale",
    ]
    assert [sentence.count("nine aspect ratios") for sentence in unheard] == [1, 0, 0, 0]
    (several,) = providers.find("stability.stable-image-core-v1:1").not_honoured(
        GenerationRequest(Task.TEXT_TO_IMAGE, "x", count=4)
    )
    assert several.startswith("count = 4")
    assert (
        providers.find("stability.stable-image-core-v1:1").not_honoured(replace(REQUESTS["luma.ray-v2:0"]))
        == ()
    )


def test_the_price_is_known_before_or_the_call_is_refused(providers: ImageProviders) -> None:
    core = providers.find("stability.stable-image-core-v1:1")
    request = REQUESTS[core.model_id]
    assert estimate(core, request, seconds=0, resolution="").usd == 0.04
    with pytest.raises(InvalidAssetError, match=r"more than the request's max_usd of \$0.01"):
        estimate(core, replace(request, max_usd=0.01), seconds=0, resolution="")
    with pytest.raises(InvalidAssetError, match="price of Stable Image Core isn't known"):
        estimate(replace(core, picture_usd=None), request, seconds=0, resolution="")
    luma = providers.find("luma.ray-v2:0")
    assert estimate(luma, REQUESTS["luma.ray-v2:0"], seconds=5, resolution="720p").usd == 7.5
    with pytest.raises(InvalidAssetError, match="isn't known"):
        estimate(luma, REQUESTS["luma.ray-v2:0"], seconds=5, resolution="1080p")


def test_what_is_estimated_is_what_the_price_book_prices(providers: ImageProviders) -> None:
    prices = {(entry.operation, entry.unit): entry.unit_price_usd for entry in providers.prices}
    for model_id, request in REQUESTS.items():
        found = estimate(providers.find(model_id), request, seconds=5, resolution="720p")
        (usage,) = found.usage
        assert round(prices[usage.operation, usage.unit] * usage.quantity, 6) == found.usd


def test_a_retired_model_is_named_with_its_date(providers: ImageProviders) -> None:
    for gone in ("amazon.nova-canvas-v1:0", "amazon.nova-reel-v1:0", "amazon.nova-reel-v1:1"):
        with pytest.raises(ConfigError, match="2026-09-30"):
            providers.find(gone)
    assert not {row.model_id for row in providers.providers} & {row.model_id for row in providers.retired}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('dialect = "luma"', 'dialect = "sora"', "dialect must be one of"),
        ('ignores = ["seed", "fps"', 'ignores = ["sead", "fps"', "which no request has"),
        ("picture_usd = 0.04", "picture_usd = -1.0", "can't be negative"),
        ('regions = ["us-west-2"]', "regions = []", "offered nowhere"),
        ('model_id = "luma.ray-v2:0"', 'model_id = "amazon.nova-reel-v1:0"', "listed twice"),
    ],
)
def test_a_wrong_registry_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigError, match=sentence):
        read_providers(TEXT.replace(old, new, 1))

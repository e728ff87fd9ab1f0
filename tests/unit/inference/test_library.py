"""Profiles and the model registry: what is checked in is sound, and every mistake is told at once."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import ConfigError
from domain.model_registry import ModelRegistry, foundation_model_id, read_model_registry
from domain.profile import profile_hash, read_profile
from lambdas.fusion.thresholds import thresholds_of
from lambdas.runtime.library import CODE_ROOT, model_registry, price_book, profile, profile_names

REGISTRY = (CODE_ROOT / "models" / "registry.toml").read_text()
TODAY = date(2026, 11, 20)


def folder(name: str) -> dict[str, bytes]:
    path = CODE_ROOT / "profiles" / name
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_is_sound(name: str) -> None:
    found = profile(name)
    thresholds_of(found)
    for tier in (found.inference.text_tier, found.inference.escalation_tier):
        assert model_registry().resolve(tier, "us", on=TODAY)


def test_a_bad_profile_tells_everything_at_once() -> None:
    files = folder("general") | {
        "profile.toml": b'name = "other"\ntitle = ""\ndescription = ""\n[modalities]\nwanted = []\n'
        b'required = ["speech"]\n[inference]\nheadline = "summary"\ntext_tier = "nano"\nrepairs = 9\n',
        "answer.schema.json": b'{"type": "object", "properties": {}}',
        "prompt.md": b" ",
    }
    with pytest.raises(ConfigError) as raised:
        read_profile("general", files, "rules")
    told = str(raised.value)
    for part in (
        "'other'",
        "wanted names none",
        "isn't wanted",
        "text_tier",
        "repairs",
        "headline",
        "evidence_ids",
        "prompt.md is empty",
    ):
        assert part in told, part


def test_a_report_never_carries_the_words_that_were_taken_out() -> None:
    files = folder("general")
    files["profile.toml"] = (
        files["profile.toml"]
        .replace(b"# embed_media = false", b"embed_media = true")
        .replace(b'# language_code = "en-US"', b'language_code = "en-US"')
        .replace(b'# redact_pii = ""', b'redact_pii = "redacted"')
    )
    with pytest.raises(ConfigError, match=r"report\.embed_media would carry the words"):
        read_profile("general", files, "rules")


def test_missing_files_and_unreadable_ones_are_named() -> None:
    with pytest.raises(ConfigError, match=r"profile\.toml is missing.*prompt\.md is missing.*answer"):
        read_profile("general", {}, "")
    with pytest.raises(ConfigError, match="isn't JSON"):
        read_profile("general", folder("general") | {"answer.schema.json": b"{"}, "")
    with pytest.raises(ConfigError, match="there is no profile 'generl'"):
        profile("generl")


def test_the_hash_covers_every_file_and_its_name() -> None:
    one = profile_hash({"a": b"x", "b": b"y"})
    assert one == profile_hash({"b": b"y", "a": b"x"})
    assert len({one, profile_hash({"a": b"xb", "": b"y"}), profile_hash({"a": b"x", "b": b"z"})}) == 3


@pytest.mark.parametrize("tier", ["micro", "lite", "pro"])
@pytest.mark.parametrize("geography", ["us", "eu", "apac"])
def test_every_tier_resolves_in_every_geography(tier: str, geography: str) -> None:
    found = model_registry().resolve(tier, geography, on=TODAY)
    assert found.startswith(f"{geography}.amazon.nova-")
    assert model_registry().find(found).tier == tier


def test_a_geography_without_the_tier_is_told() -> None:
    with pytest.raises(ConfigError, match="set model_prefix"):
        model_registry().resolve("micro", "global")


def test_an_ended_model_is_passed_over() -> None:
    ended = REGISTRY.replace('status = "active"', 'status = "legacy"\nend_of_life = 2026-12-01', 2)
    registry: ModelRegistry = read_model_registry(ended)
    assert registry.resolve("lite", "us", on=date(2026, 11, 30)) == "us.amazon.nova-2-lite-v1:0"
    assert registry.resolve("lite", "us", on=date(2026, 12, 1)) == "us.amazon.nova-lite-v1:0"
    assert len(registry.ending_soon(TODAY)) == 2


@pytest.mark.parametrize("model_id", ["us.amazon.nova-premier-v1:0", "amazon.nova-canvas-v1:0"])
def test_a_retired_model_is_refused_with_its_date(model_id: str) -> None:
    with pytest.raises(ConfigError, match="end of life on 2026-09"):
        model_registry().find(model_id)


def test_a_bad_registry_tells_everything_at_once() -> None:
    bad = REGISTRY.replace('tier = "micro"', 'tier = "nano"').replace(
        "context_tokens = 300_000", "context_tokens = 0"
    )
    with pytest.raises(ConfigError, match=r"tier must be.*limits must be positive"):
        read_model_registry(bad)


def test_the_price_book_and_the_registry_agree() -> None:
    for model in model_registry().models:
        for unit, price in (
            ("input_token", model.input_usd_per_million),
            ("output_token", model.output_usd_per_million),
        ):
            entry = price_book().find("bedrock", f"Converse:{model.model_id}", unit)
            assert entry is not None, (model.model_id, unit)
            assert entry.unit_price_usd * 1_000_000 == pytest.approx(price)


@pytest.mark.parametrize(
    "spelled",
    [
        "amazon.nova-micro-v1:0",
        "eu.amazon.nova-micro-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-micro-v1:0",
    ],
)
def test_a_model_is_found_under_every_spelling(spelled: str) -> None:
    assert foundation_model_id(spelled) == "amazon.nova-micro-v1:0"

"""Profiles and the model registry: what is checked in is sound, and every mistake is told at once."""

from __future__ import annotations

from datetime import date

import pytest

from braid.domain.errors import ConfigError
from braid.domain.model_registry import ModelRegistry, foundation_model_id, read_model_registry
from braid.domain.profile.profile import profile_hash, read_profile
from braid.runtime.library import CODE_ROOT, model_registry, profile, profile_names
from braid.runtime.prices import price_book

REGISTRY = (CODE_ROOT / "registry" / "models.toml").read_text()
TODAY = date(2026, 11, 20)


def ending(tier: str, day: str) -> str:
    """The registry in which the preferred model of a tier ends on that day."""
    return REGISTRY.replace(f'tier = "{tier}"\n', f'tier = "{tier}"\nend_of_life = {day}\n', 1)


def legacy(tier: str, day: str) -> str:
    """The same, and the model is legacy."""
    before, after = ending(tier, day).split(f"end_of_life = {day}\n")
    return f"{before}end_of_life = {day}\n" + after.replace('status = "active"', 'status = "legacy"', 1)


def folder(name: str) -> dict[str, bytes]:
    path = CODE_ROOT / "profiles" / name
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", profile_names())
def test_every_profile_is_sound(name: str) -> None:
    found = profile(name)
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
    with pytest.raises(ConfigError, match=r"(?s)profile\.toml is missing.*prompt\.md is missing.*answer"):
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
    registry: ModelRegistry = read_model_registry(ending("lite", "2026-12-10"))
    assert registry.resolve("lite", "us", on=date(2026, 12, 9)) == "us.amazon.nova-2-lite-v1:0"
    assert registry.resolve("lite", "us", on=date(2026, 12, 10)) == "us.amazon.nova-lite-v1:0"


def test_a_tier_whose_models_have_all_ended_is_refused_with_the_days() -> None:
    registry = read_model_registry(ending("micro", "2027-01-31"))
    assert registry.resolve("micro", "us", on=date(2027, 1, 30)) == "us.amazon.nova-micro-v1:0"
    with pytest.raises(ConfigError, match=r"end of life \(amazon.nova-micro-v1:0 on 2027-01-31\)"):
        registry.resolve("micro", "us", on=date(2027, 1, 31))


@pytest.mark.parametrize(
    ("day", "warned"), [("2026-11-01", False), ("2026-11-02", True), ("2027-01-31", True)]
)
def test_warnings_come_ninety_days_ahead(day: str, warned: bool) -> None:
    registry = read_model_registry(ending("micro", "2027-01-31"))
    used = [model.model_id for model in registry.models]
    found = registry.warnings(date.fromisoformat(day), used)
    assert found == (["amazon.nova-micro-v1:0 reaches its end of life on 2027-01-31"] if warned else [])
    assert registry.warnings(date.fromisoformat(day), ["amazon.nova-pro-v1:0"]) == []


def test_a_legacy_model_is_warned_of_however_far_its_end() -> None:
    text = ending("pro", "2028-01-31").replace('status = "active"\nlaunched', 'status = "legacy"\nlaunched')
    with pytest.raises(ConfigError, match=r"nova-micro-v1:0: a legacy model has an end_of_life"):
        read_model_registry(text)
    registry = read_model_registry(legacy("pro", "2028-01-31"))
    (warning,) = registry.warnings(TODAY, ["amazon.nova-pro-v1:0"])
    assert "legacy until its end of life on 2028-01-31" in warning


def test_lifecycle_dates_are_known_for_every_model() -> None:
    for model in model_registry().models:
        assert model.launched < model.end_of_life_not_before
        assert any("model-card" in source for source in model.sources)
        assert date.fromisoformat(model_registry().as_of) >= date.fromisoformat(model.launched)
    assert model_registry().warnings(TODAY, [model.model_id for model in model_registry().models]) == []


@pytest.mark.parametrize(
    ("found", "wrong", "told"),
    [
        ("launched = 2025-12-02", 'launched = "last year"', "last year isn't a date"),
        ("launched = 2025-12-02", "launched = 2027-12-02", "its dates are in order"),
        ('status = "active"', 'status = "fine"', "‹fine›"),
        ("end_of_life = 2026-09-14", 'end_of_life = "soon"', "soon isn't a date"),
    ],
)
def test_wrong_dates_are_told(found: str, wrong: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read_model_registry(REGISTRY.replace(found, wrong, 1))


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

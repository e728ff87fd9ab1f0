"""What a profile may want beside its answer: languages of captions, and a voice."""

from __future__ import annotations

import pytest

from braid.domain.errors import ConfigError
from braid.domain.profile.profile import Profile
from tests.unit.profiles.test_files import files, read


def with_toml(section: str, name: str = "accessibility") -> Profile:
    """The profile with ``section`` behind its ``profile.toml``, in place of one of that name."""
    lines = files(name)["profile.toml"].decode().split("\n")
    header = section.partition("\n")[0]
    if header in lines:
        at = lines.index(header)
        lines[at : at + 1] = section.split("\n")
        return read(name, profile__toml="\n".join(lines).encode())
    return read(name, profile__toml="\n".join([*lines, section]).encode())


def test_unset_leaves_both_to_the_deployment() -> None:
    plain = read("accessibility")
    assert plain.captions.languages is None
    assert plain.audio_description.spoken is None
    wanting = with_toml('[captions]\nlanguages = ["de", "pt-PT"]')
    assert wanting.captions.languages == ("de", "pt-PT")
    assert with_toml("[captions]\nlanguages = []").captions.languages == ()
    assert with_toml("[audio_description]\nspoken = false").audio_description.spoken is False


@pytest.mark.parametrize(
    ("section", "name", "problem"),
    [
        (
            '[captions]\nlanguages = ["tlh"]',
            "accessibility",
            "captions.languages has 'tlh'; there are af, am",
        ),
        ('[captions]\nlanguages = ["en-US"]', "accessibility", "captions.languages has 'en-US'"),
        (
            '[captions]\nlanguages = ["de", "de"]',
            "accessibility",
            "captions.languages names a language twice",
        ),
        (
            '[captions]\nlanguages = ["af","am","ar","az","bg","bn","bs","ca","cs","cy","da"]',
            "accessibility",
            "captions.languages must be 10 languages at most",
        ),
        ("[audio_description]\nspoken = true", "general", "audio_description.spoken needs checks.fits_gaps"),
        (
            '[audio_description]\nvoices = { english = "Amy" }',
            "accessibility",
            "audio_description.voices has 'english'",
        ),
        (
            '[audio_description]\nvoices = { en = "" }',
            "accessibility",
            "audio_description.voices.en must be a voice's id",
        ),
    ],
)
def test_what_cannot_be_had_is_refused_when_the_profile_is_read(
    section: str, name: str, problem: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        with_toml(section, name)
    assert problem in str(refused.value)

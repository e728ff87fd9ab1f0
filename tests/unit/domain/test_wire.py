"""The codec: what is written reads back the same, and nothing else is read."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from braid.domain.asset.admission import Admission, Gate, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.asset.result import Result
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Alignment, Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.span import Span
from braid.domain.wire import decode, encode, formerly, old_spellings
from schemas.regenerate import DOCUMENTS

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ms = st.integers(0, 10**7)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    if draw(st.booleans()):
        start, length = draw(ms), draw(ms)
        return Span(start, start + length)
    return draw(st.one_of(st.just(Span()), st.builds(Span, page=st.integers(1, 500))))


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))  # JSON has neither
st.register_type_strategy(Span, spans())
st.register_type_strategy(
    Claim, st.builds(Claim, st.just("s3://b/k"), text, st.integers(0), st.just("ab" * 32))
)
st.register_type_strategy(
    Alignment,
    st.one_of(
        st.builds(Alignment, of=text, to=text, offset_ms=ms, not_estimated=st.none()),
        st.builds(Alignment, of=text, to=text, not_estimated=text),
    ),
)
# ``Any`` members hold JSON.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | text, lambda inner: st.lists(inner, max_size=3)
)


@pytest.mark.parametrize(
    "cls",
    [
        Admission,
        Member,
        Gate,
        AssetRef,
        Source,
        Transcript,
        Utterance,
        TranscriptItem,
        Usage,
        MissingOperation,
        Observation,
        Evidence,
        Result,
    ],
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_document_reads_back_as_it_was_written(cls: type, data: st.DataObject) -> None:
    # Other versions are read too, as today's, or refused.
    version = {"schema_version": st.just("1")} if hasattr(cls, "schema_version") else {}
    value = data.draw(st.builds(cls, **version))
    through_json = json.loads(json.dumps(encode(value), ensure_ascii=False))
    assert decode(cls, through_json) == value


@settings(max_examples=25, deadline=None)
@given(
    value=st.builds(
        Timeline, quality=st.dictionaries(text, json_values, max_size=3), schema_version=st.just("1")
    )
)
def test_a_timeline_with_free_members_reads_back(value: Timeline) -> None:
    assert decode(Timeline, json.loads(json.dumps(encode(value)))) == value


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_document_refuses_an_unknown_member(name: str) -> None:
    with pytest.raises(InvalidInputError, match="has no member nonsense"):
        decode(DOCUMENTS[name], {"nonsense": 1})


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"bucket": "b", "key": "k"}, "Source must have version_id; add it"),
        ({"bucket": "b", "key": 7, "version_id": "v"}, "Source.key must be str, not 7"),
        ({"bucket": None, "key": "k", "version_id": "v"}, "Source.bucket must be str, not None"),
        ([], "Source must be an object"),
    ],
)
def test_a_wrong_shape_is_refused_with_its_path(value: Any, path: str) -> None:
    with pytest.raises(InvalidInputError, match=path.replace(".", r"\.")):
        decode(Source, value)


def test_a_nested_problem_names_its_whole_path() -> None:
    admission = {
        "asset": {"asset_id": "a", "attempt": 1, "profile": "p", "source": {"bucket": "b", "key": "k"}}
    }
    with pytest.raises(InvalidInputError, match=r"Admission\.asset\.source must have version_id; add it"):
        decode(Admission, {**admission, "media_type": "m", "members": [], "modalities": [], "gates": []})


def test_a_file_that_people_wrote_is_called_by_its_own_name() -> None:
    with pytest.raises(InvalidInputError, match=r"^the object must have bucket, key, version_id; add them$"):
        decode(Source, {}, called="the object")
    with pytest.raises(InvalidInputError, match=r"^the object\.key must be str, not 7$"):
        decode(Source, {"bucket": "b", "key": 7, "version_id": "v"}, called="the object")


def test_true_is_no_number_and_unknown_enum_values_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="attempt must be int"):
        decode(
            AssetRef,
            {
                "asset_id": "a",
                "attempt": True,
                "profile": "p",
                "source": {"bucket": "b", "key": "k", "version_id": "v"},
            },
        )
    with pytest.raises(InvalidInputError, match="must be one of speech, vision, text"):
        decode(Observation, {**encode(_observation()), "modality": "smell"})


def test_what_is_none_is_left_out_and_comments_are_skipped() -> None:
    gate = Gate("size", 1, "bytes", "pass")
    assert "reason" not in encode(gate)
    assert decode(Gate, {**encode(gate), "$comment": "measured twice"}) == gate


def test_an_invalid_value_inside_a_document_is_an_input_error() -> None:
    observation = encode(_observation())
    observation["span"] = {"start_ms": 5, "end_ms": 1}
    with pytest.raises(InvalidInputError, match="must run forward"):
        decode(Observation, observation)


def _observation() -> Observation:
    return dataclasses.replace(
        Observation("o1", Modality.SPEECH, "utterance", Span(0, 10), "hello", 0.9, "transcribe:u0001")
    )


@dataclass(frozen=True)
class Inner:
    tier: str = field(default="", metadata=formerly("old_tier"))


@dataclass(frozen=True)
class Renamed:
    ids: tuple[str, ...] = field(metadata=formerly("names"))
    kind: Literal["description", "label"] = field(
        default="label", metadata=formerly(values={"caption": "description"})
    )
    inner: Inner = field(default_factory=Inner)


def test_a_renamed_member_is_read_under_both_names_and_written_as_new() -> None:
    old = {"names": ["a"], "kind": "caption", "inner": {"old_tier": "lite"}}
    new = {"ids": ["a"], "kind": "description", "inner": {"tier": "lite"}}

    assert decode(Renamed, old) == decode(Renamed, new)
    assert encode(decode(Renamed, old)) == new


def test_an_old_and_a_new_name_at_once_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="has both ids and names, which is its old name"):
        decode(Renamed, {"names": ["a"], "ids": ["a"]})


def test_old_names_are_listed_with_their_place() -> None:
    assert old_spellings(Renamed, {"names": [], "inner": {"old_tier": ""}}) == [
        "names is called ids now",
        "inner.old_tier is called tier now",
    ]
    assert old_spellings(Renamed, {"ids": []}) == []


@dataclass(frozen=True)
class _Foreign:
    """Spelled by a service."""

    error: str

    @classmethod
    def from_wire(cls, value: Any) -> _Foreign:
        if not isinstance(value, dict):
            raise InvalidInputError(f"the failure must be an object, not {value!r}")
        return cls(value["Error"])


@dataclass(frozen=True)
class _Holder:
    failure: _Foreign | None = None
    branches: dict[Modality, int] = field(default_factory=dict)


def test_what_others_spell_reads_itself_wherever_it_stands() -> None:
    assert decode(_Holder, {"failure": {"Error": "E", "Cause": "c"}}) == _Holder(_Foreign("E"))
    assert decode(_Holder, {"failure": None}) == _Holder()
    with pytest.raises(InvalidInputError, match="the failure must be an object"):
        decode(_Holder, {"failure": "E"})


def test_keys_of_a_map_are_read_as_their_type() -> None:
    found = decode(_Holder, {"branches": {"speech": 1}}).branches
    assert [(type(key), key, value) for key, value in found.items()] == [(Modality, Modality.SPEECH, 1)]
    with pytest.raises(InvalidInputError, match=r"_Holder.branches must be one of speech, vision, text"):
        decode(_Holder, {"branches": {"smell": 1}})


@dataclass(frozen=True)
class Third:
    """A document of the third major version."""

    name: str = field(metadata=formerly("title"))
    schema_version: str = "3"


def test_the_major_version_before_is_read_as_todays() -> None:
    assert decode(Third, {"title": "a", "schema_version": "2"}) == Third("a")
    assert decode(Third, {"name": "a", "schema_version": "3"}) == Third("a")
    assert decode(Third, {"name": "a"}) == Third("a")


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (
            {"heading": "a", "schema_version": "4"},
            "has schema version 4, .* none after 3: deploy the version",
        ),
        ({"name": "a", "schema_version": "1"}, "schema_version must be one of '2', '3', not ‹1›"),
        ({"name": "a", "schema_version": 3}, "schema_version must be one of '2', '3', not 3"),
        ({"name": "a", "schema_version": None}, "schema_version must be one of '2', '3', not None"),
    ],
)
def test_another_version_is_refused_before_its_members_are(stored: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        decode(Third, stored)


@pytest.mark.parametrize("name", [name for name, cls in DOCUMENTS.items() if hasattr(cls, "schema_version")])
def test_every_document_of_a_newer_version_is_refused_as_such(name: str) -> None:
    with pytest.raises(InvalidInputError, match="has schema version 2"):
        decode(DOCUMENTS[name], {"schema_version": "2", "what_comes": "later"})

"""Bundle manifests: what is accepted, and that everything wrong is told at once."""

from __future__ import annotations

import contextlib
import json
import unicodedata
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from braid.domain.asset.manifest import Manifest, ManifestMember, read_manifest
from braid.domain.errors import InvalidAssetError
from braid.domain.wire import encode
from schemas.regenerate import BUNDLES, FOLDER

SCHEMA = json.loads((FOLDER / "manifest.schema.json").read_text("utf-8"))
GOOD = {"members": [{"name": "mug.jpg", "role": "image"}, {"name": "texts/mug.md", "role": "text"}]}


def _body(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_members_keep_their_order() -> None:
    manifest = read_manifest(_body({"$comment": "by hand", "schema_version": "1", **GOOD}))
    assert manifest == Manifest((ManifestMember("mug.jpg", "image"), ManifestMember("texts/mug.md", "text")))
    jsonschema.validate(encode(manifest), SCHEMA)


def test_a_byte_order_mark_is_fine() -> None:
    assert read_manifest(b"\xef\xbb\xbf" + _body(GOOD)).members


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (_body([]), "must be an object"),
        (_body({"members": []}), "at least one member"),
        (_body({"members": {"a": 1}}), "must be a list"),
        (_body({**GOOD, "member": []}), "'member' is no member of a manifest"),
        (_body({**GOOD, "schema_version": "2"}), "schema_version must be"),
        (_body({"members": GOOD["members"] * 2}), "names 'mug.jpg', 'texts/mug.md' more than once"),
        (_body({"members": [{"name": f"{n}.jpg", "role": "image"} for n in range(21)]}), "at most 20"),
        (_body({"members": ["mug.jpg"]}), "member 1 must be an object"),
        (_body({"members": [{"name": "a", "role": "main"}]}), "needs a role of image"),
        (_body({"members": [{"name": "a", "role": ["image"]}]}), "needs a role of image"),
        (_body({"members": [{"name": "a", "role": "image", "x": 1}]}), "member 1 has an unknown 'x'"),
        (b'{"members": [], "members": [{"name": "a", "role": "text"}]}', "‹members› is there twice"),
        (_body({"members": [{"name": n, "role": "text"} for n in ("\u00fc", "u\u0308")]}), "more than once"),
        (b'{"members": NaN}', "must be a list"),
        (b'{"members": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON|larger than"),
        (b" " * 70_000, "larger than 64 KiB"),
    ],
)
def test_what_is_wrong_is_told(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidAssetError, match=reason):
        read_manifest(body)


@pytest.mark.parametrize(
    "name",
    [
        "../other/photo.jpg",
        "/etc/passwd",
        "a//b",
        "a/./b",
        "a/..",
        "",
        "a\\b",
        "a\nb",
        "manifest.json",
        "../" * 3 + "inbox/other/photo.jpg",
        "a/",
        "a\x85b",
        "a\ud800b",
        "x" * 600,
        "\u5199" * 200,
        7,
        None,
        ["a"],
    ],
)
def test_names_stay_inside_the_folder(name: Any) -> None:
    with pytest.raises(InvalidAssetError, match="member 1"):
        read_manifest(_body({"members": [{"name": name, "role": "image"}]}))


def test_all_problems_come_at_once() -> None:
    with pytest.raises(InvalidAssetError) as caught:
        read_manifest(
            _body({"members": [{"name": "../a", "role": "image"}, {"name": "b", "role": "picture"}]})
        )
    assert "member 1" in str(caught.value)
    assert "member 2" in str(caught.value)


@pytest.mark.parametrize("what", BUNDLES)
def test_the_published_examples_are_manifests(what: str) -> None:
    examples = dict(zip(BUNDLES, SCHEMA["examples"], strict=True))
    jsonschema.validate(examples[what], SCHEMA)
    read = read_manifest(_body(examples[what]))
    assert [(member.name, member.role) for member in read.members] == list(BUNDLES[what])


# Names at the edges of what is allowed, more often than chance would make them.
_NAMES = st.text(max_size=8) | st.text(alphabet="./\\ab\u2028\x7f\n", max_size=8) | st.just("manifest.json")


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": _NAMES | st.integers(), "role": st.sampled_from(["image", "text", "main", "", 1])},
            optional={"$comment": st.text(), "colour": st.text()},
        ),
        max_size=3,
        unique_by=lambda member: unicodedata.normalize("NFC", str(member["name"])),
    )
)
@example([{"name": "a.png\n", "role": "image"}])
def test_reader_and_published_schema_agree(members: list[dict[str, Any]]) -> None:
    value = {"members": members}
    allowed = jsonschema.Draft202012Validator(SCHEMA).is_valid(value)
    try:
        read_manifest(_body(value))
    except InvalidAssetError:
        assert not allowed
    else:
        assert allowed


@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_no_json_breaks_the_reader(value: Any) -> None:
    # Whatever it is, it is a manifest or refused in words; nothing else is raised.
    with contextlib.suppress(InvalidAssetError):
        read_manifest(_body(value))

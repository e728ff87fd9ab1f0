"""What the comparison of two versions tells, and what it passes over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.compare_versions.comparing import Difference, Store, compare_stores
from tools.compare_versions.renames import (
    PathRule,
    Rename,
    Renames,
    RenamesError,
    TextRule,
    read_renames,
)
from tools.compare_versions.side.frozen_services import fingerprint, frozen
from tools.compare_versions.side.ogg import without_serials

TIMES = (r"\d{4}-\d\d-\d\dT\d\d:\d\dZ",)
TEXT = "assets/a-1/1/reason.txt"
PAGE = "assets/a-1/1/report.html"
ANSWER = "assets/a-1/1/answer.json"


def store(bodies: dict[str, Any], assets: dict[str, str] | None = None) -> Store:
    """A store of texts, or of JSON where the body is no text."""
    objects = {
        key: body
        if isinstance(body, bytes)
        else (body if isinstance(body, str) else json.dumps(body)).encode()
        for key, body in bodies.items()
    }
    return Store(objects, assets or {}, "results-1")


def differences(old: Any, new: Any, renames: Renames | None = None, *, key: str = ANSWER) -> list[Difference]:
    """Those of one document."""
    return list(compare_stores(store({key: old}), store({key: new}), renames or Renames()))


def test_equal_documents_are_equal_whatever_the_order_of_members() -> None:
    assert differences({"a": 1, "b": [1.5, None]}, {"b": [1.5, None], "a": 1}) == []


def test_lines_of_other_services_are_compared() -> None:
    renames = Renames(per_run_members=(PathRule("*", "lines.*", services=("lambda",)),))
    old, new = ({"lines": [{"service": "comprehend", "quantity": number}]} for number in (3, 4))

    assert [found.path for found in differences(old, new, renames)] == ["lines.0.quantity"]


def test_a_difference_has_its_place_and_both_values() -> None:
    old, new = ({"claims": [{"text": "one"}, {"text": text}]} for text in ("two", "three"))

    assert differences(old, new) == [Difference(ANSWER, "claims.1.text", "two", "three")]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        ({"a": 1}, {}, ["a"]),
        ({}, {"a": 1}, ["a"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a.1"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a.1"]),
        ({"a": None}, {}, ["a"]),
        ({"a": "1"}, {"a": 1}, ["a"]),
        ({"a": []}, {"a": {}}, ["a"]),
    ],
)
def test_every_kind_of_difference_is_told(old: Any, new: Any, paths: list[str]) -> None:
    assert [found.path for found in differences(old, new)] == paths


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab1", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(old=JSON, new=JSON)
def test_only_equal_values_have_no_difference(old: Any, new: Any) -> None:
    found = differences({"value": old}, {"value": new})

    # JSON tells true from 1 where Python doesn't.
    assert (found == []) == (json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True))


def test_a_renamed_member_is_compared_under_its_new_name() -> None:
    rule = Rename("*", "agreements.*.evidence_ids", new="observation_ids")
    old = {"agreements": [{"evidence_ids": ["o1"]}], "claims": [{"evidence_ids": ["p1"]}]}
    new = {"agreements": [{"observation_ids": ["o1"]}], "claims": [{"evidence_ids": ["p1"]}]}
    other = {"agreements": [{"observation_ids": ["o2"]}], "claims": [{"evidence_ids": ["p1"]}]}

    assert differences(old, new, Renames(members=(rule,))) == []
    (found,) = differences(old, other, Renames(members=(rule,)))
    assert (found.path, found.old, found.new) == ("agreements.0.evidence_ids.0", "o1", "o2")


def test_a_renamed_member_may_not_keep_its_old_name() -> None:
    rule = Rename("*", "a", new="b")

    assert [found.path for found in differences({"a": 1}, {"a": 1}, Renames(members=(rule,)))] == ["a", "a"]


@pytest.mark.parametrize(
    ("renames", "old", "new"),
    [
        (Renames(added=(PathRule("*.json", "**.kind"),)), {"a": [{}]}, {"a": [{"kind": "x"}]}),
        (Renames(removed=(PathRule("*", "a.b"),)), {"a": {"b": 1}}, {"a": {}}),
        (Renames(ignored=(PathRule("*", "hash"),)), {"hash": "x"}, {"hash": "y"}),
        (Renames(per_run_members=(PathRule("*", "seconds"),)), {"seconds": 1.5}, {"seconds": 1.7}),
        (
            Renames(per_run_members=(PathRule("*", "lines.*", services=("lambda",)),)),
            {"lines": [{"service": "lambda", "quantity": 1.5}]},
            {"lines": [{"service": "lambda", "quantity": 1.7}]},
        ),
        (Renames(per_run_members=(PathRule("*", "digest"),)), {"digest": "1f"}, {"digest": "2e"}),
        (Renames(per_run_texts=TIMES), {"at": "2026-01-01T10:00Z"}, {"at": "2026-01-01T11:00Z"}),
        (Renames(texts=(TextRule("what it lacks", "what is missing"),)), "what it lacks", "what is missing"),
    ],
    ids=["added", "removed", "ignored", "per run", "of a service", "text per run", "time", "sentence"],
)
def test_what_is_listed_is_no_difference(renames: Renames, old: Any, new: Any) -> None:
    assert (
        differences(
            {"value": old} if isinstance(old, str) else old,
            {"value": new} if isinstance(new, str) else new,
            renames,
        )
        == []
    )


@pytest.mark.parametrize(
    "renames",
    [
        Renames(added=(PathRule("*", "a"),)),
        Renames(removed=(PathRule("*", "b"),)),
        Renames(ignored=(PathRule("other.json", "a"),)),
        Renames(per_run_members=(PathRule("*", "b"),)),
        Renames(texts=(TextRule("two", "three"),)),
    ],
    ids=["added", "removed", "ignored", "per run", "sentence"],
)
def test_a_rule_covers_nothing_else(renames: Renames) -> None:
    assert [found.path for found in differences({"a": 1}, {"a": 2}, renames)] == ["a"]


def test_a_sentence_is_reworded_around_what_varies() -> None:
    rule = TextRule(
        "{id} waits for no review: it is {status}", "{id} isn't awaiting review (status: {status})"
    )

    assert (
        rule.apply("talk-1 waits for no review: it is FAILED")
        == "talk-1 isn't awaiting review (status: FAILED)"
    )
    assert rule.apply("talk-1 waits for a review") == "talk-1 waits for a review"


def test_marks_in_a_sentence_are_taken_literally() -> None:
    assert (
        TextRule("$0.04 (if this were AWS)", r"at prices \1").apply("$0.04 (if this were AWS)")
        == r"at prices \1"
    )


def test_wording_never_changes_what_stayed() -> None:
    renames = Renames(texts=(TextRule("is told", "is reported"),))

    assert differences({"quote": "a story is told"}, {"quote": "a story is told"}, renames) == []
    assert differences({"quote": "a story is told"}, {"quote": "a story was told"}, renames) != []


def test_a_page_is_compared_tag_by_tag_as_it_is_read() -> None:
    renames = Renames(texts=(TextRule("what's missing", "what is missing"),))
    old = "<p>Rekognition:<wbr>Detect</p><p>what&#39;s missing</p><p>7 &lt; 8</p>"
    new = "<p>Rekognition:Detect</p><p>what is missing</p><p>7 &lt; 9</p>"

    (found,) = differences(old, new, renames, key=PAGE)

    assert (found.old, found.new) == ("7 < 8", "7 < 9")


def test_a_line_more_is_one_difference() -> None:
    found = differences("one\ntwo\nthree\n", "one\nthree\n", key=TEXT)

    assert [(item.old, item.new) for item in found] == [("two", "")]


def test_bytes_that_are_no_text_are_equal_or_not() -> None:
    (found,) = differences(b"\xff\xd8one", b"\xff\xd8two", key="assets/a-1/1/keyframes/k0001.jpg")

    assert found.old.startswith("(5 bytes")


def test_documents_that_are_missing_or_new_are_told_unless_they_moved() -> None:
    old, new = store({"work/a/1/vision/k1.json": 1}), store({"work/a/1/pictures/k1.json": 1})
    moved = Renames(documents={"work/*/vision/*": "work/*/pictures/*"})

    assert len(list(compare_stores(old, new, Renames()))) == 2
    assert list(compare_stores(old, new, moved)) == []


def test_ids_and_the_bucket_may_differ_where_they_name_the_same() -> None:
    def of(asset_id: str, bucket: str) -> Store:
        body = json.dumps({"uri": f"s3://{bucket}/assets/{asset_id}/1/x.json", "id": asset_id}).encode()
        return Store({f"assets/{asset_id}/result.json": body}, {asset_id: "talk.mp4"}, bucket)

    assert list(compare_stores(of("talk-12ab", "results-1"), of("talk-34cd", "results-2"), Renames())) == []


def claimed(body: str, **changes: Any) -> Store:
    """A document and a claim of it."""
    data = body.encode()
    claim = {
        "uri": "s3://results-1/assets/a/x.txt",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_bytes": len(data),
        **changes,
    }
    return store({"assets/a/x.txt": body, "assets/a/result.json": {"results": {"x": claim}}})


def test_a_claim_of_a_reworded_document_is_no_difference_of_its_own() -> None:
    renames = Renames(texts=(TextRule("old words", "new"),))

    assert list(compare_stores(claimed("old words"), claimed("new"), renames)) == []


@pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"size_bytes": 1}])
def test_a_claim_that_fits_no_longer_is_told(changes: dict[str, Any]) -> None:
    found = list(compare_stores(claimed("words"), claimed("words", **changes), Renames()))

    assert found
    assert {item.document for item in found} == {"assets/a/result.json"}


def test_rules_that_nothing_needed_are_named() -> None:
    renames = Renames(
        members=(Rename("*", "a", new="b"), Rename("*", "c", new="d")),
        texts=(TextRule("never said", "nor now"),),
    )
    differences({"a": 1}, {"b": 1}, renames)

    assert list(renames.unused()) == ["*: c", "text: never said"]


def test_the_renames_in_the_tree_can_be_read() -> None:
    path = Path(__file__).resolve().parents[3] / "tools" / "compare_versions" / "renames.toml"
    renames = read_renames(path)

    assert set(renames.fusion_truth) >= {"fuse", "encode"}
    assert renames.mask("finished at 2026-11-28T17:39:27.145Z") == "finished at …"


def test_a_wrong_entry_of_the_renames_is_named(tmp_path: Path) -> None:
    path = tmp_path / "renames.toml"
    path.write_text('[[members]]\ndocument = "*"\nwrong = 1\n', "utf-8")

    with pytest.raises(RenamesError, match="wrong"):
        read_renames(path)


Run = Callable[..., Any]


@pytest.fixture
def counted(tmp_path: Path) -> tuple[Run, list[str]]:
    """A pool's frozen ``run`` and the tasks that reached its engines."""
    asked: list[str] = []

    def run(pool: Any, task: str, *args: Any, timeout_seconds: float, turn_seconds: Any, **rest: Any) -> Any:
        asked.append(task)
        if task == "ocr:fails":
            raise ValueError("no picture")
        return {"of": args}

    return frozen(run, tmp_path / "answers"), asked


def test_an_engine_is_asked_once_per_task_and_arguments(counted: tuple[Run, list[str]]) -> None:
    run, asked = counted

    answers = [run(None, "ocr:read", b"picture", timeout_seconds=9) for _ in range(2)]
    run(None, "ocr:read", b"another")
    run(None, "faces:find", b"picture")

    assert answers[0] == answers[1] == {"of": (b"picture",)}
    assert asked == ["ocr:read", "ocr:read", "faces:find"]


def test_an_engines_error_is_an_answer(counted: tuple[Run, list[str]]) -> None:
    run, asked = counted

    for _ in range(2):
        with pytest.raises(ValueError, match="no picture"):
            run(None, "ocr:fails")

    assert asked == ["ocr:fails"]


def test_arguments_are_equal_by_value_alone() -> None:
    word = "".join(["wo", "rd"])

    assert fingerprint(["word", "word"]) == fingerprint([word, "word"])
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    different = [["1"], [1], [b"1"], [["1"]], [True], [None], ["1", "1"], ["11"], [1.0]]
    assert len({fingerprint(value) for value in different}) == len(different)


def test_a_file_is_equal_to_its_bytes_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "media").write_bytes(b"sound")
    assert fingerprint([tmp_path / "media"]) == fingerprint([b"sound"])


def ogg(serial: int, *pages: bytes) -> bytes:
    """Pages of one stream as RFC 3533 lays them out, with a checksum that depends on the serial."""
    body = b""
    for number, payload in enumerate(pages):
        header = b"OggS" + bytes(10) + serial.to_bytes(4, "little") + number.to_bytes(4, "little")
        body += header + (serial * 7 % 2**32).to_bytes(4, "little") + bytes([1, len(payload)]) + payload
    return body


def test_an_ogg_file_is_the_same_whatever_serial_its_stream_got() -> None:
    one, other = ogg(0x12345678, b"head", b"OggS in a page"), ogg(0x9ABCDEF0, b"head", b"OggS in a page")

    assert one != other
    assert without_serials(one) == without_serials(other)
    assert fingerprint([one]) == fingerprint([other])
    assert without_serials(ogg(1, b"head", b"else")) != without_serials(ogg(1, b"head", b"here"))


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda rest: b"OggS" + rest))
def test_other_bytes_keep_their_length_and_their_sense(body: bytes) -> None:
    assert len(without_serials(body)) == len(body)
    if not body.startswith(b"OggS"):
        assert without_serials(body) == body


def test_lines_of_json_are_compared_as_json() -> None:
    key = "assets/a-1/1/example.jsonl"

    assert differences('{"a": 1, "b": 2}\n', '{"b": 2, "a": 1}\n', key=key) == []
    (found,) = differences('{"a": 1}\n{"a": 2}\n', '{"a": 1}\n{"a": 3}\n', key=key)
    assert found.path == "1.a"


def test_a_name_that_holds_a_moment_is_the_same_document() -> None:
    renames = Renames(per_run_texts=(r"answer-\d{17}\.json",))
    old, new = (store({f"assets/a/answer-2026112818283611{n}.json": {"a": n}}) for n in (1, 2))

    (found,) = compare_stores(old, new, renames)

    assert found.path == "a"

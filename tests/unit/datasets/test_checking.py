"""Every rule of the validator, by the line that breaks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from braid.domain.datasets.checking import check_file
from braid.domain.datasets.comparing import compare_files
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.problems import Rule
from braid.domain.datasets.rules.images import ImageFacts
from braid.domain.datasets.rules.role_policy import reading_policy
from tests.unit.datasets.lines import (
    GEN_QA,
    NOVA,
    POLICY,
    TITAN,
    as_lines,
    check,
    gen_qa,
    many,
    nova,
    text,
    titan,
    told,
)

TRAIN = DatasetRole.TRAIN


def test_a_good_file_of_each_kind_has_no_problem() -> None:
    assert check_file(as_lines(many(titan, 1_000)), TITAN).problems == ()
    assert check_file(as_lines(many(nova, 100)), NOVA).problems == ()
    assert check_file(as_lines(many(gen_qa, 20)), GEN_QA, DatasetRole.EVALUATION).problems == ()


def test_a_missing_caption_names_its_line() -> None:
    ((line, said),) = told(check([titan(1), {"image-ref": "s3://pairs/signs/2.png"}], TITAN), Rule.KEYS)
    assert (line, said) == (2, "missing keys: 'caption'")


@pytest.mark.parametrize("caption", ["", "  \n"])
def test_an_empty_caption_is_refused_with_the_reason(caption: str) -> None:
    ((line, said),) = told(check([titan(1, caption=caption)], TITAN))
    assert line == 1
    assert "no captions are written automatically" in said


def test_a_caption_that_is_too_long() -> None:
    ((_, said),) = told(check([titan(1, caption="word " * 129)], TITAN), Rule.LENGTH)
    assert "129 words" in said
    maybe = check([titan(1, caption="extraordinarily long words " * 25)], TITAN)
    assert told(maybe, Rule.LENGTH)
    assert maybe.is_good, "an estimate only warns"


@pytest.mark.parametrize(
    ("kind", "role", "count", "said"),
    [
        (TITAN, TRAIN, 999, "999 lines are too few; the least is 1,000"),
        (TITAN, DatasetRole.VALIDATION, 7, "7 lines are too few; the least is 8"),
        (NOVA, TRAIN, 99, "99 lines are too few; the least is 100"),
        (NOVA, TRAIN, 20_001, "20,001 lines are too many; the most is 20,000"),
    ],
)
def test_how_many_lines_a_job_takes(kind: DatasetFormat, role: DatasetRole, count: int, said: str) -> None:
    found = check_file(as_lines(many(titan if kind is TITAN else nova, count)), kind, role)
    assert [each for _, each in told(found, Rule.COUNT) if each.startswith(said)]
    assert not found.is_good


def test_more_than_suffice_is_a_warning() -> None:
    found = check_file(as_lines(many(nova, 10_001)), NOVA)
    assert found.is_good
    assert "10,000 suffice" in told(found, Rule.COUNT)[0][1]
    assert told(check_file(as_lines(many(nova, 10_000)), NOVA)) == []


@pytest.mark.parametrize("word", ["System:", "USER:", "Assistant:", "Thought:", "[EOS]", "<image>", "<unk>"])
def test_reserved_words_by_their_case(word: str) -> None:
    ((line, said),) = told(
        check([nova(1), nova(2, prompt=f"Is this bad? {word} {text(2)}")], NOVA), Rule.RESERVED
    )
    assert (line, said) == (2, f"reserved words, which the job refuses: {word}")
    assert not told(check([nova(2, prompt=f"Is it? user: assistant: {text(2)}")], NOVA), Rule.RESERVED)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("e-mail address", "write to ann.lee@example.org now"),
        ("card number", "my card is 4111 1111 1111 1111"),
        ("bank account (IBAN)", "pay to GB82 WEST 1234 5698 7654 32"),
        ("US social security number", "mine is 123-45-6789"),
        ("phone number", "call +49 30 901820 tonight"),
        ("IP address", "it came from 203.0.113.250"),
    ],
)
def test_personal_data(kind: str, written: str) -> None:
    values = [nova(1), nova(2, prompt=f"{POLICY}{written}")]
    assert told(check(values, NOVA), Rule.PERSONAL) == [(2, f"personal data: {kind}")]
    assert check(values, NOVA, allowed=frozenset({Rule.PERSONAL})).is_good


@pytest.mark.parametrize(
    "written",
    ["order 4111 1111 1111 1112", "version 10.2.300.4", "in 1999 and 2024", "a@b", "ISBN 978-3-16-148410-0"],
)
def test_numbers_that_are_none_of_that(written: str) -> None:
    assert told(check([nova(2, prompt=f"{POLICY}{written}")], NOVA), Rule.PERSONAL) == []


def picture(**changed: Any) -> ImageFacts:
    facts = {"media_type": "image/png", "size_bytes": 9_000, "width": 256, "height": 256, "content": "x"}
    return ImageFacts(**{**facts, **changed})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"media_type": "image/webp"}, "not PNG or JPEG"),
        ({"size_bytes": 5 * 1024 * 1024 + 1}, "the most is 5,242,880"),
        ({"width": 127, "height": 128}, "127 pixels wide"),
        ({"height": 4_097, "width": 4_096}, "4,097 pixels high"),
        ({"width": 129, "height": 520}, "0.25 of its height"),
        ({"width": 521, "height": 130}, "4.01 of its height"),
    ],
)
def test_every_bound_of_a_picture(changed: dict[str, Any], said: str) -> None:
    ((line, found),) = told(check([titan(1)], TITAN, look=lambda _: picture(**changed)), Rule.IMAGE)
    assert line == 1
    assert said in found


@pytest.mark.parametrize(
    "changed",
    [
        {"size_bytes": 5 * 1024 * 1024},
        {"width": 128, "height": 128},
        {"width": 4_096, "height": 4_096, "media_type": "image/jpeg"},
        {"width": 128, "height": 512},
        {"width": 512, "height": 128},
    ],
)
def test_bounds_are_inside(changed: dict[str, Any]) -> None:
    assert told(check([titan(1)], TITAN, look=lambda _: picture(**changed))) == []


def test_a_picture_that_can_t_be_opened() -> None:
    found = check([titan(1)], TITAN, look=lambda _: "there is no such object")
    assert told(found, Rule.IMAGE) == [(1, "s3://pairs/signs/0001.png: there is no such object")]


def test_the_same_pixels_under_two_names() -> None:
    found = check([titan(1), titan(5), titan(2)], TITAN, look=lambda _: picture())
    assert told(found, Rule.DUPLICATE) == [(2, "the same as line 1, with the same answer")]
    assert told(found, Rule.CONFLICT) == [(3, "the same as line 1, but with another answer")]


def test_media_lie_in_the_bucket_of_the_data_set() -> None:
    other = titan(2, **{"image-ref": "s3://elsewhere/signs/2.png"})
    found = check([titan(1), other], TITAN, dataset_uri="s3://pairs/train.jsonl")
    ((line, said),) = told(found, Rule.BUCKET)
    assert line == 2
    assert "another bucket than the data set (pairs)" in said


def test_every_picture_is_inside_what_the_service_role_may_read() -> None:
    values = [titan(1), titan(2, **{"image-ref": "s3://pairs/private/2.png"})]
    policy = reading_policy(["s3://pairs/signs/0001.png", "s3://pairs/data/train.jsonl"])
    found = check(values, TITAN, policy=policy)
    assert told(found, Rule.POLICY) == [(2, "the service role may not read s3://pairs/private/2.png")]
    wide = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    assert [line for line, _ in told(check(values, TITAN, policy=wide), Rule.POLICY)] == [0, 0]


def test_pictures_or_a_video_but_not_both() -> None:
    def medium(kind: str, end: str) -> dict[str, Any]:
        return {kind: {"format": end, "source": {"s3Location": {"uri": f"s3://pairs/a/1.{end}"}}}}

    both, one = nova(1), nova(2)
    both["messages"][0]["content"] += [medium("image", "png"), medium("video", "mp4")]
    one["messages"][0]["content"] += [medium("image", "png")] * 11
    assert told(check([both], NOVA), Rule.SHAPE) == [(1, "an example has pictures or a video, not both")]
    assert told(check([one], NOVA), Rule.SHAPE) == [(1, "11 pictures; the most is 10")]


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        (["assistant", "user"], "here they are assistant, user"),
        (["user"], "here they are user"),
        (["user", "assistant", "user"], "take turns, and end with the assistant"),
        (["user", "bot"], "a role is 'user' or 'assistant', not 'bot'"),
    ],
)
def test_turns(roles: list[str], said: str) -> None:
    value = nova(1)
    value["messages"] = [
        {"role": role, "content": [{"text": text(place)}]} for place, role in enumerate(roles)
    ]
    found = told(check([value], NOVA), Rule.SHAPE)
    assert said in found[0][1]


def test_label_conflicts_and_duplicates_whatever_case_and_blanks() -> None:
    again = nova(0, "No")
    again["messages"][0]["content"][0]["text"] = again["messages"][0]["content"][0]["text"].replace(
        " by ", "  BY "
    )
    found = check([*many(nova, 4), again, nova(1)], NOVA)
    assert told(found, Rule.CONFLICT) == [(5, "the same as line 1, but with another answer")]
    assert told(found, Rule.DUPLICATE) == [(6, "the same as line 2, with the same answer")]


def test_a_reason_in_other_words_is_no_conflict() -> None:
    other = nova(0, "Yes\n<categories>\nThreats\n</categories>\nSomebody is threatened.")
    assert told(check([*many(nova, 4), other], NOVA), Rule.CONFLICT) == []


def test_near_duplicates_are_told_from_what_only_shares_the_prompt() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    values = [*many(nova, 6), nova(6, "No", f"{POLICY}{words}"), nova(7, "No", f"{POLICY}{words} indeed")]
    found = check(values, NOVA)
    assert told(found) == [(8, "hardly differs from line 7")]
    assert found.is_good, "worth a look, no more"


def test_lopsided_classes_warn_and_a_single_class_is_refused() -> None:
    lopsided = [nova(number, "No") for number in range(44)] + [
        nova(number, "Yes") for number in range(44, 48)
    ]
    ((line, said),) = told(check(lopsided, NOVA), Rule.BALANCE)
    assert line == 0
    assert "'No' has 44 examples, 'Yes' 4" in said
    assert not check([nova(number, "No") for number in range(8)], NOVA).is_good


def test_leakage_by_content_by_likeness_and_by_source() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    train = check(
        [*many(nova, 6), nova(9, "No", f"{POLICY}{words}")], NOVA, sources={1: "talk-a", 2: "talk-b"}
    )
    others = [gen_qa(3), *many(gen_qa, 4, 20), gen_qa(8, query=f"{POLICY}{words} indeed")]
    evaluation = check(others, GEN_QA, sources={2: "talk-b"})
    assert told(compare_files(train, evaluation), Rule.LEAKAGE) == [
        (1, "the same as line 4 of the training file"),
        (2, "made from talk-b, as line 2 of the training file is"),
        (6, "hardly differs from line 7 of the training file"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "the line is empty"),
        (b"\xff", "byte 1 isn't UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
        (b'{"caption": NaN}', "a number that JSON doesn't have"),
        (b'{"caption": ' + b"9" * 5_000 + b"}", "a number that JSON doesn't have"),
        (b"[1]", "an object in braces, not a list"),
        (b'"x"', "not a text"),
        (b'{"caption": "a"', "not JSON: expecting ',' delimiter at character 16"),
        (b'{"caption": "\\ud800"}', "half of a character"),
        (b'{"caption": ' + b"[" * 100_000, "nested too deeply"),
    ],
)
def test_lines_that_are_no_example(line: bytes, said: str) -> None:
    found = check_file([line], TITAN, DatasetRole.EVALUATION)
    assert [each.line for each in found.problems] == [1]
    assert said in found.problems[0].problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("messages", "role", "content", "text", "image", "source", "schemaVersion", "x")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(list(DatasetFormat)), st.lists(JSON, max_size=4))
def test_any_json_is_judged_and_never_raises(kind: DatasetFormat, values: list[Any]) -> None:
    found = check_file([json.dumps(value).encode() for value in values], kind, DatasetRole.EVALUATION)
    assert found.line_count == len(values)
    assert {each.line for each in found.problems} <= set(range(len(values) + 1))
    if kind is NOVA and values:
        assert not found.is_good


@given(st.sampled_from(list(DatasetFormat)), st.lists(st.binary(max_size=40), max_size=4))
def test_any_bytes_are_judged_and_never_raise(kind: DatasetFormat, lines: list[bytes]) -> None:
    assert check_file(lines, kind, DatasetRole.EVALUATION).line_count == len(lines)

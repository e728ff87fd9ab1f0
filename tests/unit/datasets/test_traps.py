"""Mistakes that widely read articles print: each is refused with what is wrong, and passes when corrected."""

from __future__ import annotations

import pytest

from braid.domain.datasets.comparing import compare_files
from braid.domain.datasets.formats import DatasetRole
from braid.domain.datasets.problems import Rule
from braid.domain.datasets.rules.keys import missing_keys, wrong_keys
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

TITAN_HYPERPARAMETERS = ("epochCount", "batchSize", "learningRate")
RECIPE = ("run", "training_config", "evaluation", "inference")


def test_a_hyperparameter_of_another_name() -> None:
    printed = {"epochsCount": "100", "batchSize": "576", "learningRate": "5e-05"}
    assert wrong_keys(printed, TITAN_HYPERPARAMETERS) == ["'epochsCount' (did you mean 'epochCount'?)"]
    assert missing_keys(printed, TITAN_HYPERPARAMETERS) == ["'epochCount'"]
    corrected = {"epochCount": "100", "batchSize": "576", "learningRate": "5e-05"}
    assert wrong_keys(corrected, TITAN_HYPERPARAMETERS) == []


def test_a_conversation_whose_keys_were_paraphrased() -> None:
    printed = nova(0)
    printed["messages"][1] = {"position": "assistant", "content material": [{"text": "Yes"}]}
    ((line, said),) = told(check([printed], NOVA), Rule.KEYS)
    assert line == 1
    assert "'messages[1].position' (did you mean 'role'?)" in said
    assert "'messages[1].content material' (did you mean 'content'?)" in said
    assert told(check([nova(0), nova(1)], NOVA)) == []


@pytest.mark.parametrize(
    ("printed", "allowed", "meant"),
    [
        ({"identify": "x"}, ("name", "model_type"), "name"),
        ({"coach": {}, "mannequin": {}}, ("trainer", "model"), "trainer"),
        ({"analysis": {}}, RECIPE, "evaluation"),
        ({"technique": "gen_qa"}, ("task", "strategy", "metric"), "strategy"),
        ({"job": "gen_qa"}, ("task", "strategy", "metric"), "task"),
        ({"prepare": "s3://…"}, ("train", "validation"), "train"),
    ],
)
def test_recipe_keys_that_were_paraphrased(
    printed: dict[str, object], allowed: tuple[str, ...], meant: str
) -> None:
    found = wrong_keys(printed, allowed)
    assert len(found) == len(printed)
    assert f"did you mean {meant!r}?" in found[0]


def test_an_evaluation_file_with_a_question_and_another_name() -> None:
    printed = gen_qa(0)
    printed["question"] = printed.pop("query")
    found = check([printed], GEN_QA, file_name="test.jsonl")
    assert "'question' (did you mean 'query'?)" in told(found, Rule.KEYS)[0][1]
    assert told(found, Rule.NAME) == [
        (0, "the evaluation reads one file of the name gen_qa.jsonl, not test.jsonl")
    ]
    assert check([gen_qa(0), gen_qa(1)], GEN_QA, file_name="gen_qa.jsonl").is_good


@pytest.mark.parametrize(
    "label", ["unsafe\nThreats", "unsafe", "unsafe, wildguard", "safe", "unsafenThreats"]
)
def test_a_label_in_another_grammar_than_the_prompt_asks_for(label: str) -> None:
    ((line, said),) = told(check([nova(0), nova(1), nova(2), nova(3), nova(4, label)], NOVA), Rule.GRAMMAR)[
        :1
    ]
    assert line == 5
    assert said.startswith("the prompt asks for Yes or No, the answer is safe or unsafe")
    assert check(many(nova, 5), NOVA).is_good


def test_tags_that_a_page_has_swallowed() -> None:
    printed = POLICY.replace("<categories>", "").replace("</categories>", "")
    values = [nova(number, "No" if number % 2 else "Yes", printed + text(number)) for number in range(4)]
    ((line, said),) = told(check(values, NOVA), Rule.GRAMMAR)
    assert line == 1
    assert "names none" in said


def test_train_and_evaluation_in_two_grammars() -> None:
    train = check(many(nova, 6), NOVA, DatasetRole.TRAIN, allowed=frozenset({Rule.COUNT}))
    printed = [
        gen_qa(number, response="unsafe, wildguard" if number % 2 else "safe") for number in range(10, 16)
    ]
    evaluation = check(printed, GEN_QA, allowed=frozenset({Rule.GRAMMAR}))
    ((line, said),) = told(compare_files(train, evaluation), Rule.GRAMMAR)
    assert line == 0
    assert "safe or unsafe" in said
    assert compare_files(train, check(many(gen_qa, 6, 10), GEN_QA)) == ()


def test_train_and_evaluation_under_two_prompts() -> None:
    train = check(many(nova, 6), NOVA)
    asked = POLICY.replace("Threats. Nobody", "Violence. Nobody")
    evaluation = check(
        [gen_qa(n, query=f"{asked}The post is this one:\n{text(n)}") for n in range(10, 16)], GEN_QA
    )
    found = [said for _, said in told(compare_files(train, evaluation), Rule.GRAMMAR)]
    assert len(found) == 2
    assert "only the prompts of the training file say 'S1: Threats.'" not in found[1]
    assert "Violence" in found[1]


def test_the_three_pairs_that_are_printed_are_right() -> None:
    printed = [
        b'{"image-ref": "s3://your-bucket/folder1/0001.png", "caption": "some text for image 0001"}',
        b'{"image-ref": "s3://your-bucket/folder2/0002.png", "caption": "some text for image 0002"}',
        b'{"image-ref": "s3://your-bucket/folder1/0003.png", "caption": "some text for image 0003"}',
    ]
    from braid.domain.datasets.checking import check_file

    assert check_file(printed, TITAN, DatasetRole.EVALUATION).problems == ()


def test_a_conversation_over_several_lines_with_a_comment() -> None:
    from braid.domain.datasets.checking import check_file

    found = check_file([b"// train.jsonl\n", b"{\n", b'  "messages": []\n', b"}\n"], NOVA)
    assert [each.line for each in found.problems if each.rule is Rule.JSON] == [1, 2, 3, 4]
    assert "one whole object a line" in found.problems[1].problem


def test_a_lone_brace_is_no_reason_to_stop() -> None:
    from braid.domain.datasets.checking import check_file

    found = check_file([b"{\n", *as_lines([titan(1)])], TITAN, DatasetRole.EVALUATION)
    assert (found.line_count, [each.line for each in found.problems]) == (2, [1])

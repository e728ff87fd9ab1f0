"""What single words get wrong: cooking, a veiled threat, a game, a platform's slang, under a policy in words.

The judge is one that follows the policy: of what it is shown it knows what the policy's words say. So these
tests hold what is asked and what follows from an answer, not how good a model is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from braid.models.question import Question
from tests.unit.posts.rig import Rig, lines

EXAMPLES = Path(__file__).resolve().parents[3] / "profiles" / "moderation" / "examples"
# The words of the post by which the policy's own words are met: what the policy says, category, severity.
_BY_THE_POLICY = (
    ("Would be a shame if something happened", '"it would be a shame if"', "Threats", 3),
    (
        "go touch the stove",
        '"go touch the stove": telling somebody to hurt themselves (severity 4)',
        "Harassment",
        4,
    ),
    ("certified lolcow", '"certified lolcow": marking a person as a target', "Harassment", 3),
)
_HARMLESS = ("Enemies in a game", "the\nknife of a cook are none")


def texts_of(example: str) -> list[str]:
    """What is said and written in an example of the profile; what detectors suspect is no post."""
    found: dict[str, Any] = json.loads((EXAMPLES / f"{example}.json").read_text("utf-8"))
    return [
        piece["text"]
        for piece in found["evidence"]
        if piece["kind"] in ("utterance", "passage", "detected_text")
    ]


def judge_by(rig: Rig) -> None:
    """Answers by the words of the policy that stand in the question, and by no others."""

    def says(shown: dict[str, str]) -> str:
        question: Question = rig.asked[-1]
        for words, said, category, severity in _BY_THE_POLICY:
            if words in shown["post"] and said in question.instructions:
                return f'{category} {severity} "{words}"'
        return "none"

    rig.says = says


@pytest.mark.parametrize(
    ("example", "severest"),
    [
        ("cooking-with-knives", "allow"),
        ("gaming-talk", "allow"),
        ("veiled-threat-in-a-review", "block"),
        ("harassment-in-slang", "block"),
    ],
)
def test_the_context_decides(example: str, severest: str) -> None:
    rig = Rig()
    judge_by(rig)
    texts = texts_of(example)
    assert texts

    for number, text in enumerate(texts):  # one at a time: the judge looks at the last question
        rig.run(lines(text), asset_id=f"posts-{number}")

    decided = {rig.decisions(f"posts-{number}")[0]["decision"] for number in range(len(texts))}
    assert max(decided, key=["allow", "review", "block"].index) == severest
    assert all(words in rig.asked[0].instructions for words in _HARMLESS)


def test_without_the_policys_words_the_slang_says_nothing() -> None:
    """Another platform's policy, another decision about the same post."""
    from dataclasses import replace

    rig = Rig()
    judge_by(rig)
    (policy,) = rig.profile.references
    elsewhere = policy.text.replace(
        '- "go touch the stove": telling somebody to hurt themselves (severity 4)\n', ""
    )
    assert elsewhere != policy.text
    text = "mira go touch the stove"
    rig.run(lines(text), asset_id="here")
    rig.profile = replace(rig.profile, references=(replace(policy, text=elsewhere),))

    rig.run(lines(text), asset_id="there")

    assert [rig.decisions(name)[0]["decision"] for name in ("here", "there")] == ["block", "allow"]

"""A profile's own rules in the talk with a model: what it is told, what stays, what confidence is left."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource, dominant_language
from braid.domain.evidence.timeline import AgreementKind
from braid.domain.profile.example import ProfileExample, read_example
from braid.domain.profile.sections.fusion import Thresholds
from braid.runtime.library import CODE_ROOT, model_registry, profile
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion.fuse import fuse
from lambdas.inference.infer import infer
from tests.unit.inference.timelines import MODEL_IDS, ScriptedModel, answered


def example(path: str) -> ProfileExample:
    return read_example((CODE_ROOT / "profiles" / f"{path}.json").read_text("utf-8"))


def written(found: ProfileExample) -> dict[str, Any]:
    content = found.response["output"]["message"]["content"]
    return copy.deepcopy(content[0]["toolUse"]["input"])


def asked(name: str, found: ProfileExample, *answers: Mapping[str, Any]) -> tuple[Answer, list[str]]:
    """The answer that stands, and what the model was told after each of its own."""
    model = ScriptedModel(*(answered(answer) for answer in answers))
    answer = infer(
        profile(name), found.found, model, MODEL_IDS, model_registry(), language_code=found.language
    )
    assert isinstance(answer, Answer), answer
    return answer, [json.dumps(request["messages"][-1], ensure_ascii=False) for request in model.requests[1:]]


MUG = example("catalog/examples/red-in-words-blue-in-the-picture")
THREAT = example("moderation/examples/veiled-threat-in-a-review")


def test_a_path_that_is_none_is_repaired() -> None:
    right = written(MUG)
    wrong = copy.deepcopy(right)
    wrong["category"]["path"] = "Kitchen > Cups and glasses"

    answer, told = asked("catalog", MUG, wrong, right)

    assert answer.answer["category"]["path"] == "Home > Kitchen > Cups and glasses"
    assert "'Kitchen > Cups and glasses', which is no line of taxonomy.txt" in told[0]
    assert "did you mean 'Home > Kitchen > Cups and glasses'" in told[0]


def test_a_category_that_the_policy_lacks_is_repaired() -> None:
    right = written(THREAT)
    wrong = copy.deepcopy(right)
    wrong["categories"][0]["name"] = "Intimidation"

    answer, told = asked("moderation", THREAT, wrong, right)

    assert "'Intimidation', which is no category of the policy: they are Threats, Harassment" in told[0]
    assert answer.answer["categories"][0]["name"] == "Threats"


def test_what_is_never_repaired_is_told_and_looked_at() -> None:
    wrong = written(THREAT) | {"decision": "allow"}
    wrong["categories"][0]["name"] = "Intimidation"
    wrong["votes"][0]["vote"] = "allow"

    answer, told = asked("moderation", THREAT, wrong, wrong, wrong)

    assert len(told) == 2
    assert answer.answer["decision"] == "review"
    assert answer.decision_basis is not None
    assert answer.decision_basis.rule == "'Intimidation' is no category of the policy"
    assert [warning[:15] for warning in answer.warnings] == ["left as it is: "]


def test_both_sides_of_a_contradiction_are_named_whatever_the_model_writes() -> None:
    silent = written(MUG)
    silent["attributes"] = silent["attributes"][:2]
    silent["colours"] = [{"name": "red", "evidence_ids": ["p0001"]}]

    answer, _ = asked("catalog", MUG, silent)

    (named,) = answer.contradictions
    assert named.reason == "text text.txt says 'red' where picture photo.jpg shows blue (58% of the picture)"
    assert set(named.evidence_ids) == {"p0001", "k0001-color"}


def test_a_contradiction_costs_confidence() -> None:
    text = "Aurora mug. Colour: red. FusionInput: stoneware. It holds 350 ml and is dishwasher safe."

    def confidence(color: str) -> float:
        material = picture_and_text(["Aurora 350 ml"], text, colors=[(color, 0.58), ("white", 0.3)])
        timeline = fuse(material, Thresholds(), 8000)
        kinds = {agreement.kind for part in timeline.segments for agreement in part.agreements}
        assert (AgreementKind.CONTRADICTORY in kinds) == (color == "blue")
        # What is said of the picture is what is seen in it.
        answer = json.loads(json.dumps(written(MUG)).replace("blue", color))
        found = ProfileExample("", timeline=timeline, answer=answer)
        return asked("catalog", found, answer)[0].confidence

    assert confidence("blue") < 0.8 * confidence("red")


@pytest.mark.parametrize(
    ("sources", "language"),
    [
        ((), None),
        ((("en", "Hello."), ("de", "Guten Morgen, wie geht es dir?")), "de"),
        ((("en", "Hello there."), ("de", "Guten Morgen!"), ("en", "And again.")), "en"),
        (((None, "Mysterious words, many of them."), ("fr", "Oui.")), "fr"),
        ((("en", "  "),), None),
    ],
)
def test_an_asset_s_language_is_that_of_most_of_its_words(
    sources: tuple[tuple[str | None, str], ...], language: str | None
) -> None:
    found = tuple(LanguageSource("passages", code, text, {}) for code, text in sources)
    assert dominant_language(LanguageAnalysis(found)) == language
    assert dominant_language(None) is None

"""Descriptions of keyframes: which are asked for, what a retry asks again, what is told where some lack."""

from __future__ import annotations

import threading
import tracemalloc
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.errors import ThrottledError
from braid.domain.evidence.vision import Keyframe, KeyframeList, Vision
from braid.domain.profile.sections.vision import VisionPlan
from braid.domain.span import Span
from braid.models.purposes import DESCRIPTION
from braid.runtime.retries import Retries
from braid.runtime.survey import SurveyPlan, survey
from braid.store.documents import DocumentStore
from lambdas.vision import describing
from lambdas.vision.describing import Descriptions, describe_keyframes
from lambdas.vision.findings import summarize
from lambdas.vision.looking import look_at_keyframes
from local.services.protocol import ServiceError
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.service_clients import answered_by
from tests.doubles.tries import FIRST_TRY, LAST_TRY

_PLAN = VisionPlan(findings=(), description_tier="lite")
_MODELS = {"lite": "us.amazon.nova-2-lite-v1:0"}


class Model:
    """Writes ``A <bytes of the picture>.``, or what ``words`` has for it; refuses pictures with a code."""

    def __init__(
        self, words: Mapping[str, str] | None = None, refusals: Mapping[str, str] | None = None
    ) -> None:
        self.asked: Counter[str] = Counter()
        self.models: set[str] = set()
        self.refusals = dict(refusals or {})
        self._words = dict(words or {})
        self._lock = threading.Lock()
        self.client = answered_by("bedrock-runtime", {"Converse": self._converse})

    def _converse(self, members: dict[str, Any]) -> Mapping[str, Any]:
        picture = members["messages"][0]["content"][0]["image"]["source"]["bytes"].decode()
        with self._lock:
            self.asked[picture] += 1
            self.models.add(members["modelId"])
        if code := self.refusals.get(picture, self.refusals.get("*")):
            raise ServiceError(code, "no")
        return _answer(self._words.get(picture, f"A {picture}."))


def _answer(sentence: str) -> Mapping[str, Any]:
    call = {"toolUseId": "t1", "name": "description", "input": {"sentence": sentence}}
    return {
        "output": {"message": {"role": "assistant", "content": [{"toolUse": call}]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 1500, "outputTokens": 30, "totalTokens": 1530},
        "metrics": {"latencyMs": 1},
    }


def _frames(*names: str) -> tuple[DocumentStore, KeyframeList]:
    store = DocumentStore("results", "talk", 1, s3=MemoryS3())
    keyframes = []
    for number, name in enumerate(names, start=1):
        keyframe_id = f"k{number:04d}"
        image = store.put_bytes(store.result_key(f"keyframes/{keyframe_id}.jpg"), name.encode(), "image/jpeg")
        keyframes.append(Keyframe(keyframe_id, image, 640, 360, Span(number * 1000, number * 1000 + 1000)))
    return store, KeyframeList(tuple(keyframes))


def _caption(
    store: DocumentStore,
    keyframes: KeyframeList,
    model: Model,
    *,
    plan: VisionPlan = _PLAN,
    retries: Retries = FIRST_TRY,
    model_ids: Mapping[str, str] = _MODELS,
    **more: Any,
) -> Descriptions:
    return describe_keyframes(
        keyframes.keyframes,
        plan=plan,
        model_ids=model_ids,
        store=store,
        retries=retries,
        descriptions_per_second=10_000,
        bedrock=model.client,
        **more,
    )


def _look(store: DocumentStore, keyframes: KeyframeList, model: Model) -> Vision:
    return look_at_keyframes(
        keyframes,
        plan=_PLAN,
        store=store,
        retries=FIRST_TRY,
        requests_per_second=10_000,
        descriptions_per_second=10_000,
        model_ids=_MODELS,
        rekognition=answered_by("rekognition", {}),
        bedrock=model.client,
    )


def test_every_keyframe_gets_its_sentence_and_its_tokens_are_counted() -> None:
    store, keyframes = _frames("door", "tree", "car")
    model = Model()
    vision = _look(store, keyframes, model)
    assert [frame.description for frame in vision.keyframes] == ["A door.", "A tree.", "A car."]
    assert model.asked == {"door": 1, "tree": 1, "car": 1}
    assert model.models == {"us.amazon.nova-2-lite-v1:0"}
    assert {(item.service, item.operation, item.unit, item.quantity) for item in vision.usage} == {
        ("bedrock", "Converse:amazon.nova-2-lite-v1:0", "input_token", 4500),
        ("bedrock", "Converse:amazon.nova-2-lite-v1:0", "output_token", 90),
    }
    assert summarize(vision, _PLAN) == "3 keyframes: 3 descriptions"


def test_without_a_tier_no_model_is_asked() -> None:
    store, keyframes = _frames("door")
    model = Model()
    assert _caption(store, keyframes, model, plan=VisionPlan()) == describing.NO_DESCRIPTIONS
    assert not model.asked


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"]
)
def test_a_model_that_is_not_to_be_had_is_asked_once_and_listed_once(code: str) -> None:
    store, keyframes = _frames(*(f"picture {number}" for number in range(12)))
    model = Model(refusals={"*": code})
    vision = _look(store, keyframes, model)
    assert model.asked.total() == 1
    (missing,) = vision.missing
    assert missing.operation == DESCRIPTION.operation
    assert missing.reason.startswith("the pictures weren't described: ")
    assert code not in missing.reason
    assert all(frame.description is None for frame in vision.keyframes)
    assert vision.usage == ()


def test_a_retry_asks_for_what_is_open_and_pays_nothing_twice() -> None:
    store, keyframes = _frames(*(f"picture {number}" for number in range(8)))
    model = Model(refusals={"picture 5": "ThrottlingException"})
    with pytest.raises(ThrottledError):
        _caption(store, keyframes, model)
    answered = {picture for picture, count in model.asked.items() if count and picture != "picture 5"}
    assert "picture 0" in answered
    model.refusals.clear()
    descriptions = _caption(store, keyframes, model, retries=FIRST_TRY)
    assert len(descriptions.sentences) == 8
    assert all(model.asked[picture] == 1 for picture in answered), "none is described twice"
    assert descriptions.missing == ()
    assert {item.unit: item.quantity for item in descriptions.usage} == {
        "input_token": 12_000,
        "output_token": 240,
    }


def test_a_second_run_after_success_asks_nothing() -> None:
    store, keyframes = _frames("door", "tree")
    first = _caption(store, keyframes, Model())
    model = Model()
    assert _caption(store, keyframes, model) == first
    assert not model.asked


@pytest.mark.parametrize("code", ["ThrottlingException", "ServiceUnavailableException"])
def test_on_the_last_try_what_is_there_stands_and_the_rest_is_listed(code: str) -> None:
    store, keyframes = _frames("door", "tree")
    descriptions = _caption(store, keyframes, Model(refusals={"tree": code}), retries=LAST_TRY)
    assert descriptions.sentences == {"k0001": "A door."}
    assert [item.operation for item in descriptions.missing] == [DESCRIPTION.operation]


def test_a_sentence_that_can_not_be_shown_is_told_and_not_asked_again() -> None:
    store, keyframes = _frames("door", "tree")
    model = Model(words={"tree": "<script>"})
    descriptions = _caption(store, keyframes, model)
    assert descriptions.sentences == {"k0001": "A door."}
    assert descriptions.missing == ()
    assert descriptions.warnings == (
        "k0002: no description: the model wrote markup where a plain sentence was asked for",
    )
    assert _caption(store, keyframes, model) == descriptions
    assert model.asked["tree"] == 1, "it was paid, and the same model would write the same"


def test_a_picture_that_the_model_can_not_take_costs_only_its_own_caption() -> None:
    store, keyframes = _frames("door", "tree", "car", "sea")
    descriptions = _caption(store, keyframes, Model(refusals={"tree": "ValidationException"}))
    assert list(descriptions.sentences) == ["k0001", "k0003", "k0004"]
    assert descriptions.missing == ()
    (warning,) = descriptions.warnings
    assert warning == "k0002: no description: no"


def test_large_stills_are_not_held_at_once() -> None:
    store, keyframes = _frames(*(str(number % 10) * 1_000_000 for number in range(150)))
    model = Model()
    # Nothing that the double keeps is counted.
    model.client = answered_by("bedrock-runtime", {"Converse": lambda _members: _answer("A door.")})
    plan = replace(_PLAN, max_descriptions=150)
    tracemalloc.start()
    try:
        descriptions = _caption(store, keyframes, model, plan=plan)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(descriptions.sentences) == 150
    # Six at once, each as bytes, as base64 and twice in a request, are 30 MB; all of them 150 as bytes alone.
    assert peak_bytes < 100_000_000


def test_where_no_sentence_can_be_shown_captions_are_missing() -> None:
    store, keyframes = _frames("door", "tree")
    descriptions = _caption(store, keyframes, Model(words={"door": "", "tree": ""}))
    (missing,) = descriptions.missing
    assert missing.operation == DESCRIPTION.operation
    assert missing.reason == "the pictures weren't described: the model wrote an empty sentence"


def test_more_keyframes_than_wanted_get_captions_spread_over_the_whole() -> None:
    store, keyframes = _frames(*(f"picture {number}" for number in range(10)))
    plan = VisionPlan(findings=(), description_tier="lite", max_descriptions=4)
    descriptions = _caption(store, keyframes, Model(), plan=plan)
    assert list(descriptions.sentences) == ["k0001", "k0003", "k0006", "k0008"]
    assert descriptions.warnings == ("4 of 10 keyframes were given to a model for a description",)


def test_a_deployment_older_than_the_profile_says_so() -> None:
    store, keyframes = _frames("door")
    descriptions = _caption(store, keyframes, Model(), model_ids={})
    assert descriptions.missing[0].reason == "the deployment has no model of tier lite"


def test_a_slow_model_costs_captions_and_not_the_pictures() -> None:
    store, keyframes = _frames(*(f"picture {number}" for number in range(6)))
    model = Model()
    descriptions = _caption(store, keyframes, model, clock=lambda: 1000.0 * model.asked.total())
    assert len(descriptions.sentences) == 1
    (missing,) = descriptions.missing
    assert missing.reason == "time ran out after 1 of 6 keyframes: the model is too slow"


def test_captions_have_a_rate_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[SurveyPlan] = []

    def noting(*given: Any, plan: SurveyPlan, **more: Any) -> Any:
        plans.append(plan)
        return survey(*given, plan=plan, **more)

    monkeypatch.setattr(describing, "survey", noting)
    store, keyframes = _frames("door", "tree")
    _caption(store, keyframes, Model())
    assert [plan.per_second for plan in plans] == [10_000]


def test_a_model_that_the_registry_lost_costs_the_descriptions_alone() -> None:
    store, keyframes = _frames("door")
    descriptions = _caption(store, keyframes, Model(), model_ids={"lite": "us.amazon.nova-forgotten-v1:0"})
    assert descriptions.sentences == {}
    assert "nova-forgotten" in descriptions.missing[0].reason

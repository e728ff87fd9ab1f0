"""What a cold start pays for: a handler without media work imports little more than every handler must."""

from __future__ import annotations

import json

import pytest

from evaluation.load.cold_start import import_ratios, run

# Handlers of functions that get the core layer alone.
CORE_ONLY = (
    *("dispatch.handler_dispatch", "transcription.handler_collect", "vision.handler_look"),
    *("language.handler_analyze", "fusion.handler_fuse", "review.handler_ask", "review.handler_decide"),
    *("inference.handler_infer", "inference.handler_try", "inference.handler_batch"),
    *("publishing.handler_publish", "closing.handler_record"),
    *("indexing.handler_index", "indexing.handler_rebuild", "indexing.handler_batch"),
    "search.handler_search",
    *("posts.handler_admit", "posts.handler_judge", "posts.handler_collect", "posts.handler_one"),
    "posts.handler_batch",
    *("cataloguing.handler_export", "erasing.handler_erase", "watching.handler_watch"),
    "refreshing.handler_refresh",
    *("tuning.handler_check", "tuning.handler_estimate", "tuning.handler_ask", "tuning.handler_decide"),
    *("tuning.handler_arm", "tuning.handler_submit", "tuning.handler_await", "tuning.handler_import"),
    *("tuning.handler_open", "tuning.handler_evaluate", "tuning.handler_deploy", "tuning.handler_smoke"),
    *("tuning.handler_register", "tuning.handler_teardown"),
)
MEDIA_LIBRARIES = ("av", "PIL", "pi_heif", "pypdfium2", "numpy")
# A fifth is what is meant. On some processors making our classes weighs more than reading boto3, and beside
# other work 1.19 was measured as up to 1.24.
MOST_OF_FLOOR = 1.26
# Publishing and fusion read every kind of document, and nobody waits for their first answer.
MOST_OF = {"publishing.handler_publish": 1.3, "fusion.handler_fuse": 1.3}


def most_of(step: str) -> float:
    return MOST_OF.get(step, MOST_OF_FLOOR)


@pytest.mark.slow
def test_handlers_import_little_more_than_the_floor() -> None:
    slow = [step for step, ratio in import_ratios(CORE_ONLY, rounds=1).items() if ratio > most_of(step)]

    # Once more, and longer, what seemed slow: another's work may have met it alone.
    measured = import_ratios(slow) if slow else {}
    assert {step: ratio for step, ratio in measured.items() if ratio > most_of(step)} == {}


@pytest.mark.parametrize("step", CORE_ONLY)
def test_a_handler_without_the_media_layer_imports(step: str) -> None:
    code = f"""
import json, sys
for name in {MEDIA_LIBRARIES!r}:
    sys.modules[name] = None
import lambdas.{step}
print(json.dumps([name for name in sys.modules if name.startswith("lambdas.")]))
"""

    assert f"lambdas.{step}" in json.loads(run(code))

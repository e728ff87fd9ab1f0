"""What a cold start pays for: a handler without media work imports little more than every handler must."""

from __future__ import annotations

import json

import pytest

from evaluation.load.cold_start import CORE_ONLY, import_ratios, run

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

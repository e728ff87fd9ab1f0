"""What `braid doctor` says of tuned models and the profiles that name them."""

from __future__ import annotations

import pytest

from braid.domain.audit.facts import TuningFacts, TuningRunFact
from braid.domain.tuning.plan import Way
from braid.domain.tuning.records import ModelBook, ModelRow
from cli.machine.tuned_models import tuned_findings

ARN = "arn:aws:bedrock:us-east-1:111122223333:custom-model-deployment/abcdefghij12"
ROW = ModelRow("mod-1", ARN, "arn:model", Way.NOVA_TEXT, "moderation", "now", "a" * 64, "b" * 64, "as base")
TAKEN_BACK = ModelRow(*("mod-1", ARN, "m", Way.NOVA_TEXT, "moderation", "", "", "", "", ""), retired_at="now")


@pytest.mark.parametrize(
    ("row", "is_served", "named", "remedy"),
    [
        (ROW, True, {"moderation": ARN}, ""),
        (ROW, True, {}, ""),  # tuned for something else than a profile
        (ROW, True, {"moderation": ""}, "braid models --use moderation, and deploy"),
        (ROW, True, {"moderation": ARN[:-1] + "3"}, "braid models --use moderation, and deploy"),
        (ROW, False, {"moderation": ARN}, "braid models --rollback moderation, and deploy"),
        (TAKEN_BACK, True, {"moderation": ARN}, "take [inference.tuned] out"),
    ],
)
def test_a_profile_is_held_against_the_model_in_use(
    row: ModelRow, is_served: bool, named: dict[str, str], remedy: str
) -> None:
    run = TuningRunFact("mod-1", True, "SUCCEEDED", "REGISTERED", is_served=is_served)

    (found,) = tuned_findings([ModelBook("moderation", (row,))], TuningFacts({"mod-1": run}, {}), named)

    assert (found.ok, found.remedy) == (not remedy, remedy)


def test_a_model_that_nobody_names_any_more_is_not_told() -> None:
    books = [ModelBook("moderation", (TAKEN_BACK,))]
    assert list(tuned_findings(books, TuningFacts({}, {}), {"moderation": ""})) == []

"""What a refusal by a profile's threshold says: in units that people know, singular where it is one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.admission.page_limit import check_pages
from braid.domain.errors import InvalidAssetError
from braid.domain.profile.sections.gates import Band, GatePlan


@pytest.mark.parametrize(
    ("value", "unit", "band", "told"),
    [
        (
            0.42,
            "of time",
            Band(reject_above=0.25),
            "Too silent. The profile takes no more than 25 % of time.",
        ),
        (0.001, "s", Band(reject_below=0.5), "Too short. The profile takes no less than 0.5 s."),
        (40.0, "px", Band(reject_below=1080), "Too short. The profile takes no less than 1,080 px."),
    ],
)
def test_a_threshold_is_told_as_people_say_it(value: float, unit: str, band: Band, told: str) -> None:
    with pytest.raises(InvalidAssetError, match=f"^{re.escape(told)}$"):
        GateLog().judge("any", value, unit, band, low="Too short.", high="Too silent.")


def test_one_page_is_no_pages() -> None:
    plan = replace(GatePlan(), pages=Band(reject_below=2))
    limits = Limits(
        max_object_bytes=1, max_duration_seconds=1, max_pages=9, max_text_characters=9, max_image_pixels=1
    )
    with pytest.raises(InvalidAssetError, match=r"has only one page\."):
        check_pages(1, limits, plan, GateLog())

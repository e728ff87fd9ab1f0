"""The evidence of several assets as that of one: each citation says of which it is."""

from __future__ import annotations

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Agreement, AgreementKind, Segment, Timeline
from braid.domain.span import WHOLE, Span
from lambdas.inference.question.several import merged
from lambdas.inference.request.prompt import evidence_lines
from lambdas.inference.trial import TrialRequest, several_case


def contract(*texts: str, member: str = "", agreements: tuple[Agreement, ...] = ()) -> Timeline:
    observations = tuple(
        Observation(
            f"p{number:04d}", Modality.TEXT, "passage", Span(page=number), text, 1.0, "reading:p", member
        )
        for number, text in enumerate(texts, 1)
    )
    evidence = tuple(
        Evidence(
            each.observation_id, each.modality, each.kind, each.span, each.text, 1.0, each.source, member
        )
        for each in observations
    )
    segment = Segment("s1", WHOLE, tuple(each.observation_id for each in observations), agreements)
    return Timeline(None, (segment,), observations, (), evidence, {})


def test_equal_ids_of_two_assets_stay_apart_and_name_their_asset() -> None:
    found = merged(
        {"north.pdf": contract("The deposit is 900."), "south": contract("1,200.", member="b.pdf")}
    )

    assert [(piece.evidence_id, piece.member) for piece in found.evidence] == [
        ("a1-p0001", "north.pdf"),
        ("a2-p0001", "south/b.pdf"),
    ]
    assert [each.observation_id for each in found.observations] == ["a1-p0001", "a2-p0001"]


def test_what_agrees_within_an_asset_still_does() -> None:
    redundant = Agreement(
        (Modality.TEXT, Modality.SPEECH), AgreementKind.CONTRADICTORY, 1.0, ("p0001", "p0002"), "why"
    )
    both = contract("900 euros.", "950 euros.", agreements=(redundant,))
    other = Evidence("p0002", Modality.SPEECH, "utterance", WHOLE, "950 euros.", 1.0, "transcribe:u")
    apart = Timeline(None, both.segments, both.observations, (), (both.evidence[0], other), {})

    lines = evidence_lines(merged({"first.pdf": contract("Nothing."), "north.pdf": apart}))

    assert ['"contradicted_by":["a2-p0002"]' in line for line in lines] == [False, True, False]


def test_each_asset_has_its_share_of_what_is_shown() -> None:
    long = contract(*(f"The deposit, clause {number}, is returned to the tenant." for number in range(400)))
    request = TrialRequest("a", 1, "Rules.", question="Which contract has the higher deposit?")

    profile, timeline = several_case(
        request, {"long.pdf": long, "short.pdf": contract("The deposit is 900.")}
    )

    of_long = [piece for piece in timeline.evidence if piece.member == "long.pdf"]
    assert timeline.evidence[-1].member == "short.pdf"
    assert 10 < len(of_long) < 100
    assert "`member` of each piece of evidence names the one" in profile.prompt
    assert profile.prompt.endswith("The question: Which contract has the higher deposit?")

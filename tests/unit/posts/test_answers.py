"""What a reviewer reads of a file: one item, a sample, and a page that shows it."""

from __future__ import annotations

from braid.domain.asset.asset import AssetRef, AssetStatus, Source
from braid.domain.asset.outcome import AssetDocuments, Outcome
from braid.domain.money.receipt import Receipt
from braid.report.report_page import ReportContext, report_page
from lambdas.posts.file_answer import FileAnswer, answer_of
from tests.unit.posts.rig import Rig, lines


def answered(*texts: str) -> FileAnswer:
    rig = Rig()
    done = rig.run(lines(*texts))
    return answer_of(done.summary, done.sampled, rig.profile, tier="micro", usage=(), problems=[])


def test_a_file_with_posts_for_a_person_is_one_item_with_a_sample() -> None:
    texts = [f"lolcow {number}" for number in range(300)] + [f"stab {number}" for number in range(30)]

    answer = answered(*texts, "fine")

    assert answer.review_reasons == ("300 posts are left to a person (review)",)
    shown = [piece.reason for piece in answer.timeline.evidence]
    assert len(shown) == 40, "twenty of each"
    assert shown[0] == "line 1, review"
    assert shown[-1].endswith("block")
    assert answer.answer.first_sentence == "331 posts: 1 allow, 300 review, 30 block"


def test_a_file_that_needs_nobody_asks_nobody() -> None:
    assert answered("fine", "stab").review_reasons == ()


def test_every_statement_cites_its_post() -> None:
    answer = answered("lolcow", "stab")
    known = {piece.evidence_id for piece in answer.timeline.evidence}

    assert {name for claim in answer.answer.claims for name in claim.evidence_ids} == known
    assert answer.answer.confidence is None


def test_the_report_shows_the_sample_and_escapes_it() -> None:
    answer = answered("lolcow <script>alert(1)</script>", "fine")
    asset = AssetRef("posts-1", 1, "moderation", Source("in", "inbox/moderation/posts.jsonl", "1"))
    context = ReportContext(
        asset=asset,
        outcome=Outcome(AssetStatus.SUCCEEDED, None, ()),
        receipt=Receipt((), 0.0, "us-east-1, 2026-11-20"),
        execution_arn="arn",
        finished_at="2026-11-29T12:00:00.000Z",
        stills={},
    )

    page = report_page(context, AssetDocuments(answer=answer.answer, timeline=answer.timeline)).decode()

    assert "<script>alert" not in page
    assert "Harassment (severity 2)" in page
    assert "2 posts: 1 allow, 1 review, 0 block" in page


def test_a_post_that_the_judge_is_unsure_of_is_shown_to_a_person() -> None:
    rig = Rig(says=lambda shown: "unsure" if "odd" in shown["post"] else "none")
    done = rig.run(lines("fine", "odd", "fine too"))

    answer = answer_of(done.summary, done.sampled, rig.profile, tier="micro", usage=(), problems=[])

    assert [piece.text for piece in answer.timeline.evidence] == ["odd"]
    assert answer.review_reasons == ("1 post is left to a person (review)",)

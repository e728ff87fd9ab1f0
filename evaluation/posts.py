"""The judge of posts over labelled texts, each a post of its own, and over the profile's written contexts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from braid.domain.posts.decisions import LineDecision, decided
from braid.domain.posts.post import Post
from braid.domain.posts.verdict import Verdict
from braid.domain.profile.profile import Profile
from braid.runtime.library import CODE_ROOT, post_rules
from braid.runtime.now import utc_now
from evaluation.judges import Judge
from lambdas.posts.judges import route_of
from lambdas.posts.judging import Judge as PostsJudge

__all__ = ["Context", "contexts_of", "decided_contexts", "judge_posts"]

_WORDS = ("utterance", "passage", "detected_text")
_EXPECTED = "/answer/decision"


@dataclass(frozen=True)
class Context:
    """An example of the profile as a post: what somebody wrote, and what the policy makes of it."""

    name: str
    text: str
    expected: str


@dataclass
class _Verdicts:
    """Verdicts of this run alone: an evaluation asks about every text, whatever was judged before."""

    kept: dict[str, Verdict] = field(default_factory=dict)

    def find(self, keys: Sequence[str]) -> dict[str, Verdict]:
        """Those that there are."""
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, verdicts: Mapping[str, Verdict], *, now: str) -> None:  # noqa: ARG002  # the store's
        """Keeps them as long as the run takes."""
        self.kept |= verdicts


def judge_posts(profile: Profile, texts: Sequence[str], judge: Judge) -> list[LineDecision]:
    """The decision about each text as Judge Chunk decides. Raises the service errors of the model."""
    posts = [Post(number, number, text) for number, text in enumerate(texts, 1)]
    of_posts = PostsJudge(
        profile,
        route_of(profile, judge.model_ids),
        judge.ask,
        _Verdicts(),  # type: ignore[arg-type]  # as much of a store as a judge asks
        post_rules(together=profile.posts.per_call > 1),
        utc_now,
    )
    return [
        decided(
            item.post,
            item.verdict,
            item.rules,
            profile.decision,
            judged_by=of_posts.route.profile_id,
            why_not=item.why_not,
        )
        for item in of_posts.judge(posts)
    ]


def contexts_of(profile: Profile) -> tuple[Context, ...]:
    """The profile's examples that words alone decide, each as one post.

    Where a detector's finding is why an example isn't allowed, its words are no measure of a judge.
    """
    folder, found = CODE_ROOT / "profiles" / profile.name / "examples", []
    for path in sorted(folder.glob("*.json")):
        example = json.loads(path.read_text("utf-8"))
        pieces = [piece["text"] for piece in example["evidence"] if piece["kind"] in _WORDS]
        expected = example["expect"].get(_EXPECTED)
        if expected == profile.decision.ranks[0] or (expected and len(pieces) == len(example["evidence"])):
            found.append(Context(path.stem, "\n".join(pieces), expected))
    return tuple(found)


def decided_contexts(profile: Profile, judge: Judge) -> tuple[dict[str, str], ...]:
    """The decision about each written context, beside what the profile expects. Raises as ``judge_posts``."""
    contexts = contexts_of(profile)
    decisions = judge_posts(profile, [each.text for each in contexts], judge)
    return tuple(
        {"name": each.name, "decision": str(line.decision), "expected": each.expected}
        for each, line in zip(contexts, decisions, strict=True)
    )

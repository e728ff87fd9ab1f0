"""What a judge is asked about posts, and what its answer says of each. Pure.

A post stands in the question as JSON without angle brackets: nothing in it can close the marks around it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from braid.domain.legible import legible
from braid.domain.posts.post import Post
from braid.domain.posts.verdict import Verdict, read_verdict
from braid.domain.profile.policy import FILE, Policy
from braid.domain.profile.profile import Profile

__all__ = ["Rules", "correction", "fenced", "read_reply", "rules_of"]

_NUMBERED = re.compile(r"\s*(\d{1,3})\s*:\s*(.*)")


@dataclass(frozen=True)
class Rules:
    """How posts of one language are judged.

    ``instructions`` are the judge's; ``policy_hash`` (SHA-256 over them and the thresholds) changes with
    anything that could change a decision but the model.
    """

    instructions: str
    policy: Policy
    policy_hash: str


def rules_of(profile: Profile, language_code: str | None, *, words: str) -> Rules:
    """The rules for posts in that language; ``words`` say how a judge answers."""
    parts = [words.strip()]
    for reference in profile.references:
        text = reference.text_for(language_code)
        parts.append(
            f'<reference name="{reference.name}">\n{text}\n</reference>' if _others(profile) else text
        )
    policy = profile.policy(language_code)
    thresholds = json.dumps({name: dict(policy[name]) for name in sorted(policy)}, sort_keys=True)
    instructions = "\n\n".join(parts)
    return Rules(instructions, policy, hashlib.sha256(f"{instructions}\n{thresholds}".encode()).hexdigest())


def _others(profile: Profile) -> bool:
    return any(reference.name != FILE for reference in profile.references)


def fenced(posts: Sequence[Post]) -> str:
    """The posts as data, between marks that nothing in them can write."""
    if len(posts) == 1:
        return f"<post>\n{_safe_json(_shown(posts[0]))}\n</post>"
    lines = [_safe_json({"number": number, **_shown(post)}) for number, post in enumerate(posts, 1)]
    return "<post>\n" + "\n".join(lines) + "\n</post>"


def _shown(post: Post) -> dict[str, str]:
    context = {"in_reply_to": legible(post.context)} if post.context else {}
    return {**context, "post": legible(post.text)}


def _safe_json(value: Mapping[str, object]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>\u0085\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def read_reply(reply: str, posts: Sequence[Post], rules: Rules) -> list[Verdict | str]:
    """What the reply says of each post, or what is wrong with it.

    Of several posts each line names its post by number; one that no line names has no verdict.
    """
    if len(posts) == 1:
        return [read_verdict(reply, posts[0].text, rules.policy)]
    said: dict[int, list[str]] = {}
    for line in reply.splitlines():
        if match := _NUMBERED.fullmatch(line):
            said.setdefault(int(match[1]), []).append(match[2])
    return [
        read_verdict("\n".join(said.get(number, [])), post.text, rules.policy)
        for number, post in enumerate(posts, 1)
    ]


def correction(problem: str) -> str:
    """Asks once more. It holds no word of the post."""
    return f"{problem}. Answer again, in one of the forms above alone."

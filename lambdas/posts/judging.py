"""Judges posts: what was judged before is looked up, the rest is asked about, each text once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, field

from braid.domain.errors import (
    BraidError,
    InvalidServiceOutputError,
    RefusedByServiceError,
    UnsupportedError,
)
from braid.domain.posts.post import Post
from braid.domain.posts.question import Rules, correction, fenced, read_reply, rules_of
from braid.domain.posts.verdict import Verdict
from braid.domain.profile.profile import Profile
from braid.models.asking import Ask, Reply, StopReason
from braid.models.question import Question, Text
from braid.models.routing import Route
from braid.runtime.metrics import count_refusal
from braid.store.verdicts import VerdictStore, verdict_key
from braid.text.languages import guess_language

__all__ = ["Judge", "Judged"]

# Words of a post can be many; a category's name and a number are few.
_ANSWER_TOKENS = 300
_SAVED_AT_ONCE = 25


@dataclass(frozen=True)
class Judged:
    """What came of a post; ``why_not`` says why it has no verdict, ``is_repeated`` that none was needed."""

    post: Post
    rules: Rules
    key: str
    verdict: Verdict | None
    why_not: str = ""
    is_repeated: bool = False


@dataclass
class Judge:
    """One model under one profile's policy. ``words`` are the rules of answering, ``now`` is ISO 8601."""

    profile: Profile
    route: Route
    ask: Ask
    store: VerdictStore
    words: str
    now: Callable[[], str]
    at_once: int = 8
    calls: int = 0
    _rules: dict[str | None, Rules] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def rules_for(self, post: Post) -> Rules:
        """By the language that the file names, else the one that the text itself tells."""
        code = None
        if any(reference.by_language for reference in self.profile.references):
            code = post.language or guess_language([post.text])
        if code not in self._rules:
            self._rules[code] = rules_of(self.profile, code, words=self.words)
        return self._rules[code]

    def key_of(self, post: Post) -> str:
        """Names the verdict about the post."""
        return verdict_key(post, self.rules_for(post), self.route.profile_id)

    def judge(self, posts: Sequence[Post], *, left_to_others: Iterable[int] = ()) -> list[Judged]:
        """What came of each post, in order.

        The lines ``left_to_others`` are asked about elsewhere: they have a verdict only if there is one by
        now. Verdicts are kept as they come, so that whoever is killed or raises loses few of them. Raises the
        service errors of ``braid.domain.errors`` that pass with time.
        """
        keys = [self.key_of(post) for post in posts]
        known = self.store.find(keys)
        elsewhere = set(left_to_others)
        asked: dict[str, Post] = {}
        for key, post in zip(keys, posts, strict=True):
            if key not in known and post.line not in elsewhere:
                asked.setdefault(key, post)
        refused = self._ask_all(asked, found := dict(known))
        first = {key: post.line for key, post in asked.items()}
        return [
            Judged(
                post,
                self.rules_for(post),
                key,
                found.get(key),
                refused.get(key, ""),
                is_repeated=first.get(key) != post.line,
            )
            for key, post in zip(keys, posts, strict=True)
        ]

    def _ask_all(self, asked: dict[str, Post], found: dict[str, Verdict]) -> dict[str, str]:
        """Puts the verdicts into ``found`` and the store; why others have none, by key."""
        refused: dict[str, str] = {}
        unsaved: dict[str, Verdict] = {}
        together = self._groups(asked)
        error: BraidError | None = None
        with ThreadPoolExecutor(self.at_once) as pool:
            running = [pool.submit(self._ask_about, [asked[key] for key in keys]) for keys in together]
            for keys, future in zip(together, running, strict=True):
                try:
                    answers = future.result()
                except BraidError as problem:
                    error = error or problem
                    pool.shutdown(wait=False, cancel_futures=True)
                    continue
                except CancelledError:
                    continue
                for key, answer in zip(keys, answers, strict=True):
                    if isinstance(answer, Verdict):
                        found[key] = unsaved[key] = answer
                    else:
                        refused[key] = answer
                if len(unsaved) >= _SAVED_AT_ONCE:
                    self.store.put(unsaved, now=self.now())
                    unsaved.clear()
        if unsaved:
            self.store.put(unsaved, now=self.now())
        if error is not None:
            raise error
        return refused

    def _groups(self, asked: dict[str, Post]) -> list[list[str]]:
        """Keys that are asked about together: of the same rules, as many as the profile wants."""
        by_rules: dict[str, list[str]] = {}
        for key, post in asked.items():
            by_rules.setdefault(self.rules_for(post).policy_hash, []).append(key)
        size = self.profile.posts.per_call
        return [keys[at : at + size] for keys in by_rules.values() for at in range(0, len(keys), size)]

    def _ask_about(self, posts: Sequence[Post]) -> list[Verdict | str]:
        """The verdict on each post, or why there is none; what one answer lacks is asked for alone."""
        rules = self.rules_for(posts[0])
        try:
            reply = self._asked(posts)
            said = self._read(reply, posts, rules)
            if len(posts) > 1:
                return [
                    item if isinstance(item, Verdict) else self._ask_about([post])[0]
                    for item, post in zip(said, posts, strict=True)
                ]
            if isinstance(said[0], str) and reply.method == "model":
                said = self._read(self._asked(posts, correction(said[0])), posts, rules)
        except (UnsupportedError, RefusedByServiceError) as error:
            if len(posts) > 1:  # one of them may be why
                return [self._ask_about([post])[0] for post in posts]
            if isinstance(error, RefusedByServiceError):
                count_refusal("bedrock:Converse")
            return [f"The model refused to be asked: {error}"]
        except InvalidServiceOutputError:
            return ["The model's answer couldn't be read"] * len(posts)
        return said

    def question(self, posts: Sequence[Post], note: str = "") -> Question:
        """What the model is asked about posts of the same rules; ``note`` is ours."""
        content = (Text(fenced(posts), is_evidence=True), *([Text(note)] if note else []))
        return Question(
            route=self.route,
            instructions=self.rules_for(posts[0]).instructions,
            content=content,
            tool=None,
            max_output_tokens=_ANSWER_TOKENS * len(posts),
            caches_instructions=self.profile.inference.cache_prompt,
        )

    def _asked(self, posts: Sequence[Post], note: str = "") -> Reply:
        with self._counting:
            self.calls += 1
        return self.ask(self.question(posts, note))

    def _read(self, reply: Reply, posts: Sequence[Post], rules: Rules) -> list[Verdict | str]:
        if reply.method != "model":
            return ["No model is there to judge it"] * len(posts)
        if reply.stop_reason is StopReason.CONTENT_FILTERED:
            return ["The model's own content filter withheld the answer"] * len(posts)
        if reply.stop_reason is not StopReason.END_TURN:
            return ["The model stopped before it had answered"] * len(posts)
        said = read_reply(reply.text, posts, rules)
        return [f"The answer was refused: {item}" if isinstance(item, str) else item for item in said]

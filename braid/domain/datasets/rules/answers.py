"""Whether answers are written in one way, and in the way that the prompt asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.datasets.examples import Example
from braid.domain.datasets.grammar import (
    CLOSE_TAG,
    OPEN_TAG,
    AnswerGrammar,
    grammar_of,
    parse_moderated,
    wanted_of,
)
from braid.domain.datasets.problems import Problem, Rule
from braid.domain.datasets.templates import PromptTemplate

__all__ = ["AnswerReader", "AnswerReading"]

_TAGS = re.compile(r"between\s+(<[^<>\s]+>)?\s*and\s+(<[^<>\s]+>)?\s*tags", re.IGNORECASE)
_SAID = {
    AnswerGrammar.YES_NO: "Yes or No first",
    AnswerGrammar.SAFE_UNSAFE: "safe or unsafe first",
    AnswerGrammar.JSON: "JSON",
    AnswerGrammar.FREE: "free text",
}


@dataclass(frozen=True)
class AnswerReading:
    """``label`` is the class, if the answer is one; ``content`` what two equal examples must agree on."""

    label: str
    content: str
    problems: tuple[Problem, ...]


class AnswerReader:
    """Reads the answers of one file, whose prompts share ``template``."""

    def __init__(self, template: PromptTemplate) -> None:
        found = (wanted_of(part) for part in sorted(template.parts))
        self._wanted = next((each for each in found if each), None)
        tags = (_TAGS.search(part) for part in sorted(template.parts))
        self._tags = next((match for match in tags if match), None)
        self._counts: Counter[AnswerGrammar] = Counter()
        self._first: dict[AnswerGrammar, int] = {}
        self._told_of_tags = False

    @property
    def grammars(self) -> Mapping[AnswerGrammar, int]:
        """How many answers are written in which way."""
        return dict(self._counts.most_common())

    def read(self, example: Example) -> AnswerReading:
        """One answer, which isn't empty."""
        grammar = grammar_of(example.answer)
        self._counts[grammar] += 1
        self._first.setdefault(grammar, example.line)
        wanted = self._wanted or wanted_of(example.prompt)
        problems = []
        if wanted is not None and grammar is not wanted:
            said = (
                f"the prompt asks for {wanted.value}, the answer is {grammar.value}:"
                f" {example.answer.strip()[:40]!r}"
            )
            problems.append(Problem(example.line, Rule.GRAMMAR, said))
        open_tag, close_tag = self._tags_of(example, problems)
        plain = " ".join(example.answer.split())
        if grammar is AnswerGrammar.YES_NO and (
            wanted is grammar or self._counts[grammar] > self._counts[AnswerGrammar.FREE]
        ):
            try:
                read = parse_moderated(example.answer, open_tag=open_tag, close_tag=close_tag)
            except ValueError as error:
                problems.append(Problem(example.line, Rule.GRAMMAR, str(error)))
                return AnswerReading("", plain, tuple(problems))
            label = "Yes" if read.violates else "No"
            return AnswerReading(label, "\n".join([label, *sorted(read.categories)]), tuple(problems))
        if grammar is AnswerGrammar.SAFE_UNSAFE:
            label = "unsafe" if plain.startswith("unsafe") else "safe"
            return AnswerReading(label, plain, tuple(problems))
        return AnswerReading("", plain, tuple(problems))

    def problems_of_file(self) -> list[Problem]:
        """Answers written in several ways, at the first line of each rarer one.

        Where most are free text, some of it may well begin with Yes or look like JSON.
        """
        (most, _), *rarer = self._counts.most_common() or [(AnswerGrammar.FREE, 0)]
        if most is AnswerGrammar.FREE:
            return []
        return [
            Problem(
                self._first[grammar],
                Rule.GRAMMAR,
                f"answers are written in several ways: {self._counts[most]:,} are {_SAID[most]},"
                f" {count:,} are {_SAID[grammar]} (here the first time)",
            )
            for grammar, count in rarer
        ]

    def _tags_of(self, example: Example, problems: list[Problem]) -> tuple[str, str]:
        """The tags that the prompt names; that it names none is said once."""
        match = self._tags or _TAGS.search(example.prompt)
        if match is None:
            return OPEN_TAG, CLOSE_TAG
        if match[1] and match[2]:
            return match[1], match[2]
        if not self._told_of_tags:
            self._told_of_tags = True
            said = (
                "the prompt asks for categories between tags, but names none: whoever copied it from a page"
                f" lost them; write {OPEN_TAG} and {CLOSE_TAG}"
            )
            problems.append(Problem(example.line, Rule.GRAMMAR, said))
        return OPEN_TAG, CLOSE_TAG

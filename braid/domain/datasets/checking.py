"""The validator: every rule over one file, line by line, in bounded memory."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from braid.domain.datasets.examples import Example, read_example
from braid.domain.datasets.formats import DatasetFormat, DatasetRole
from braid.domain.datasets.grammar import AnswerGrammar
from braid.domain.datasets.near_duplicates import NearDuplicates
from braid.domain.datasets.problems import Problem, Rule
from braid.domain.datasets.rules.answers import AnswerReader
from braid.domain.datasets.rules.images import ImageFacts, image_problems
from braid.domain.datasets.rules.reserved import personal_data
from braid.domain.datasets.rules.role_policy import bucket_and_key, may_read, policy_problems
from braid.domain.datasets.rules.whole_file import file_problems
from braid.domain.datasets.split import SplitItem
from braid.domain.datasets.templates import PromptTemplate, own_words, template_of

__all__ = ["ALLOWABLE", "CheckOptions", "FileCheck", "check_file"]

# So many examples say what their prompts share.
_SAMPLE = 1_000
# Rules that may be set aside: what they find can be meant.
ALLOWABLE = frozenset(
    {Rule.PERSONAL, Rule.DUPLICATE, Rule.CONFLICT, Rule.BALANCE, Rule.COUNT, Rule.NAME, Rule.GRAMMAR}
)


@dataclass(frozen=True)
class CheckOptions:
    """What beside the lines is known. What isn't known isn't checked.

    ``dataset_uri`` is where the file lies or will lie; ``policy`` is that of the job's service role;
    ``look`` opens a picture by its address and says what it is, or a sentence that it can't be opened;
    ``sources`` is the asset of each line; ``allowed`` are rules whose findings are only warnings.
    """

    file_name: str | None = None
    dataset_uri: str | None = None
    policy: Mapping[str, Any] | None = None
    look: Callable[[str], ImageFacts | str] | None = None
    sources: Mapping[int, str] = field(default_factory=dict)
    allowed: frozenset[Rule] = frozenset()


@dataclass(frozen=True)
class FileCheck:
    """What is wrong with a file, and what its companion is compared by.

    ``contents`` and ``sources`` give the first line of each content hash and source asset. ``labels`` counts
    the classes, where answers are classes. ``items`` says by line what must stay together when it is split.
    """

    kind: DatasetFormat
    role: DatasetRole
    line_count: int
    problems: tuple[Problem, ...]
    labels: Mapping[str, int]
    grammars: Mapping[AnswerGrammar, int]
    template: PromptTemplate
    items: Mapping[int, SplitItem] = field(repr=False)
    contents: Mapping[bytes, int] = field(repr=False)
    sources: Mapping[str, int] = field(repr=False)
    near: NearDuplicates = field(repr=False)

    @property
    def is_good(self) -> bool:
        """Whether nothing refuses the file; warnings don't."""
        return all(each.is_warning for each in self.problems)


def check_file(
    lines: Iterable[bytes],
    kind: DatasetFormat,
    role: DatasetRole = DatasetRole.TRAIN,
    options: CheckOptions | None = None,
) -> FileCheck:
    """Checks the lines of a file, which are read once and not kept. Problems come in the order of lines."""
    return _Checker(kind, role, options or CheckOptions()).run(lines)


class _Checker:
    def __init__(self, kind: DatasetFormat, role: DatasetRole, options: CheckOptions) -> None:
        self._kind = kind
        self._role = role
        self._options = options
        self._problems: list[Problem] = []
        self._line_count = 0
        self._labels: Counter[str] = Counter()
        self._answers = AnswerReader(PromptTemplate())
        self._contents: dict[bytes, int] = {}
        self._label_of: dict[int, str] = {}
        self._sources: dict[str, int] = {}
        self._near = NearDuplicates()
        self._items: dict[int, SplitItem] = {}
        self._template = PromptTemplate()
        self._bucket = bucket_and_key(options.dataset_uri)[0] if options.dataset_uri else None

    def run(self, lines: Iterable[bytes]) -> FileCheck:
        examples = self._read(lines)
        sample = list(itertools.islice(examples, _SAMPLE))
        self._template = template_of([example.prompt for example in sample if example.prompt])
        self._answers = AnswerReader(self._template)
        for example in itertools.chain(sample, examples):
            self._check(example)
        whole = file_problems(self._kind, self._role, self._line_count, self._labels, self._options.file_name)
        if self._options.policy is not None:
            whole += [Problem(0, Rule.POLICY, said) for said in policy_problems(self._options.policy)]
        whole += self._answers.problems_of_file()
        if shared := personal_data("\n".join(sorted(self._template.parts))):
            said = f"personal data in what all prompts share: {', '.join(shared)}"
            whole.append(Problem(0, Rule.PERSONAL, said))
        found = sorted([*self._problems, *whole], key=lambda each: each.line)
        return FileCheck(
            kind=self._kind,
            role=self._role,
            line_count=self._line_count,
            problems=tuple(self._weighed(each) for each in found),
            labels=dict(self._labels.most_common()),
            grammars=self._answers.grammars,
            template=self._template,
            items=self._items,
            contents=self._contents,
            sources=self._sources,
            near=self._near,
        )

    def _read(self, lines: Iterable[bytes]) -> Iterator[Example]:
        for number, line in enumerate(lines, 1):
            self._line_count = number
            example = read_example(line, number, self._kind, self._problems)
            if example is not None:
                yield example

    def _check(self, example: Example) -> None:
        own = own_words(example.prompt, self._template)
        found = [kind for text in (own, example.answer) for kind in personal_data(text)]
        if found:
            self._tell(example, Rule.PERSONAL, f"personal data: {', '.join(dict.fromkeys(found))}")
        self._check_places(example)
        label, content = self._label(example)
        identity = self._identity(example, own)
        source = self._options.sources.get(example.line)
        shared = [] if source is None else [f"asset {source}"]
        if identity is not None and example.answer.strip():
            alike = self._check_content(example, own, identity, content)
            shared += [f"content {identity.hex()}", f"line {alike or example.line}"]
        if source is not None:
            self._sources.setdefault(source, example.line)
        self._items[example.line] = SplitItem(tuple(shared), label)

    def _check_places(self, example: Example) -> None:
        """Whether the job may read what the line names."""
        for uri in example.media:
            try:
                bucket, _ = bucket_and_key(uri)
            except ValueError:
                self._tell(example, Rule.SHAPE, f"not an address in S3 (s3://bucket/key): {uri!r:.80}")
                continue
            if self._bucket is not None and bucket != self._bucket:
                said = f"{uri} lies in another bucket than the data set ({self._bucket}); the job reads one"
                self._tell(example, Rule.BUCKET, said)
            if self._options.policy is not None and not may_read(self._options.policy, uri):
                self._tell(example, Rule.POLICY, f"the service role may not read {uri}")

    def _label(self, example: Example) -> tuple[str, str]:
        """The class that an answer stands for, counted, and what equal examples have to agree on."""
        if not example.answer.strip():
            return "", ""
        if self._kind is DatasetFormat.TITAN_IMAGE:
            label = content = " ".join(example.answer.split())
        else:
            reading = self._answers.read(example)
            self._problems += reading.problems
            label, content = reading.label, reading.content
        if label:
            self._labels[label] += 1
        return label, content

    def _identity(self, example: Example, own: str) -> bytes | None:
        """What the example is about, whatever it is called and however it is stored."""
        media = []
        for uri in example.media:
            content = uri
            if self._options.look is not None and uri.startswith("s3://"):
                facts = self._options.look(uri)
                if isinstance(facts, str):
                    self._tell(example, Rule.IMAGE, f"{uri}: {facts}")
                else:
                    content = facts.content
                    if self._kind is DatasetFormat.TITAN_IMAGE:
                        for said in image_problems(facts):
                            self._tell(example, Rule.IMAGE, f"{uri}: {said}")
            media.append(content)
        if not media and not example.prompt:
            return None
        plain = " ".join(own.casefold().split())
        return hashlib.blake2b("\0".join([plain, *media]).encode("utf-8", "replace"), digest_size=16).digest()

    def _check_content(self, example: Example, own: str, identity: bytes, label: str) -> int | None:
        """Against earlier lines; the one that it hardly differs from, if there is one."""
        before = self._contents.setdefault(identity, example.line)
        alike: int | None = None
        if before == example.line and example.prompt:
            alike = self._near.add(example.line, own)
        self._label_of[example.line] = sys.intern(label)
        if before != example.line:
            if self._label_of[before] != label:
                said = f"the same as line {before}, but with another answer"
                self._tell(example, Rule.CONFLICT, said)
            else:
                self._tell(example, Rule.DUPLICATE, f"the same as line {before}, with the same answer")
        elif alike is not None:
            other = "" if self._label_of[alike] == label else ", but with another answer"
            rule = Rule.CONFLICT if other else Rule.DUPLICATE
            said = f"hardly differs from line {alike}{other}"
            self._problems.append(Problem(example.line, rule, said, is_warning=True))
        return alike

    def _tell(self, example: Example, rule: Rule, said: str) -> None:
        self._problems.append(Problem(example.line, rule, said))

    def _weighed(self, problem: Problem) -> Problem:
        if problem.rule in self._options.allowed:
            return replace(problem, is_warning=True)
        return problem

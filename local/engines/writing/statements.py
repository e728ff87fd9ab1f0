"""Cuts evidence into statements that can be quoted: sentences, slide lines, parts of long utterances.

A statement's text is copied: a part of one piece of evidence, or lines of one place joined by spaces where a
sentence runs on, white space made plain blanks. Nothing is added, corrected or reordered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from local.engines.text.closed_classes import FUNCTION_WORDS, VERBS
from local.engines.text.sentences import is_well_formed, sentence_spans, words
from local.engines.writing.evidence_lines import Evidence

__all__ = ["WITHOUT_SENTENCES", "Statement", "excerpt", "in_order", "join_statements", "make_statements"]

_MOST_WORDS = 26  # of a statement without punctuation: longer ones tire the reader
_FEWEST_WORDS = 7
_MOST_HEADING_WORDS = 9
_MOST_LINES_JOINED = 8
_CONFIRMED = 1.15  # how much better to quote is what two modalities say
_LONGEST_PAUSE_MS = 2_000  # between two subtitles of one sentence
_LINES = ("detected_text", "text_line", "heading")  # kinds of evidence that are read off a picture
# Kinds that name what is there, without saying anything about it.
WITHOUT_SENTENCES = frozenset({"label", "faces", "moderation", "color", "toxicity"})
# Labels that name the kind of a picture or of what is on it, which nobody has to be told.
_KINDS_OF_THINGS = frozenset(
    "text page document paper number symbol word letter handwriting font alphabet file image photo".split()  # noqa: SIM905 - reads better
)
_GAP_TO_NEXT_CLAUSE = frozenset(
    "and but so because then now which where when while if or however therefore".split()  # noqa: SIM905 - reads better
)
_DEPENDENT = frozenset("which that when where while if because although whose".split())  # noqa: SIM905 - as above
_FILLERS = frozenset("so um uh okay ok well and but now then oh yeah".split())  # noqa: SIM905 - reads better


@dataclass(frozen=True)
class Statement:
    """A quotable text with the evidence it was copied from and how well it reads (``quality``, 0 to 1)."""

    text: str
    pieces: tuple[Evidence, ...]
    quality: float
    is_heading: bool = False

    @property
    def evidence_ids(self) -> tuple[str, ...]:
        return tuple(piece.evidence_id for piece in self.pieces)

    @property
    def start_ms(self) -> int | None:
        return min((piece.start_ms for piece in self.pieces if piece.start_ms is not None), default=None)

    @property
    def end_ms(self) -> int | None:
        return max((piece.end_ms for piece in self.pieces if piece.end_ms is not None), default=None)

    @property
    def page(self) -> int | None:
        return min((piece.page for piece in self.pieces if piece.page is not None), default=None)

    @property
    def position(self) -> int:
        """Orders statements of one asset: by time, else by page."""
        return self.start_ms if self.start_ms is not None else self.page or 0


def make_statements(evidence: list[Evidence]) -> list[Statement]:
    """Every statement that the evidence holds: in the order of time or pages, else as it was given.

    A label that only names a kind ("Text") states nothing.
    """
    kinds: dict[tuple[str, str], list[Evidence]] = {}
    for piece in evidence:
        if piece.kind == "label" and piece.text.strip().casefold() in _KINDS_OF_THINGS:
            continue
        kinds.setdefault((piece.modality, piece.kind), []).append(piece)
    statements: list[Statement] = []
    for pieces in kinds.values():
        place = None
        for lines in _running_on(pieces):
            statements += _cut(lines, opens_place=lines[0].place != place)
            place = lines[0].place
    order = {piece.evidence_id: index for index, piece in enumerate(evidence)}
    return sorted(statements, key=lambda each: (each.position, order[each.evidence_ids[0]]))


def in_order(statements: list[Statement]) -> list[Statement]:
    """The statements by time or page; those of one place as they come."""
    return sorted(statements, key=lambda statement: statement.position)


def join_statements(statements: list[Statement]) -> str:
    """Statements one after the other; those without an end get a full stop, so that they stay apart."""
    texts = [statement.text for statement in statements]
    ended = [
        text if text.rstrip("\"'”’)").endswith((".", "!", "?", "…", ":")) else text + "." for text in texts
    ]
    return " ".join([*ended[:-1], *texts[-1:]])


def excerpt(text: str, *, most_words: int = 12, most_characters: int | None = None) -> str:
    """The beginning of a text, cut between words, with ``…`` where something was left out."""
    parts = text.split()
    kept = parts[:most_words]
    shortened = " ".join(kept) + ("…" if len(kept) < len(parts) else "")
    while most_characters is not None and len(shortened) > most_characters and len(kept) > 1:
        kept.pop()
        shortened = " ".join(kept).rstrip(",;:") + "…"
    return shortened if most_characters is None else shortened[:most_characters]


def _running_on(pieces: list[Evidence]) -> Iterator[list[Evidence]]:
    """Joins what was cut in mid-sentence: a line or cue that doesn't end, and the next in lower case."""
    group: list[Evidence] = []
    for piece in pieces:
        if group and not (len(group) < _MOST_LINES_JOINED and _wraps(group[-1], piece)):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _wraps(line: Evidence, following: Evidence) -> bool:
    if line.kind in _LINES:
        adjoins = line.place == following.place
    elif line.kind == "cue" and line.end_ms is not None and following.start_ms is not None:
        adjoins = following.start_ms - line.end_ms <= _LONGEST_PAUSE_MS
    else:
        return False
    written = line.text != line.text.lower()  # otherwise lower case is no sign of anything
    ended = line.text.rstrip().endswith((".", "!", "?", "…", ":"))
    return adjoins and written and not ended and following.text.lstrip()[0].islower()


def _cut(lines: list[Evidence], *, opens_place: bool) -> Iterator[Statement]:
    """The sentences of lines that run on, each with just the lines that it was copied from."""
    text = ""
    ends = []  # where each line's text ends in the joined text
    for piece in lines:
        text += (" " if text else "") + piece.text.strip()
        ends.append(len(text))
    for index, (begin, end) in enumerate(sentence_spans(text)):
        starts = [0, *(previous + 1 for previous in ends[:-1])]
        sources = tuple(
            piece
            for piece, line_begin, line_end in zip(lines, starts, ends, strict=True)
            if begin < line_end and line_begin < end
        )
        sentence = " ".join(text[begin:end].split())  # lines of one block stand one below the other
        first_line = opens_place and index == 0
        for part in _parts(sentence):
            yield Statement(
                part, sources, _quality(part, sources), first_line and _reads_as_heading(part, sources)
            )


def _parts(sentence: str) -> list[str]:
    """A long run of words without punctuation, in clauses; anything else whole."""
    tokens = sentence.split()
    written = is_well_formed(sentence) or sentence != sentence.lower()
    if written and len(tokens) <= 2 * _MOST_WORDS:
        return [sentence]
    parts: list[list[str]] = [[]]
    for index, token in enumerate(tokens):
        length, left = len(parts[-1]), len(tokens) - index
        clause_starts = token.strip(",;").lower() in _GAP_TO_NEXT_CLAUSE and length >= _FEWEST_WORDS
        if left >= _FEWEST_WORDS and (length >= _MOST_WORDS or (clause_starts and len(tokens) > _MOST_WORDS)):
            parts.append([])
        parts[-1].append(token)
    return [" ".join(part) for part in map(_without_fillers, parts) if part]


def _without_fillers(tokens: list[str]) -> list[str]:
    while len(tokens) > 1 and tokens[0].lower() in _FILLERS:
        tokens = tokens[1:]
    return tokens


def _reads_as_heading(text: str, sources: tuple[Evidence, ...]) -> bool:
    return (
        sources[0].kind in _LINES
        and 1 <= len(words(text)) <= _MOST_HEADING_WORDS
        and not text.endswith((".", ",", ";"))
        and sum(character.isalpha() for character in text) >= 3
    )


def _quality(text: str, sources: tuple[Evidence, ...]) -> float:
    count = len(words(text))
    if sources[0].kind in WITHOUT_SENTENCES:
        form = 0.15
    elif is_well_formed(text):
        form = 1.0
    elif count >= 4:
        form = 0.65
    else:
        form = 0.15 + 0.1 * count
    letters = sum(character.isalnum() or character.isspace() for character in text) / len(text)
    confidence = min(piece.confidence for piece in sources)
    # "Thank you for listening" says nothing about the subject: what counts are the words that name things.
    naming = sum(word.lower() not in FUNCTION_WORDS and word.lower() not in VERBS for word in words(text))
    if count >= 4:
        form *= 0.4 + 0.6 * min(1.0, naming / 4)
    if text.split(maxsplit=1)[0].lower() in _DEPENDENT:
        form *= 0.85  # half a sentence, left over from a long utterance
    if any(piece.confirmed for piece in sources):
        form = min(1.0, form * _CONFIRMED)
    return form * letters * (0.5 + 0.5 * min(1.0, max(0.0, confidence)))

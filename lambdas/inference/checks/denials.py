"""Whether a claim denies what its evidence states, states what that denies, or turns it round. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set

from braid.text.attributes.negation import Clause, read_clauses
from braid.text.attributes.opposites import opposite_stems
from braid.text.stems import words

__all__ = ["denial_problems"]

# Two words of a clause beside the denied one tell that both texts speak of the same thing.
_SAME_MATTER = 2
# "withoutprejudice" was read off a page that says it in two words; "notable" is no denial of "able".
_GLUED_LETTERS = 10


def denial_problems(text: str, texts: Sequence[str], language: str) -> list[str]:
    """What the claim ``text`` denies and none of ``texts`` does, states against a denial, or turns round."""
    said = read_clauses(text, language)
    heard = [clause for each in texts for clause in read_clauses(each, language)]
    glued = {word.text for each in texts for word in words(each) if len(word.text) >= _GLUED_LETTERS}
    told = [
        *(problem for clause in said if (problem := _denied_alone(clause, heard, language, glued))),
        *(problem for clause in heard if (problem := _stated_alone(clause, said, heard, language))),
        *(problem for clause in said if (problem := _turned_round(clause, said, heard, language))),
    ]
    return list(dict.fromkeys(told))


def _denied_alone(clause: Clause, heard: Sequence[Clause], language: str, glued: Set[str]) -> str:
    """What the claim denies and the evidence doesn't, not even in one word that reading glued together."""
    known = {each for other in heard for each in other.stems}
    for denial in clause.denials:
        scope = set(denial.scope)
        if "".join(word.text for word in words(denial.written)) in glued:
            continue
        if not scope or any(opposite_stems(each, language) & known for each in denial.near):
            continue
        agreeing = _closest(clause, [other for other in heard if _denies(other, scope)])
        stating = _closest(clause, [other for other in heard if not _denies(other, scope)], denial.near)
        if agreeing and agreeing >= stating:
            continue
        if stating and (set(denial.near) & known or stating >= _SAME_MATTER):
            return f"denies something ({denial.written!r:.60}) that the evidence that it cites doesn't deny"
    return ""


def _stated_alone(clause: Clause, said: Sequence[Clause], heard: Sequence[Clause], language: str) -> str:
    """What the evidence denies and the claim states."""
    for denial in clause.denials:
        near = set(denial.near)
        for claim in said:
            stated = near & set(claim.stems)
            common = len(set(claim.stems) & set(clause.stems))
            if not stated or common < min(_SAME_MATTER, len(set(clause.stems))):
                continue
            if _denies(claim, set(denial.scope)) or any(
                opposite_stems(each, language) & set(claim.stems) for each in denial.near
            ):
                continue
            agreeing = _closest(
                claim, [other for other in heard if not _denies(other, stated)], tuple(stated)
            )
            if agreeing < common:
                return f"states what the evidence that it cites denies ({denial.written!r:.60})"
    return ""


def _denies(clause: Clause, stems: set[str]) -> bool:
    """Whether a clause denies something of the stems."""
    return any(stems & set(denial.scope) for denial in clause.denials)


def _closest(clause: Clause, others: Sequence[Clause], named: Sequence[str] = ()) -> int:
    """How many stems ``clause`` has in common with the closest of ``others``; ``named`` asks for one of
    these.

    Where none of the others has one of these, two stems in common are asked for.
    """
    own = set(clause.stems)
    best = 0
    for other in others:
        common = len(own & set(other.stems))
        if not named or set(named) & set(other.stems) or common >= _SAME_MATTER:
            best = max(best, common)
    return best


def _turned_round(clause: Clause, said: Sequence[Clause], heard: Sequence[Clause], language: str) -> str:
    """A word of the claim whose opposite, and not itself, the evidence says of the same matter."""
    known = {each for other in heard for each in other.stems}
    own = {each for other in said for each in other.stems}
    if clause.denials:
        return ""
    for each in clause.stems:
        if each in known:
            continue
        for other in heard:
            opposite = (opposite_stems(each, language) & set(other.stems)) - own
            if opposite and not other.denials and set(clause.stems) & set(other.stems):
                told = f"{each!r:.40} for {min(opposite)!r:.40}"
                return f"says the opposite of the evidence that it cites ({told})"
    return ""

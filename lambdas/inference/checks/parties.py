"""Who gives and who gets, where a claim turns that round: payer and payee, seller and buyer. Pure.

Only of verbs whose two parties can be told from the order of words, which is English's alone: "the tenant
pays the landlord", "the landlord is paid by the tenant", "a payment from the tenant to the landlord".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from braid.text.attributes.negation import read_clauses
from braid.text.stems import Word, stems_of, words

__all__ = ["party_problems"]

# The forms of each deed; behind the slash nouns, whose parties stand behind "from", "by" and "to".
_DEEDS = """
    pay pays paid paying / payment payments
    owe owes owed owing / debt
    refund refunds refunded refunding reimburse reimburses reimbursed / refund reimbursement
    sell sells sold selling / sale
    lend lends lent lending / loan
    give gives gave given giving grant grants granted award awards awarded donate donates donated / gift
    send sends sent sending / letter email
    transfer transfers transferred / transfer
    invoice invoices invoiced bill bills billed charge charges charged / invoice bill
    employ employs employed hire hires hired hiring /
    sue sues sued suing accuse accuses accused / lawsuit
    beat beats beaten defeat defeats defeated / victory
    attack attacks attacked hit hits kill kills killed bite bites bit bitten / attack
    teach teaches taught teaching / lesson
    thank thanks thanked thanking / thanks
"""
# What the other side does in the same deed.
_TAKES = {
    **dict.fromkeys(["buy", "buys", "bought", "buying", "purchase", "purchases", "purchased"], "sell"),
    **dict.fromkeys(["borrow", "borrows", "borrowed", "borrowing"], "lend"),
}
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_FROM, _TO = frozenset({"from", "by"}), frozenset({"to"})
# What begins another clause, and what ends a party: something else about the deed.
_OPENS = frozenset(["that", "which", "who", "whom", "and", "or", "because", "if", "when", "while"])
_ENDS = _OPENS | {"in", "on", "at", "for", "with", "of", "under", "before", "after", "until", "during"}
_FORMS = {
    form: line.split()[0] for line in _DEEDS.strip().splitlines() for form in line.partition("/")[0].split()
}
_NOUNS = {
    noun: line.split()[0] for line in _DEEDS.strip().splitlines() for noun in line.partition("/")[2].split()
}


@dataclass(frozen=True)
class _Deed:
    """What is done, with the stems on either side of it."""

    deed: str
    givers: frozenset[str]
    takers: frozenset[str]
    written: str


def party_problems(text: str, texts: Sequence[str], language: str) -> list[str]:
    """Each deed of ``text`` whose giver only takes in ``texts``, and does not give in any of them."""
    if language != "en":
        return []
    heard = [deed for each in texts for deed in _deeds(each)]
    told = []
    for said in _deeds(text):
        same = [deed for deed in heard if deed.deed == said.deed]
        if any(said.givers & deed.givers for deed in same):
            continue
        if any(_is_turned(said, deed) for deed in same):
            told.append(f"turns round who does what to whom ({said.written!r:.60})")
    return list(dict.fromkeys(told))


def _is_turned(said: _Deed, heard: _Deed) -> bool:
    return bool(said.givers & heard.takers) and bool(said.takers & heard.givers)


@functools.lru_cache(maxsize=4_096)
def _deeds(text: str) -> tuple[_Deed, ...]:
    return tuple(deed for clause in read_clauses(text, "en") for deed in _of_clause(clause.text))


def _of_clause(clause: str) -> Iterator[_Deed]:
    found = words(clause)
    for at, word in enumerate(found):
        before, behind = found[:at], found[at + 1 :]
        if word.text in _NOUNS and (word.text not in _FORMS or not _is_verb(found, at)):
            givers, takers = _party(behind, _FROM), _party(behind, _TO)
            deed = _NOUNS[word.text]
        elif word.text in _FORMS or word.text in _TAKES:
            before = _own_clause(before)
            if _is_passive(before, word):
                givers, takers = _party(behind, _FROM), _stems(before)
            else:
                givers, takers = _stems(before), _stems(behind)
            if word.text in _TAKES:
                # Whom it is bought from gives; what is bought is neither.
                givers, takers = _party(behind, frozenset({"from"})), givers
            deed = _FORMS.get(word.text) or _TAKES[word.text]
        else:
            continue
        if givers - takers and takers - givers:
            yield _Deed(deed, givers - takers, takers - givers, clause)


def _is_verb(found: Sequence[Word], at: int) -> bool:
    """Whether a form that may be a noun is none: no article or preposition stands before it."""
    return at > 0 and found[at - 1].text not in {"a", "an", "the", "this", "of", "by", "in", "his", "her"}


def _own_clause(before: tuple[Word, ...]) -> tuple[Word, ...]:
    """What belongs to the verb: nothing of "the mail says that"."""
    begin = max((at + 1 for at, word in enumerate(before) if word.text in _OPENS), default=0)
    return before[begin:]


def _is_passive(before: Sequence[Word], verb: Word) -> bool:
    is_participle = not verb.text.endswith(("ing", "s"))
    return is_participle and any(word.text in _BE for word in before[-3:])


def _party(behind: Sequence[Word], opens: frozenset[str]) -> frozenset[str]:
    """The stems behind the first of the words that open the party, up to what opens something else."""
    for at, word in enumerate(behind):
        if word.text in opens:
            return _stems(behind[at + 1 :], _ENDS | _FROM | _TO)
    return frozenset()


def _stems(part: Sequence[Word], ends: frozenset[str] = _ENDS | _FROM) -> frozenset[str]:
    stems: list[str] = []
    for word in part:
        if stems and word.text in ends:
            break
        stems.extend(each for each in stems_of(word.text, "en") if not each[0].isdecimal())
    return frozenset(stems)

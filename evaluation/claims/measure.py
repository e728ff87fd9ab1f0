"""Judges the made claims, and counts what was refused: precision and recall per kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from braid.domain.asset.asset import Modality
from braid.domain.evidence.observation import Evidence
from braid.domain.span import WHOLE
from braid.text.names import names_of
from evaluation.claims.kinds import FALSE_KINDS, TRUE_KINDS, Claim, make_claims
from evaluation.claims.passages import read_passages
from lambdas.inference.checks.absences import said_after_all, unsaid
from lambdas.inference.checks.claim_check import judge

__all__ = ["Judged", "Measured", "measure", "table", "write_table"]

_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "claims.md"
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True)
class Judged:
    """A claim that was judged wrongly: refused though true, or let pass though false."""

    claim: Claim
    reason: str


@dataclass(frozen=True)
class Measured:
    """Counts by kind: how many claims, how many of them refused; and the wrong judgements."""

    counts: Counter[str]
    refused: Counter[str]
    wrong: tuple[Judged, ...]

    def refused_share(self, kind: str) -> float:
        """The refused share of a kind: recall of a false one, false alarms of a true one."""
        return self.refused[kind] / max(1, self.counts[kind])

    def precision(self, kind: str) -> float:
        """Of as many claims of a false kind as paraphrases: the share of the refused ones that are false."""
        alarms = self.refused_share("paraphrase")
        return self.refused_share(kind) / max(1e-9, self.refused_share(kind) + alarms)


def measure(folder: Path, *, is_held_out: bool) -> Measured:
    """Makes the claims of one half of the documents and judges them."""
    passages = [each for each in read_passages(folder) if each.is_held_out == is_held_out]
    counts: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    wrong = []
    for claim in make_claims(passages):
        piece = Evidence("p1", Modality.TEXT, "passage", WHOLE, claim.passage.text, 1.0, "reading:p1")
        judgement = judge(claim.text, [piece], "en", names_of([piece.text], "en"))
        reasons = [*judgement.problems]
        if not judgement.has_enough_words:
            reasons.append(f"shares {judgement.shared_count} of {judgement.content_count} words")
        for absence in unsaid(claim.text, [piece], "en"):
            if said_after_all(absence, {piece.evidence_id: piece}, "en"):
                reasons.append("says that something isn't said, which is")
        counts[claim.kind] += 1
        refused[claim.kind] += bool(reasons)
        if bool(reasons) == (claim.kind in TRUE_KINDS):
            wrong.append(Judged(claim, "; ".join(reasons) or "passed"))
    return Measured(counts, refused, tuple(wrong))


def table(result: Measured) -> str:
    """The counts as a table in Markdown."""
    lines = ["| Kind | claims | refused | recall | precision |", "|---|---|---|---|---|"]
    for kind in (*TRUE_KINDS, *FALSE_KINDS):
        share = f"{result.refused_share(kind):.3f}"
        false = kind in FALSE_KINDS
        recall, precision = (share, f"{result.precision(kind):.3f}") if false else ("", "")
        lines.append(f"| {kind} | {result.counts[kind]} | {share} | {recall} | {precision} |")
    return "\n".join(lines)


def write_table(text: str) -> None:
    """Puts the table between its marks in docs/claims.md."""
    document = _DOCUMENT.read_text("utf-8")
    head, _, rest = document.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    _DOCUMENT.write_text(f"{head}{_BEGIN}\n{text}\n{_END}{tail}", "utf-8")

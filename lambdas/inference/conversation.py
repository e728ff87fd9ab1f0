"""One model asked until its answer passes, or its repairs are used up. What stops it is never passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from braid.domain.evidence.observation import Evidence
from braid.domain.profile.profile import Profile
from braid.models.asking import Ask, Reply, StopReason
from braid.models.question import Guardrail, Question
from braid.models.routing import Route
from lambdas.inference.checks.answer_checks import Findings, check
from lambdas.inference.checks.copied_rules import copied_rules
from lambdas.inference.checks.list_checks import misfits
from lambdas.inference.checks.mending import mended
from lambdas.inference.checks.profile_checks import broken_rules, copied_members
from lambdas.inference.checks.repeats import without_repeats
from lambdas.inference.request.prompt import TOOL_NAME, build_question
from lambdas.inference.request.slots import Slots
from lambdas.inference.request.told_schema import told_schema
from lambdas.inference.time_budget import NoTimeLeftError

__all__ = ["Attempt", "Conversation"]

# A cut-off answer needs room, not advice.
_ROOM_FACTOR = 2
_CUT_OFF = "was cut off at its token limit"
_MAX_TOLD_CHARACTERS = 300


@dataclass(frozen=True)
class Attempt:
    """How far one model came. ``answer`` fits the schema if it is there; ``findings`` say what else is wrong.

    ``final`` tells that asking another model is no remedy: a guardrail stepped in.
    """

    outcome: str
    answer: dict[str, Any] | None = None
    findings: Findings | None = None
    method: str = "model"
    guardrail: dict[str, Any] | None = None
    is_final: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong with the answer."""
        return self.findings is not None and not self.findings.problems


@dataclass
class Conversation:
    """The talk with one model about an asset's evidence; ``lines`` are its pieces in their order."""

    profile: Profile
    evidence: Mapping[str, Evidence]
    lines: Sequence[str]
    ask: Ask
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    guardrail: Guardrail | None = None
    language_code: str | None = None
    slots: Slots = field(default_factory=Slots)

    def run(self, route: Route, repairs: int) -> Attempt:
        """Asks ``route`` and lets it repair its answer at most ``repairs`` times.

        A model that answers a repair word for word as before is asked no more: it would again.
        """
        room = self.profile.inference.max_output_tokens
        lines, shown = list(self.lines), dict(self.evidence)
        question = self._question(route, lines, room)
        warnings: tuple[str, ...] = ()
        best = Attempt("gave no answer")
        before: list[Any] = []
        for turn in range(repairs + 1):
            try:
                reply = self.ask(question)
                while reply.no_room and len(lines) > 1:
                    # Refused before anything was read or paid: no repair, but every second piece, thinner
                    # evidence over the same length.
                    lines, shown = lines[::2], dict(list(shown.items())[::2])
                    warnings = (f"the evidence was thinned to {len(lines)} pieces: {reply.no_room}",)
                    question = self._question(route, lines, room)
                    reply = self.ask(question)
            except NoTimeLeftError:
                if turn == 0:
                    raise
                break
            attempt = self._read(reply, shown)
            if attempt.passed or attempt.is_final:
                return replace(attempt, warnings=warnings)
            if attempt.answer is not None or best.answer is None:
                best = attempt
            if turn == repairs:
                break
            if reply.stop_reason is StopReason.MAX_TOKENS:
                if room >= route.model.max_output_tokens:
                    break
                room = min(room * _ROOM_FACTOR, route.model.max_output_tokens)
                question = self._question(route, lines, room)
            elif reply.stop_reason is StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED:
                # Every second piece: thinner evidence over the same length.
                lines, shown = lines[::2], dict(list(shown.items())[::2])
                warnings = (
                    f"the evidence was thinned to {len(lines)} pieces: the model's context was too small",
                )
                question = self._question(route, lines, room)
            else:
                written = [call.input for call in reply.tool_uses]
                if written and written == before:
                    break
                before = written
                question = self._corrected(question, reply, attempt, route, lines, room)
        return replace(best, warnings=warnings)

    def _question(self, route: Route, lines: Sequence[str], room: int, note: str = "") -> Question:
        return build_question(
            self.profile,
            route,
            lines,
            max_output_tokens=room,
            pictures=self.pictures,
            note=note,
            guardrail=self.guardrail,
            language_code=self.language_code,
            slots=self.slots.text,
        )

    def _read(self, reply: Reply, shown: Mapping[str, Evidence]) -> Attempt:
        """What came of one answer; it may cite only what the model was ``shown``."""
        stop = reply.stop_reason
        if stop is StopReason.GUARDRAIL_INTERVENED:
            guardrail = reply.guardrail or {"action": "GUARDRAIL_INTERVENED"}
            return Attempt("a guardrail intervened", guardrail=guardrail, is_final=True)
        if stop is StopReason.CONTENT_FILTERED:
            return Attempt("the model's own content filter withheld it", is_final=True)
        if stop is StopReason.MAX_TOKENS:
            return Attempt(_CUT_OFF)
        if stop is StopReason.MODEL_CONTEXT_WINDOW_EXCEEDED:
            return Attempt("did not fit into the model's context")
        if stop in (StopReason.MALFORMED_TOOL_USE, StopReason.MALFORMED_MODEL_OUTPUT):
            return Attempt("could not be read: the model wrote a malformed tool call")
        if stop is StopReason.STOP_SEQUENCE:
            # None is asked for: whatever ended it there, nobody knows what would have followed.
            return Attempt("ended at a stop sequence")
        calls = [call for call in reply.tool_uses if call.name == TOOL_NAME]
        if not calls:
            return Attempt(f"did not call the tool {TOOL_NAME!r}")
        answer, notes = mended(
            calls[0].input, told_schema(self.profile, self.language_code), self.profile.answer_schema
        )
        repeats: tuple[str, ...] = ()
        if reply.method == "model":  # what is quoted was said as often
            answer, repeats = without_repeats(answer, self.profile.answer_schema)
        findings = check(
            answer, self.profile.answer_schema, shown, self.language_code, copied_members(self.profile)
        )
        findings = replace(findings, warnings=(*notes, *repeats, *findings.warnings))
        if findings.fits_schema:
            refused = misfits(answer, self.profile.checks, self.slots, shown)
            copied = tuple(copied_rules(self.profile, answer, shown, self.language_code))
            findings = findings.refusing((*copied, *refused))
        if reply.method == "model":
            # Of what judges nothing, nothing is asked: it could not mend it.
            findings = findings.also(broken_rules(self.profile, answer, shown, self.language_code))
        outcome = "passed" if not findings.problems else "; ".join(findings.problems[:3])
        return Attempt(
            outcome=outcome,
            answer=answer if findings.fits_schema else None,
            findings=findings,
            method=reply.method,
            guardrail=reply.guardrail,
        )

    def _corrected(
        self,
        question: Question,
        reply: Reply,
        attempt: Attempt,
        route: Route,
        lines: Sequence[str],
        room: int,
    ) -> Question:
        """The next question: the talk so far, and what was wrong with the answer as the tool's result."""
        problems = attempt.findings.problems if attempt.findings else (f"your answer {attempt.outcome}",)
        text = "The answer was refused:\n" + "\n".join(
            f"- {problem[:_MAX_TOLD_CHARACTERS]}" for problem in problems
        )
        text += f"\nCall the tool {TOOL_NAME!r} again with the whole answer, corrected."
        if not reply.tool_uses or attempt.findings is None:
            # What can't be read can't be replayed: ask afresh, and say what went wrong.
            return self._question(route, lines, room, note=text)
        return question.corrected(reply, text)

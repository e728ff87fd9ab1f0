"""A tuned model, or its base, as the judge: asked for Yes or No under the profile's policy, as it was taught.

That is the question of a data set made of reviews (``braid dataset build --from reviews``), so that a model
is scored on labelled texts by what it learned, and the base model by the very same words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from braid.domain.datasets.grammar import parse_moderated
from braid.domain.datasets.reviewed import moderation_prompt, policy_sections
from braid.domain.money.accounting import Usage
from braid.domain.profile.profile import Profile
from braid.domain.scores.decisions import Outcome
from braid.domain.tuning.plan import Way
from braid.models.evaluating import Told, ask
from cli.errors import CommandError
from cli.target import find_target
from cli.tuning.deployed_tuning import find_tuning
from evaluation.labelled import LabelledText

__all__ = ["TunedJudge", "deployed_tuned_judge", "judge_texts", "outcome_of", "probabilities_of"]

_AT_ONCE = 4
_POLICY = "policy.md"


@dataclass(frozen=True)
class TunedJudge:
    """``ask`` puts a prompt to the model ``model_id``; calls are billed as those of ``base``."""

    engine: str
    is_local: bool
    model_id: str
    base: str
    ask: Callable[[str], Told]

    def usage(self, answers: Sequence[Told]) -> tuple[Usage, ...]:
        """What the answers are billed as."""
        operation = f"Converse:{self.base}"
        return (
            Usage("bedrock", operation, "input_token", sum(told.input_tokens for told in answers)),
            Usage("bedrock", operation, "output_token", sum(told.output_tokens for told in answers)),
        )


def deployed_tuned_judge(stack: str | None, name: str, *, is_base: bool) -> TunedJudge:
    """The model of ``name`` that is in use, or its base, in a stack or the embedded AWS.

    Raises ``CommandError`` where there is none that answers texts.
    """
    target = find_target(stack)
    book = find_tuning(target).book(name)
    row = book.in_use if book else None
    if row is None or row.way is not Way.NOVA_TEXT:
        raise CommandError(f"no tuned text model of the name {name!r} is in use: `braid models` lists them")
    model_id = row.way.base_model if is_base else row.model_arn
    runtime = target.client("bedrock-runtime")
    return TunedJudge(
        engine=f"Bedrock of {target.where}, asked for Yes or No",
        is_local=target.is_local,
        model_id=model_id,
        base=row.way.base_model,
        ask=lambda prompt: ask(model_id, prompt, runtime=runtime),
    )


def judge_texts(profile: Profile, texts: Sequence[LabelledText], judge: TunedJudge) -> list[Told]:
    """An answer to each text. Raises the service errors."""
    policy = next((each.text_for(None) for each in profile.references if each.name == _POLICY), "")
    sections = policy_sections(policy)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda item: judge.ask(moderation_prompt(sections, item.text)), texts))


def outcome_of(item: LabelledText, told: Told) -> Outcome:
    """An answer in no grammar decides nothing."""
    violates = _verdict(told)
    if violates is None:
        return "undecided"
    if violates:
        return "true_positive" if item.is_harmful else "false_positive"
    return "false_negative" if item.is_harmful else "true_negative"


def probabilities_of(answers: Sequence[Told]) -> tuple[float, ...]:
    """How likely each text is harmful, where the model says of every answer how sure it is; else nothing."""
    found = []
    for told in answers:
        violates = _verdict(told)
        if violates is None or told.confidence is None:
            return ()
        found.append(told.confidence if violates else 1 - told.confidence)
    return tuple(found)


def _verdict(told: Told) -> bool | None:
    try:
        return parse_moderated(told.text).violates
    except ValueError:
        return None

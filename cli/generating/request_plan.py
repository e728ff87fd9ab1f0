"""What would come of a request before it is dropped: told from its file and the knobs, asking nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from braid.domain.errors import ConfigError, InvalidAssetError
from braid.domain.generation.foreseen import Foreseen, Rules, foresee
from braid.domain.generation.library import arms_of
from braid.domain.generation.request import next_request, read_request
from braid.domain.generation.tasks import NEEDS
from braid.runtime.prompt_library import prompt_template
from braid.runtime.provider_library import image_providers
from braid.runtime.settings import read_settings
from cli.errors import EXIT_MISUSE, CommandError
from cli.generating.sending import plan_request, request_members
from cli.target import PROJECT_ROOT, Target

__all__ = ["RequestPlan", "plan_generation_request", "rules_of", "rules_of_stack"]

_DEFAULT_REGION = "us-east-1"
_STEPS = ("Check Prompt", "Estimate", "Generate")
_AFTER = ("Process Output", "Mark Draft", "Check Output", "Ask Reviewer", "Publish Draft", "Announce")
_REJECTED = ("Check Prompt", "Record Rejection")


@dataclass(frozen=True)
class RequestPlan:
    """A request's stages in order, as far as they would get; ``reason`` is why the next one is refused."""

    name: str
    stages: tuple[Foreseen, ...]
    usd: tuple[float, ...]
    reason: str | None

    @property
    def steps(self) -> tuple[str, ...]:
        """The states of the first stage that do something."""
        if not self.stages:
            return _REJECTED
        is_video = NEEDS[self.stages[0].request.task].makes == "video"
        return (*_STEPS, *(("Collect Output",) if is_video else ()), *_AFTER)

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "name": self.name,
            "profile": "generate",
            "is_admitted": self.reason is None,
            "reason": self.reason,
            "steps": list(self.steps),
            "stages": [
                {
                    "task": stage.request.task.value,
                    "provider": stage.provider.model_id,
                    "region": stage.region,
                    "prompt": stage.prompt.text,
                    "negative_prompt": stage.prompt.negative,
                    "template": stage.prompt.template or None,
                    "findings": [finding.sentence for finding in stage.findings],
                    "not_honoured": list(stage.not_honoured),
                    "expected_usd": usd,
                }
                for stage, usd in zip(self.stages, self.usd, strict=True)
            ],
            "expected_usd": round(sum(self.usd), 6),
            "priced_as": f"registry/image_models.toml, {image_providers().as_of}",
        }

    def table(self) -> Table:
        """The same for people."""
        table = Table(title=Text(self.name), title_justify="left", show_header=False, box=None)
        table.add_column(style="dim", no_wrap=True)
        table.add_column()
        if self.reason is not None:
            table.add_row("rejected", Text(self.reason))
        table.add_row("workflow", Text(" - ".join(self.steps)))
        for number, (stage, usd) in enumerate(zip(self.stages, self.usd, strict=True), 1):
            told = f"{stage.request.task} by {stage.provider.name} in {stage.region}: ${usd:.4f}"
            table.add_row(f"stage {number}", Text(told))
            if stage.prompt.text:
                table.add_row("", Text(stage.prompt.text))
            for sentence in (*(finding.sentence for finding in stage.findings), *stage.not_honoured):
                table.add_row("", Text(sentence), style="yellow")
        if self.stages:
            table.add_row("cost", f"${sum(self.usd):.4f}, each stage once the one before it is approved")
        return table


@dataclass(frozen=True)
class _CheckSettings:
    """As Check Prompt's function is given them."""

    own_region: str
    generation_regions: tuple[str, ...]
    stand_ins: tuple[str, ...]
    only_vetted: bool
    four_eyes: bool


def rules_of(context: Mapping[str, Any] | None = None) -> Rules:
    """The knobs in ``cdk.json``, or those given."""
    if context is None:
        context = json.loads((PROJECT_ROOT / "cdk.json").read_text("utf-8"))["context"]
    listed = {
        name: tuple(part.strip() for part in context[name].split(",") if part.strip())
        for name in ("generation_regions", "generation_stand_ins")
    }
    return Rules(
        context["region"] or _DEFAULT_REGION,
        listed["generation_regions"],
        listed["generation_stand_ins"],
        only_vetted=context["generation_only_vetted"],
        four_eyes=context["generation_four_eyes"],
    )


def rules_of_stack(target: Target) -> Rules:
    """What a deployment lets be made. Raises ``CommandError`` where it makes nothing."""
    if not target.generation_machine_arn:
        raise CommandError("this deployment makes nothing: its knob generation is off", exit_code=EXIT_MISUSE)
    name = f"{target.deployment_name}-generation-check"
    found = target.lambda_.get_function_configuration(FunctionName=name)
    given = read_settings(_CheckSettings, found["Environment"]["Variables"])
    return Rules(
        given.own_region,
        given.generation_regions,
        given.stand_ins,
        only_vetted=given.only_vetted,
        four_eyes=given.four_eyes,
    )


def plan_generation_request(path: Path, rules: Rules, *, by: str = "") -> RequestPlan:
    """Every stage with who makes it and for how much; of ``a|b`` the first template stands for both."""
    planned = plan_request(request_members(path), folder=path.parent, name=path.stem, by=by)
    request = read_request(planned.uploads[-1].body, name=path.name)
    stages: list[Foreseen] = []
    prices: list[float] = []
    following = request
    while True:
        try:
            template = prompt_template(arms_of(following.template)[0]) if following.template else None
            stage = foresee(following, template, rules=rules, providers=image_providers())
            price = stage.estimate()
        except (InvalidAssetError, ConfigError) as error:
            return RequestPlan(path.name, tuple(stages), tuple(prices), str(error))
        stages.append(stage)
        prices.append(price.usd)
        after = next_request(following, "assets/previous")
        if after is None:
            return RequestPlan(path.name, tuple(stages), tuple(prices), None)
        following = after

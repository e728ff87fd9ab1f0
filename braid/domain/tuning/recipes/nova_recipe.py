"""The recipes of "Customizing text content moderation with Amazon Nova": LoRA on p5.48xlarge, evaluation.

A copy of that article in circulation was put into other words by a machine (``identify`` for ``name``,
``coach`` for ``trainer``, ``mannequin`` for ``model``, ``technique`` for ``strategy``): such keys are
refused with what was meant. The values are the article's; the keys are those of
``nova_lite_1_0_p5_p4d_gpu_lora_sft.yaml`` of aws/sagemaker-hyperpod-recipes, which has a batch size of 64 and
2 epochs itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from braid.domain.datasets.rules.keys import missing_keys, wrong_keys
from braid.domain.errors import InvalidInputError

__all__ = [
    "EVALUATION",
    "TRAINING",
    "VARIANTS",
    "check_recipe",
    "evaluation_recipe",
    "training_recipe",
    "write_yaml",
]

TRAINING: Mapping[str, Any] = {
    "run": {
        "name": "",
        "model_type": "amazon.nova-lite-v1:0:300k",
        "model_name_or_path": "nova-lite/prod",
        "replicas": 4,
        "data_s3_path": "",
        "output_s3_path": "",
    },
    "training_config": {
        "max_length": 32768,
        "global_batch_size": 32,
        "trainer": {"max_epochs": 1},
        "model": {
            "hidden_dropout": 0.0,
            "attention_dropout": 0.0,
            "ffn_dropout": 0.0,
            "optim": {
                "lr": 1e-5,
                "name": "distributed_fused_adam",
                "adam_w_mode": True,
                "eps": 1e-6,
                "weight_decay": 0.0,
                "betas": [0.9, 0.999],
                "sched": {"warmup_steps": 10, "constant_steps": 0, "min_lr": 1e-6},
            },
            "peft": {"peft_scheme": "lora"},
        },
    },
}
EVALUATION: Mapping[str, Any] = {
    "run": {
        "name": "nova-lite-byod-eval-job",
        "model_type": "amazon.nova-lite-v1:0:300k",
        "model_name_or_path": "",
        "replicas": 1,
        "data_s3_path": "",
        "output_s3_path": "",
    },
    "evaluation": {"task": "gen_qa", "strategy": "gen_qa", "metric": "all"},
    "inference": {"max_new_tokens": 12000, "top_k": -1, "top_p": 1.0, "temperature": 0},
}
# The article's three models: what each is trained on and what its best benchmark is. The texts are the users'
# own, or of gated data sets that nobody here fetches.
VARIANTS: Mapping[str, Mapping[str, str]] = {
    "nova-text-cm": {"data": "own labelled posts", "benchmark": "Aegis, Jigsaw and WildGuardMix"},
    "nova-aegis": {"data": "Aegis-AI-Content-Safety-2.0, train", "benchmark": "Aegis"},
    "nova-wildguard": {"data": "WildGuardMix, train", "benchmark": "WildGuardMix"},
}
_BATCH_SIZES = (16, 32, 64)
_BOUNDS = {
    ("training_config", "model", "hidden_dropout"): (0.0, 1.0),
    ("training_config", "model", "attention_dropout"): (0.0, 1.0),
    ("training_config", "model", "ffn_dropout"): (0.0, 1.0),
    ("training_config", "model", "optim", "weight_decay"): (0.0, 1.0),
    ("training_config", "trainer", "max_epochs"): (1, 5),
    ("training_config", "max_length"): (1024, 32768),
}


def training_recipe(name: str, *, instances: int = 4) -> dict[str, Any]:
    """The training recipe of a run; ``replicas`` is the number of instances.

    Raises ``InvalidInputError`` where the name can't be a job's.
    """
    recipe = deepcopy(dict(TRAINING))
    recipe["run"] |= {"name": name, "replicas": instances}
    _refuse(check_recipe(recipe, instances=instances))
    return recipe


def evaluation_recipe(name: str, model_path: str) -> dict[str, Any]:
    """The recipe that evaluates a tuned model on ``gen_qa.jsonl``, deterministically."""
    recipe = deepcopy(dict(EVALUATION))
    recipe["run"] |= {"name": name, "model_name_or_path": model_path}
    _refuse(check_recipe(recipe, instances=1))
    return recipe


def check_recipe(recipe: Mapping[str, Any], *, instances: int) -> list[str]:
    """A sentence for each thing that is wrong: keys at any depth, bounds, replicas, temperature."""
    known = EVALUATION if {"evaluation", "analysis"} & recipe.keys() else TRAINING
    problems = _key_problems(recipe, known, "")
    run = recipe.get("run")
    if not isinstance(run, Mapping):
        return problems
    name = str(run.get("name", ""))
    if "_" in name:
        problems.append(f"run.name {name!r} has an underscore, which no training job's name may have")
    if known is TRAINING and run.get("replicas") != instances:
        problems.append(f"run.replicas is {run.get('replicas')} and the job has {instances} instances")
    if known is EVALUATION:
        if run.get("replicas") != 1:
            problems.append("run.replicas of an evaluation is 1")
        inference = recipe.get("inference")
        if isinstance(inference, Mapping) and inference.get("temperature") not in (0, None):
            problems.append(
                f"inference.temperature is {inference['temperature']}: a benchmark whose answers change by"
                " chance compares nothing"
            )
        return problems
    size = _at(recipe, ("training_config", "global_batch_size"))
    if size is not None and size not in _BATCH_SIZES:
        problems.append(f"training_config.global_batch_size must be one of {_BATCH_SIZES}, not {size}")
    for path, (least, most) in _BOUNDS.items():
        value = _at(recipe, path)
        if isinstance(value, int | float) and not least <= value <= most:
            problems.append(f"{'.'.join(path)} must be from {least} to {most}, not {value}")
    return problems


def write_yaml(recipe: Mapping[str, Any]) -> str:
    """The recipe as the file that a job takes: these few kinds of values need no library."""
    return "\n".join(_yaml(recipe, "")) + "\n"


def _yaml(value: Mapping[str, Any], indent: str) -> list[str]:
    lines = []
    for key, item in value.items():
        if isinstance(item, Mapping):
            lines += [f"{indent}{key}:", *_yaml(item, indent + "  ")]
        elif isinstance(item, list):
            lines += [f"{indent}{key}:", *(f"{indent}  - {_scalar(each)}" for each in item)]
        else:
            lines.append(f"{indent}{key}: {_scalar(item)}")
    return lines


def _scalar(item: Any) -> str:
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(item, float) and "e" in (text := repr(item)) and "." not in text:
        return text.replace("e", ".0e")  # YAML 1.1 reads 1e-05 as a text
    return repr(item)


def _key_problems(given: Mapping[str, Any], known: Mapping[str, Any], where: str) -> list[str]:
    problems = [f"unknown key {found}" for found in wrong_keys(given, known, where)]
    problems += [f"{found} is missing" for found in missing_keys(given, [*known], where)]
    for key, item in known.items():
        inner = given.get(key)
        if isinstance(item, Mapping) and isinstance(inner, Mapping):
            problems += _key_problems(inner, item, f"{where}.{key}" if where else key)
    return problems


def _at(recipe: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = recipe
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _refuse(problems: list[str]) -> None:
    if problems:
        raise InvalidInputError("; ".join(problems))

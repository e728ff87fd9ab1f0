"""What reads files that people write for Braid: manifests, profiles, prompts, requests, data sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from braid.domain.asset.manifest import read_manifest
from braid.domain.datasets.checking import check_file
from braid.domain.datasets.examples import read_example as read_data_line
from braid.domain.datasets.features import SourceObject, read_lines
from braid.domain.datasets.formats import DatasetFormat
from braid.domain.datasets.grammar import grammar_of, parse_moderated, wanted_of
from braid.domain.datasets.rules.role_policy import may_read, policy_problems
from braid.domain.generation.prompts import read_template
from braid.domain.generation.request import read_request
from braid.domain.profile.example import read_example
from braid.domain.profile.policy import read_policy
from braid.domain.profile.profile import read_profile
from braid.domain.profile.taxonomy import read_taxonomy
from evaluation.fuzzing.seeds import from_repository
from evaluation.fuzzing.target import Form, Target, of_json, of_text
from evaluation.fuzzing.worker import REPOSITORY
from lambdas.tuning.evaluation.texts import read_questions

__all__ = ["WRITTEN"]


def _profile(changed: str) -> Callable[[bytes], object]:
    """A profile, one of whose files is what is fuzzed."""
    folder = REPOSITORY / "profiles" / "moderation"
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return lambda data: read_profile("moderation", {**files, changed: data}, "rules")


def _policy_problems(value: Any) -> None:
    if isinstance(value, dict):  # nothing else is taken for a policy
        policy_problems(value)
        may_read(value, "s3://bucket/key")


def _moderated(text: str) -> None:
    wanted_of(text)
    grammar_of(text)
    parse_moderated(text)


_PROMPT = (
    b'schema_version = "1"\ntask = "text_to_image"\ntype = "Photo"\ncontent = "{product} on oak"\n'
    b'style = "soft"\nnegative = "people"\n\n[placeholders]\nproduct = "what is shown"\n'
)
_VETTED = b'[[vetted]]\nhash = "0123456789abcdef"\nby = "ann"\nat = "2026-11-29T10:00:00Z"\n'
_REQUEST = (
    b'task = "inpaint"\nprompt = "a mug"\nreferences = ["inbox/general/mug.jpg"]\nmask = "inbox/a/m.png"\n'
    b"seed = 7\ncount = 2\nmax_usd = 0.5\nwidth = 1024\nheight = 1024\n\n"
    b'[[then]]\ntask = "image_to_video"\nreferences = ["previous"]\nprompt = "it turns"\n'
)
_CONVERSATION = json.dumps(
    {
        "schemaVersion": "bedrock-conversation-2024",
        "system": [{"text": "Answer with Yes or No."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {"text": "Is it?"},
                    {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/a.png"}}}},
                ],
            },
            {"role": "assistant", "content": [{"text": "Yes\n<categories>\nA\n</categories>\nwhy"}]},
        ],
    }
).encode()
_LINES = {
    DatasetFormat.TITAN_IMAGE: b'{"image-ref": "s3://bucket/a.png", "caption": "a mug"}',
    DatasetFormat.NOVA_TEXT: _CONVERSATION,
    DatasetFormat.GEN_QA: b'{"query": "q", "response": "r", "system": "s", "metadata": "{\\"a\\": 1}"}',
}
_POLICY = (
    b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"],'
    b' "Resource": "arn:aws:s3:::bucket/*", "Condition": {"StringEquals": {"aws:a": "b"}}}]}'
)

WRITTEN: tuple[Target, ...] = (
    Target("bundle-manifest", Form.JSON, read_manifest, from_repository("samples/mug.bundle/manifest.json")),
    *(
        Target(
            f"profile-{name.partition('.')[0]}",
            form,
            _profile(name),
            from_repository(f"profiles/moderation/{name}"),
        )
        for name, form in (
            ("profile.toml", Form.TEXT),
            ("answer.schema.json", Form.JSON),
            ("policy.md", Form.TEXT),
            ("prompt.md", Form.TEXT),
        )
    ),
    Target(
        "profile-example", Form.JSON, of_text(read_example), from_repository("profiles/*/examples/*.json")
    ),
    Target(
        "policy-headings",
        Form.TEXT,
        of_text(lambda text: read_policy(text, ("allow", "review", "block"))),
        from_repository("profiles/*/policy*.md"),
    ),
    Target("vocabulary", Form.TEXT, of_text(read_taxonomy), from_repository("profiles/*/taxonomy.txt")),
    Target(
        "prompt-template",
        Form.TEXT,
        lambda data: read_template("name", {"prompt.toml": data}),
        from_repository("prompts/*/prompt.toml"),
    ),
    Target(
        "prompt-vetting",
        Form.TEXT,
        lambda data: read_template("name", {"prompt.toml": _PROMPT, "vetted.toml": data}),
        lambda: [_VETTED],
    ),
    Target("generation-request", Form.TEXT, partial(read_request, name="request.toml"), lambda: [_REQUEST]),
    *(
        Target(
            f"data-set-{kind}",
            Form.JSON,
            lambda data, kind=kind: check_file(data.splitlines(keepends=True), kind),  # type: ignore[misc]  # bound as it is
            lambda line=line: [line],  # type: ignore[misc]
        )
        for kind, line in _LINES.items()
    ),
    Target(
        "data-set-line",
        Form.JSON,
        lambda data: [read_data_line(data, 1, kind, []) for kind in DatasetFormat],
        lambda: list(_LINES.values()),
    ),
    Target(
        "moderation-answer",
        Form.TEXT,
        of_text(_moderated),
        lambda: [b"Yes\n<categories>\nA\nB\n</categories>\nwhy", b"No", b'{"a": 1}'],
        (ValueError,),
    ),
    Target(
        "evaluation-questions",
        Form.JSON,
        lambda data: read_questions([data]),
        lambda: [_LINES[DatasetFormat.GEN_QA]],
    ),
    Target("role-policy", Form.JSON, of_json(_policy_problems), lambda: [_POLICY]),
    Target(
        "features",
        Form.JSON,
        lambda data: read_lines(SourceObject, data, source="features.jsonl"),
        lambda: [b'{"bucket": "b", "key": "k", "version_id": "v", "size_bytes": 1}\n'],
    ),
)

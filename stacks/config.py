"""Every knob of a deployment: read once from the CDK context, checked together, no hidden defaults.

``cdk.json`` lists them all with their values; ``-c name=value`` changes one for a single command. What a knob
means, what it allows and what it costs stands here, beside the field that it fills.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from braid.domain.profile.sections.captions import language_problems
from braid.domain.tier_models import geography_asked, geography_of
from stacks.context import KnobError, knob_values
from stacks.knobs import choice, flag, number, text
from stacks.optional_stacks import OptionalStacks

__all__ = ["DEFAULT_REGION", "DeploymentConfig"]

DEFAULT_REGION = "us-east-1"
# What CloudWatch Logs accepts (RetentionInDays of AWS::Logs::LogGroup).
_LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180),
    *(365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
# The state machine, the model geographies and the console's address are those of the commercial partition.
_COMMERCIAL_REGION = r"(?!us-gov-|us-iso|eu-iso|cn-)[a-z]{2}(-[a-z]+)+-\d"
_A_REGION = "a region of the commercial partition such as eu-central-1, not of GovCloud or China"
# A key by its id: IAM asks about that, whatever alias whoever dropped a file named.
_BUCKET_OR_NONE = r"|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_KEY_ARN = r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+"
_GIBIBYTE = 1024**3
_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class DeploymentConfig(OptionalStacks):
    """One deployment of Braid. ``from_context`` builds it; an invalid one can't be built that way."""

    # --- what and where
    environment_name: str = text(
        r"[a-z]([a-z0-9-]{0,14}[a-z0-9])?",
        "keeps deployments in one account apart: their names begin with braid-<environment_name>",
        allows="1 to 16 lower-case letters, digits and inner hyphens, a letter first",
    )
    region: str = text(
        rf"|{_COMMERCIAL_REGION}",
        "where it runs; empty takes the region of the AWS profile, else us-east-1",
        allows=f"empty or {_A_REGION}",
    )
    architecture: str = choice(("arm64", "x86_64"), "the functions' processor; arm64 costs a fifth less")
    python_version: str = choice(
        ("3.11", "3.12", "3.13", "3.14"),
        "the functions' Python; 3.11 only for a run on a laptop: Lambda's has a C library older than the "
        "layers' wheels need",
    )
    layer_system: str = choice(
        ("linux", "macos"), "the system whose wheels the layers hold; macos only for a run on that laptop"
    )

    # --- what is refused, and how much is looked at
    max_object_bytes: int = number(1, 50 * _GIBIBYTE, "larger objects are rejected")
    max_duration_seconds: int = number(
        1, 4 * _HOUR, "longer recordings are rejected; Amazon Transcribe itself stops at four hours"
    )
    max_pages: int = number(1, 3000, "documents with more pages are rejected")
    max_text_characters: int = number(
        1000,
        20_000_000,
        "assets with more text are rejected; analysing a million characters costs about $5 at Comprehend",
    )
    max_image_pixels: int = number(
        10_000,
        64_000_000,
        "larger pictures are rejected before they are decoded, which takes 512 MB of memory at most; a JPEG, "
        "decoded at a fraction of its size, may have four times as many, and what its decoder needs more for "
        "fewer: progressive JPEG (26 to 44 million), GIF and PNG that move (22, 16), WebP (16), AVIF (19)",
    )
    max_keyframes: int = number(1, 200, "stills that stand for one video; each is billed by Rekognition")
    rekognition_requests_per_second: int = number(
        1, 1000, "of each operation and asset; 5 is the quota of the smaller regions, us-east-1 has 50"
    )
    descriptions_per_second: int = number(
        1,
        100,
        "of each asset whose profile wants them; each is a model call of some 2,000 tokens, which count "
        "against the account's tokens a minute",
        formerly="captions_per_second",
    )
    bundle_wait_seconds: int = number(
        0, 3300, "how long a bundle's manifest waits for members that are not there yet"
    )
    evidence_budget_tokens: int = number(500, 200_000, "evidence put to the model; each asset pays for it")
    max_dispatch_concurrency: int = number(
        2, 1000, "dispatch functions at once; each takes up to ten messages at a time"
    )
    max_assets_at_once: int = number(
        1, 5000, "assets that are processed at once; more wait, and those that await a person don't count"
    )
    max_usd_per_day: int = number(
        0, 1_000_000, "once a day (UTC) costs or has reserved as much, others wait; 0 for no limit"
    )

    # --- what is kept, where, and for how long
    input_bucket_name: str = text(
        _BUCKET_OR_NONE,
        "a versioned bucket of yours into whose inbox/ files are dropped; empty: the stack makes one",
        allows="empty or a bucket's name",
    )
    retain_data: bool = flag(
        "buckets and table survive cdk destroy, which otherwise takes the table and empty buckets"
    )
    point_in_time_recovery: bool = flag(
        "the table can be restored to any second of 35 days; $0.20 per GB-month"
    )
    access_log_bucket_name: str = text(
        _BUCKET_OR_NONE,
        "an existing bucket, writable by logging.s3.amazonaws.com, that gets S3 access logs; empty for none",
        allows="empty or a bucket's name",
    )
    noncurrent_version_days: int = number(1, 3650, "after which replaced or deleted versions go")
    work_retention_days: int = number(1, 365, "after which intermediate payloads under work/ go")
    log_retention_days: int = number(min(_LOG_DAYS), max(_LOG_DAYS), "of every log group", among=_LOG_DAYS)
    log_level: str = choice(("INFO", "DEBUG", "WARNING", "ERROR"), "of the functions")

    # --- what is made beside the answer
    caption_languages: str = text(
        r"|[A-Za-z-]{2,5}(, ?[A-Za-z-]{2,5})*",
        "Amazon Translate turns captions and transcripts into these, for every profile that doesn't say; "
        "$15 a million characters and language: about $0.80 an hour of speech",
        allows="empty or codes of Amazon Translate with commas between, such as de,fr,ja",
    )
    spoken_descriptions: bool = flag(
        "audio descriptions are spoken by Amazon Polly too, as descriptions.mp3, for every profile that has "
        "some and doesn't say; $16 a million characters, at most $0.50 an asset"
    )

    # --- what encrypts the files that are dropped
    source_key_arns: str = text(
        rf"|{_KEY_ARN}(, ?{_KEY_ARN})*",
        "the KMS keys, with commas between, under which files may be dropped; the functions that read files "
        "may decrypt with them, and each key's own policy has to let this account's roles do so; files that "
        "S3 encrypts with its own key need none",
        allows="empty or ARNs of KMS keys with commas between, such as "
        "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    )

    # --- what bounds and encrypts what is deployed
    permissions_boundary: str = text(
        r"|arn:aws:iam::(aws|\d{12}):policy/[\w+=,.@/-]{1,128}",
        "the managed policy that bounds every role of the deployment, where an organisation asks for one; "
        "docs/privileges.md lists what it has to allow; empty for none",
        allows="empty or the ARN of a managed policy",
    )
    data_key_arn: str = text(
        rf"|{_KEY_ARN}",
        "your KMS key, of the deployment's region, that encrypts buckets, tables, queues, topics and logs; "
        "its own policy has to let the services in docs/privileges.md use it; it costs $1.00 a month and its "
        "requests; empty: keys of the services, which cost nothing",
        allows="empty or the ARN of a KMS key",
    )

    # --- how the workflow is cut
    workflow_pattern: str = choice(
        ("hybrid", "sequential", "parallel"),
        "hybrid analyses modalities side by side behind quality gates; sequential one after the other, which "
        "takes as long as all of them and is easier to follow; parallel asks the model even where there is "
        "no evidence. The results are the same (docs/designing.md)",
    )

    # --- who reviews
    review_email: str = text(
        r"|[^@\s]+@[^@\s]+\.[^@\s]+",
        "notified of every answer that awaits review, once the address has confirmed; empty for nobody: "
        "others subscribe to the topic of the output ReviewTopicArn",
        allows="empty or an e-mail address",
    )

    # --- which models
    model_prefix: str = choice(
        ("auto", "us", "eu", "apac", "global"),
        "where Bedrock may process: the geography of the inference profiles; auto takes the region's own",
    )
    embedding_model: str = text(
        r"|[a-z0-9.-]+(:\d+)?",
        "compares what is said, shown and written by meaning too, so that paraphrases are found; "
        "amazon.titan-embed-text-v2:0 costs under $0.001 an asset; empty for none: words alone decide",
        allows="empty or the id of a model under [[embeddings]] in registry/models.toml",
    )
    batch_inference: bool = flag(
        "`braid batch` may ask about a hundred and more assets in one Bedrock batch job, at about half the "
        "price and within a day, and `braid index --all --batch` may embed what search finds so; deploys a "
        "function and a role for Bedrock, and two of each with search, which cost nothing by themselves"
    )

    @property
    def translated_languages(self) -> tuple[str, ...]:
        """The languages of ``caption_languages``."""
        return tuple(code.strip() for code in self.caption_languages.split(",") if code.strip())

    @property
    def region_geography(self) -> str | None:
        """The geography whose inference profiles the region offers; nothing where none is known."""
        return geography_of(self.region)

    @property
    def model_geography(self) -> str:
        """The geography that the models are asked in."""
        return geography_asked(self.model_prefix, self.region)

    @property
    def source_keys(self) -> tuple[str, ...]:
        """The ARNs of ``source_key_arns``."""
        return tuple(arn.strip() for arn in self.source_key_arns.split(",") if arn.strip())

    @property
    def deployment_name(self) -> str:
        """Opens the name of everything that is deployed under one: ``braid-dev``."""
        return f"braid-{self.environment_name}"

    @property
    def job_prefix(self) -> str:
        """Opens the names of what is made at run time, on which policies have a wildcard.

        No environment's name holds a dot, so that ``braid.dev.*`` matches nothing of ``dev-two``.
        """
        return f"braid.{self.environment_name}."

    @classmethod
    def from_context(
        cls, context: Mapping[str, Any], *, default_region: str | None = None
    ) -> DeploymentConfig:
        """The deployment that the CDK context describes.

        Keys with ``:`` or ``@`` are CDK's own; every other one must be a knob, and every knob must be there.
        Values may be text (``-c max_pages=10``). An empty ``region`` becomes ``default_region``, else
        us-east-1. Raises ``KnobError`` with everything that is wrong.
        """
        values = knob_values(cls, context)
        values["region"] = values["region"] or default_region or DEFAULT_REGION
        if not re.fullmatch(_COMMERCIAL_REGION, values["region"]):
            raise KnobError([f"region must be {_A_REGION}; the AWS profile names {values['region']!r}"])
        config = cls(**values)
        problems = list(language_problems("caption_languages", config.translated_languages))
        # S3 encrypts with keys of its bucket's region alone.
        elsewhere = [arn for arn in config.source_keys if arn.split(":")[3] != config.region]
        problems += [f"source_key_arns must be keys of {config.region}, not {arn}" for arn in elsewhere]
        if problems:
            raise KnobError(problems)
        if not config.model_geography:
            unknown = f"no geography of inference profiles is known for {config.region}"
            raise KnobError([f"model_prefix must be named: {unknown}"])
        return config

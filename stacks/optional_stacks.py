"""The knobs of stacks that are deployed on request, part of ``stacks.config.DeploymentConfig``."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.knobs import choice, flag, number, text

__all__ = ["OptionalStacks"]

_S3_PREFIX = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\s,*?]*)?"


@dataclass(frozen=True, kw_only=True)
class OptionalStacks:
    """What is off unless somebody asks for it, with what it costs while nobody uses it."""

    # --- what can be found again
    search: bool = flag(
        "`braid search` finds moments, pages and pictures of all assets; deploys a queue, three functions and"
        " an index of vectors, which costs nothing while it is empty and $0.06 a GB-month then; its queue's "
        "polling is some $0.26 a month"
    )
    search_store: str = choice(
        ("s3_vectors", "opensearch"),
        "where the vectors lie. S3 Vectors costs nothing while nobody asks. A collection of OpenSearch "
        "Serverless is for many searches a second: awake it has at least three OCUs, at $0.24 an hour each, "
        "until ten minutes without a request, and then takes 10 to 30 seconds to answer; not on a laptop",
    )
    search_text_model: str = text(
        r"[a-z0-9.-]+(:\d+)?",
        "gives the vectors by which texts are found; another one is another index, which `braid index --all` "
        "fills and `braid index --switch` makes live",
        allows="the id of a model under [[embeddings]] in registry/models.toml",
    )
    search_picture_model: str = text(
        r"|[a-z0-9.-]+(:\d+)?",
        "gives the vectors by which words and pictures find pictures; empty for none: words then find what "
        "is said, written, read and described",
        allows="empty or the id of a model under [[joint_embeddings]] in registry/models.toml",
    )
    search_text_dimensions: int = number(
        0,
        4_096,
        "how many numbers a text's vector has: one of the lengths that its model offers in "
        "registry/models.toml; 0 for 512, or the model's first where it has no 512. Fewer cost less to keep "
        "and find less well; another length is another index, as another model is",
    )
    search_picture_dimensions: int = number(
        0,
        4_096,
        "the same for pictures' vectors; 0 for 384, or the model's first where it has no 384",
    )
    search_knowledge_bases: str = text(
        r"|[0-9A-Za-z]{10}(, ?[0-9A-Za-z]{10})*",
        "knowledge bases of Bedrock whose documents `braid search` finds beside Braid's own; each search "
        "asks each of them once, at what that costs; empty for none",
        allows="empty or ids of knowledge bases of this account and region, of ten letters and digits each, "
        "with commas between",
    )

    # --- what can be fitted to one's own examples
    tuning: bool = flag(
        "`braid tune` fits a model to labelled examples, compares it with its base and puts it into use if "
        "it is better; deploys a state machine and its functions, which cost nothing by themselves, and "
        "deletes whatever a run made that isn't used"
    )
    max_usd_per_tuning: int = number(
        1, 100_000, "a tuning run that is estimated to cost more is refused; so is one with an unknown price"
    )
    tuning_usd_without_approval: int = number(
        0, 100_000, "a tuning run that is estimated to cost more waits for a person's approval"
    )

    # --- what is made
    generation: bool = flag(
        "requests below inbox/generate/ become pictures and videos, public only once a person approved;"
        " deploys eight functions, a state machine, a bucket, and a key that signs, which costs $1.00 a month"
    )
    generation_regions: str = text(
        r"|[a-z]{2}(-[a-z]+)+-\d(, ?[a-z]{2}(-[a-z]+)+-\d)*",
        "prompts and references may be sent there beside the deployment's own region, because most models"
        " that make pictures are offered in one region alone: text to image and video in us-west-2",
        allows="empty or regions with commas between, such as us-west-2",
    )
    generation_video_bucket: str = text(
        r"|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "a bucket of yours in the video model's region, where that is another one, into which it writes; let "
        "what lies there expire after a day; empty: no videos unless the deployment is in that region",
        allows="empty or a bucket's name",
    )
    generation_stand_ins: str = text(
        r"|[a-z0-9.-]+(, ?[a-z0-9.-]+)*",
        "models of the embedded AWS's own that may answer where no live provider does; AWS has none of them",
        allows="empty or ids of rows with the status stand_in in registry/image_models.toml",
    )
    generation_only_vetted: bool = flag(
        "only templates of prompts/ whose version somebody vetted may be used, no free prompts"
    )
    generation_four_eyes: bool = flag("nobody approves of what they asked for themselves")
    generation_organisation: str = text(
        r"[A-Za-z0-9][A-Za-z0-9 .&-]{0,60}",
        "whom the signed statement in what is published names, until you bring a certificate of your own",
        allows="1 to 61 letters, digits, spaces and . & -",
    )

    # --- what goes with its file
    delete_with_source: bool = flag(
        "all that is kept of an asset goes when the version that it came from is deleted for good, by whoever"
        " or by a lifecycle rule; after a plain delete, or a newer version of the file, that is"
        " noncurrent_version_days later; deploys a queue and a function, whose polling is some $0.26 a month"
        " (docs/erasure.md)"
    )

    # --- what can be asked about in SQL
    data_catalog: bool = flag(
        "`braid query --stack` asks Athena about all assets: Glue tables, a workgroup with saved queries and "
        "a function that writes each ended asset's rows; costs $5 a terabyte that is read, and its queue's "
        "polling is some $0.26 a month; on a laptop `braid query` needs none of it"
    )

    # --- what is made of many files at once
    processing: bool = flag(
        "`braid process` makes features of many objects in a SageMaker Processing job; deploys a role and a "
        "repository for its image, $0.10 a GB-month; a job is paid by the second and ends by itself"
    )
    processing_sources: str = text(
        rf"|{_S3_PREFIX}(, ?{_S3_PREFIX})*",
        "prefixes beside the inbox from which jobs may read, such as an archive that was never dropped",
        allows="empty or prefixes with commas between, such as s3://my-archive/photos/",
    )

    # --- what is watched
    operations: bool = flag(
        "alarms watch every kind of failure and tell a topic; costs $0.10 a month for each metric that an "
        "alarm reads (`braid cost idle` adds them up), the first ten of an account are free"
    )
    operations_email: str = text(
        r"|[^@\s]+@[^@\s]+\.[^@\s]+",
        "alarms are mailed there, once the address has confirmed; empty for nobody: others subscribe to the "
        "topic of the output AlarmTopicArn",
        allows="empty or an e-mail address",
    )
    operations_dashboard: bool = flag(
        "with `operations`, a dashboard in CloudWatch of what alarms watch; costs $3.00 a month, the first "
        "three of an account are free"
    )

    @property
    def processing_source_list(self) -> tuple[str, ...]:
        """The prefixes of ``processing_sources``, each with the slash after its bucket."""
        listed = _listed(self.processing_sources)
        return tuple(uri if "/" in uri.removeprefix("s3://") else f"{uri}/" for uri in listed)

    @property
    def knowledge_base_ids(self) -> tuple[str, ...]:
        """The ids in ``search_knowledge_bases``."""
        return _listed(self.search_knowledge_bases)

    @property
    def generation_region_list(self) -> tuple[str, ...]:
        """The regions of ``generation_regions``."""
        return _listed(self.generation_regions)

    @property
    def generation_stand_in_list(self) -> tuple[str, ...]:
        """The model ids of ``generation_stand_ins``."""
        return _listed(self.generation_stand_ins)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())

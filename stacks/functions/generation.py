"""Generation: a function for each step, and what each may do; one alone may publish."""

from __future__ import annotations

import json

import aws_cdk as cdk

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.guardrails import PictureGuardrail
from stacks.image_models import callable_providers, video_buckets
from stacks.regions import region_registry
from stacks.storage_stack import Storage

__all__ = ["GenerationFunctions"]

_KEYS = "Keys carry the asset's id, which exists only once it was asked for"
_A_PROCESSOR_MB = 1769


class GenerationFunctions:
    """The steps of one deployment; ``publish_role_arn`` is the one identity that may publish."""

    def __init__(
        self,
        stack: cdk.Stack,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        published_bucket_name: str,
        published_bucket_arn: str,
        signing_key_arn: str,
    ) -> None:
        self._stack = stack
        self._config = config
        self._storage = storage
        access = Access(storage)
        guardrail = PictureGuardrail(
            stack,
            deployment_name=config.deployment_name,
            filters=region_registry().picture_filters(config.region),
        )
        results = {"RESULTS_BUCKET": storage.results_bucket_name}
        records = {"ASSETS_TABLE": storage.assets_table_name}
        videos = {"VIDEO_BUCKETS": functions.as_json(video_buckets(config, storage.results_bucket_name))}
        read, write = access.read_results("assets"), access.write_results("assets")
        # What is made lies under work/ until it is marked.
        read_both, write_both = access.read_results("assets", "work"), access.write_results("assets", "work")
        find = access.list_results()
        self.check: StepLambda = functions.make(
            "GenerationCheck",
            folder="generation",
            verb="check",
            description="Reads a request, fills its prompt, finds who makes it",
            timeout_seconds=120,
            memory_mb=1024,
            layers=[functions.media],
            environment={
                **results,
                **records,
                "GENERATION_REGIONS": json.dumps(config.generation_region_list),
                "STAND_INS": json.dumps(config.generation_stand_in_list),
                "ONLY_VETTED": json.dumps(config.generation_only_vetted),
                "FOUR_EYES": json.dumps(config.generation_four_eyes),
                "OWN_REGION": config.region,
            },
            grants=[
                *access.read_sources(),
                access.list_inbox(),
                read,
                write,
                find,
                access.read_library(),
                access.change_records(),
            ],
        )
        self.estimate: StepLambda = functions.make(
            "GenerationEstimate",
            folder="generation",
            verb="estimate",
            description="Prices a request before anything is asked, and reserves it",
            timeout_seconds=30,
            memory_mb=256,
            environment={**results, **records, "MAX_USD_PER_DAY": str(config.max_usd_per_day)},
            grants=[read, write, access.change_records()],
        )
        self.generate: StepLambda = functions.make(
            "GenerationGenerate",
            folder="generation",
            verb="generate",
            description="Asks the provider for a picture, or begins a video",
            timeout_seconds=600,
            memory_mb=512,
            environment={**results, **records, **videos},
            grants=[
                read,
                write_both,
                find,
                access.read_records(),
                *self._ask_models(),
                *self._write_videos(),
            ],
        )
        self.collect: StepLambda = functions.make(
            "GenerationCollect",
            folder="generation",
            verb="collect",
            description="Looks whether a video is done, and keeps it",
            timeout_seconds=120,
            memory_mb=512,
            environment={**results, **videos},
            grants=[read_both, write_both, find, *self._read_videos()],
        )
        self.process: StepLambda = functions.make(
            "GenerationProcess",
            folder="generation",
            verb="process",
            description="Sizes and encodes what was made",
            timeout_seconds=120,
            memory_mb=_A_PROCESSOR_MB,
            layers=[functions.media],
            environment=results,
            grants=[read_both, write_both],
        )
        self.mark: StepLambda = functions.make(
            "GenerationMark",
            folder="generation",
            verb="mark",
            description="Puts watermark and signed statement into a draft",
            timeout_seconds=120,
            memory_mb=_A_PROCESSOR_MB,
            layers=[functions.marking],
            environment={
                **results,
                "SIGNING_KEY_ID": signing_key_arn,
                "ORGANISATION": config.generation_organisation,
            },
            grants=[
                read_both,
                write_both,
                find,
                access.keep_certificate(),
                Grant(("kms:GetPublicKey", "kms:Sign"), (signing_key_arn,)),
            ],
        )
        self.inspect: StepLambda = functions.make(
            "GenerationInspect",
            folder="generation",
            verb="inspect",
            description="Judges a draft before a person sees it",
            timeout_seconds=120,
            memory_mb=1024,
            layers=[functions.media],
            environment={**results, "GUARDRAILS": guardrail.setting},
            grants=[
                read_both,
                find,
                *([Grant(("bedrock:ApplyGuardrail",), tuple(guardrail.arns))] if guardrail.arns else []),
                access.write_results("assets", "quarantine"),
                access.remove_results("assets"),
                Grant(
                    ("rekognition:DetectModerationLabels",),
                    ("*",),
                    because="Amazon Rekognition has no resources to name for pictures that are sent to it",
                ),
            ],
        )
        self.publish: StepLambda = functions.make(
            "GenerationPublish",
            folder="generation",
            verb="publish",
            description="Makes public what the record says is approved",
            timeout_seconds=120,
            memory_mb=1024,
            layers=[functions.marking],
            environment={**results, **records, "PUBLISHED_BUCKET": published_bucket_name},
            grants=[
                access.read_results("assets", "by-source"),
                access.write_results("assets", "by-source"),
                access.remove_results("by-source"),
                access.list_results(),
                access.list_inbox(),
                access.change_records(),
                access.tag_sources(),
                access.drop_requests("next"),
                Grant(
                    ("s3:PutObject", "s3:GetObject", "s3:DeleteObject"),
                    (f"{published_bucket_arn}/*",),
                    because=_KEYS,
                ),
                Grant(("s3:ListBucket",), (published_bucket_arn,)),
            ],
        )
        role = self.publish.function.role
        assert role is not None  # StepLambda gives each function one
        self.publish_role_arn: str = role.role_arn

    def _ask_models(self) -> list[Grant]:
        """Each model in its region; behind a profile, in every region that the profile routes to."""
        arns: list[str] = []
        for row, region in callable_providers(self._config):
            if row.profile:
                arns.append(self._arn("inference-profile", row.profile, region, self._stack.account))
            for place in row.routes_to or (region,):
                arns.append(self._arn("foundation-model", row.model_id, place, ""))
        # StartAsyncInvoke asks for InvokeModel on the model, and makes a resource of its own.
        invocations = [
            self._arn("async-invoke", "*", region, self._stack.account) for region in self._video_regions
        ]
        own = Grant(("bedrock:InvokeModel",), tuple(invocations), because="An invocation's id is Bedrock's")
        return [Grant(("bedrock:InvokeModel",), tuple(dict.fromkeys(arns))), *([own] if invocations else [])]

    def _write_videos(self) -> list[Grant]:
        """Bedrock writes a video as whoever began it."""
        return [
            Grant(("s3:PutObject",), (f"{bucket}/work/*",), because=_KEYS) for bucket in self._other_buckets
        ]

    def _read_videos(self) -> list[Grant]:
        regions = self._video_regions
        if not regions:
            return []
        invocations = tuple(self._arn("async-invoke", "*", region, self._stack.account) for region in regions)
        reading = [
            grant
            for bucket in self._other_buckets
            for grant in (
                Grant(("s3:GetObject", "s3:DeleteObject"), (f"{bucket}/work/*",), because=_KEYS),
                Grant(("s3:ListBucket",), (bucket,)),
            )
        ]
        asking = Grant(("bedrock:GetAsyncInvoke",), invocations, because="An invocation's id is Bedrock's")
        return [asking, *reading]

    @property
    def _video_regions(self) -> list[str]:
        return list(video_buckets(self._config, ""))

    @property
    def _other_buckets(self) -> list[str]:
        """ARNs of buckets of other regions that videos are made into."""
        names = {
            name for region, name in video_buckets(self._config, "").items() if region != self._config.region
        }
        return [
            self._stack.format_arn(service="s3", region="", account="", resource=name)
            for name in sorted(names)
        ]

    def _arn(self, resource: str, name: str, region: str, account: str) -> str:
        return self._stack.format_arn(
            service="bedrock", region=region, account=account, resource=resource, resource_name=name
        )

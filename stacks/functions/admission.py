"""Admission: what starts an asset's execution, and what decides whether the asset is analyzed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.inbox import Inbox
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.functions.model_access import ModelAccess
from stacks.storage_stack import Storage

__all__ = ["DISPATCH_TIMEOUT_SECONDS", "AdmissionFunctions"]

DISPATCH_TIMEOUT_SECONDS = 30


class AdmissionFunctions:
    """``intake`` is the workflow's; ``dispatch`` is made after the workflow that it starts."""

    def __init__(
        self,
        *,
        config: DeploymentConfig,
        storage: Storage,
        functions: FunctionFactory,
        models: ModelAccess,
    ) -> None:
        self._config = config
        self._storage = storage
        self._functions = functions
        self._access = access = Access(storage)
        self.intake: StepLambda = functions.make(
            "Intake",
            folder="intake",
            verb="admit",
            description="Identifies an asset by content, probes it, applies the quality gates",
            timeout_seconds=120,
            # What it takes is 512 MB at most, tested; a whole processor is what more memory buys.
            memory_mb=1769,
            layers=[functions.media],
            environment={
                "RESULTS_BUCKET": storage.results_bucket_name,
                "ASSETS_TABLE": storage.assets_table_name,
                "MAX_OBJECT_BYTES": str(config.max_object_bytes),
                "MAX_DURATION_SECONDS": str(config.max_duration_seconds),
                "MAX_PAGES": str(config.max_pages),
                "MAX_TEXT_CHARACTERS": str(config.max_text_characters),
                "MAX_IMAGE_PIXELS": str(config.max_image_pixels),
                "BUNDLE_WAIT_SECONDS": str(config.bundle_wait_seconds),
                # What an asset may cost follows from these.
                "MAX_USD_PER_DAY": str(config.max_usd_per_day),
                "MAX_KEYFRAMES": str(config.max_keyframes),
                "EVIDENCE_BUDGET_TOKENS": str(config.evidence_budget_tokens),
                "MODEL_IDS": models.answer_settings["MODEL_IDS"],
                "CAPTION_LANGUAGES": json.dumps(config.translated_languages),
                "SPOKEN_DESCRIPTIONS": json.dumps(config.spoken_descriptions),
            },
            grants=[
                *access.read_sources(),
                access.list_inbox(),
                # A rerun takes over what an earlier attempt left.
                access.list_results(),
                access.read_results("assets"),
                access.write_results("assets", "work"),
                access.change_records(),
            ],
        )

    def dispatch(
        self, inbox: Inbox, *, machine_arn: str, posts_machine_arn: str, of_folder: Mapping[str, str]
    ) -> StepLambda:
        """The function that starts an execution for every message of ``inbox``.

        Of ``machine_arn``; for posts of ``posts_machine_arn``, for a folder in ``of_folder`` of its machine.
        """
        return self._functions.make(
            "Dispatch",
            folder="dispatch",
            verb="dispatch",
            description="Opens a record for each arriving asset, starts its execution when there is a place",
            timeout_seconds=DISPATCH_TIMEOUT_SECONDS,
            memory_mb=256,
            environment={
                "ASSETS_TABLE": self._storage.assets_table_name,
                "STATE_MACHINE_ARN": machine_arn,
                "POSTS_MACHINE_ARN": posts_machine_arn,
                "OF_FOLDER": self._functions.as_json(of_folder),
                "QUEUE_URL": inbox.queue_url,
                "DEAD_LETTERS_URL": inbox.dead_letters.queue_url,
                "MAX_ASSETS_AT_ONCE": str(self._config.max_assets_at_once),
                "MAX_USD_PER_DAY": str(self._config.max_usd_per_day),
            },
            grants=[
                inbox.receive_messages(),
                inbox.send_messages(),
                inbox.send_to_dead_letters(),
                self._access.change_records(),
                Grant(("states:StartExecution",), (machine_arn, posts_machine_arn, *of_folder.values())),
            ],
        )

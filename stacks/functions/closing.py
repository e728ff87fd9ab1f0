"""Closing: what an asset's last step is, whether there is a result or a reason why there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence

from braid.domain.profile.profile import Profile
from stacks.config import DeploymentConfig
from stacks.constructs.grants import Grant
from stacks.constructs.inbox import Inbox
from stacks.constructs.step_lambda import StepLambda
from stacks.functions.access import Access
from stacks.functions.factory import FunctionFactory
from stacks.storage_stack import Storage

__all__ = ["ClosingFunctions"]


class ClosingFunctions:
    """``publishing`` closes an asset with its result, ``recording`` one that was rejected or failed."""

    def __init__(
        self,
        *,
        config: DeploymentConfig,
        profiles: Sequence[Profile],
        storage: Storage,
        functions: FunctionFactory,
        inbox: Inbox,
        event_bus_arn: str,
    ) -> None:
        access = Access(storage)
        translates = bool(config.translated_languages) or any(item.captions.languages for item in profiles)
        speaks = config.spoken_descriptions or any(item.audio_description.spoken for item in profiles)
        closing = [
            # What lies by the source is replaced only as it was read: S3 asks for both permissions then.
            access.read_results("assets", "by-source"),
            access.write_results("assets", "by-source"),
            access.remove_results("by-source"),
            access.list_results(),
            access.list_inbox(),
            access.change_records(),
            access.tag_sources(),
        ]
        environment = {
            "RESULTS_BUCKET": storage.results_bucket_name,
            "ASSETS_TABLE": storage.assets_table_name,
        }
        self.publishing: StepLambda = functions.make(
            "Publishing",
            folder="publishing",
            verb="publish",
            description="Writes captions, report, receipt and result, and closes the record",
            # A talk of four hours is translated, or a track as long encoded, in minutes; that takes a whole
            # processor, as its memory buys.
            timeout_seconds=600 if translates or speaks else 120,
            memory_mb=1769 if speaks else 512,
            layers=[functions.media] if speaks else [],
            environment={
                **environment,
                "CAPTION_LANGUAGES": json.dumps(config.translated_languages),
                "SPOKEN_DESCRIPTIONS": json.dumps(config.spoken_descriptions),
            },
            grants=[
                *closing,
                # A profile may have a small file embedded in its reports.
                *access.read_sources(),
                # The sound that a report embeds, and what was paid for, lie under work/.
                access.read_results("work"),
                *([access.write_results("work")] if translates or speaks else []),
                *([_without_resources("Amazon Translate", "translate:TranslateText")] if translates else []),
                *([_without_resources("Amazon Polly", "polly:SynthesizeSpeech")] if speaks else []),
                *([access.abort_uploads("assets")] if speaks else []),
            ],
        )
        self.recording: StepLambda = functions.make(
            "Recording",
            folder="closing",
            verb="record",
            description="Closes the record of an asset that was rejected or failed, with the reason",
            timeout_seconds=60,
            memory_mb=256,
            environment=environment,
            # What an execution published and died before it announced is announced here.
            grants=[
                *closing,
                inbox.send_to_dead_letters(),
                Grant(("events:PutEvents",), (event_bus_arn,)),
            ],
        )


def _without_resources(service: str, action: str) -> Grant:
    return Grant(
        (action,), ("*",), because=f"{service} names lexicons and terminologies alone, and none is asked for"
    )

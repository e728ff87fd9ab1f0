"""Closing: what an asset's last step is, whether there is a result or a reason why there is none."""

from __future__ import annotations

from stacks.access import Access
from stacks.constructs.inbox import Inbox
from stacks.constructs.step_lambda import StepLambda
from stacks.functions import FunctionFactory
from stacks.storage_stack import Storage

__all__ = ["ClosingFunctions"]


class ClosingFunctions:
    """``publishing`` closes an asset with its result, ``recording`` one that was rejected or failed."""

    def __init__(self, *, storage: Storage, functions: FunctionFactory, inbox: Inbox) -> None:
        access = Access(storage)
        closing = [
            access.read_results("assets", "work"),
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
            timeout_seconds=120,
            memory_mb=512,
            environment=environment,
            # A profile may have a small file embedded in its reports.
            grants=[*closing, access.read_sources()],
        )
        self.recording: StepLambda = functions.make(
            "Recording",
            folder="closing",
            verb="record",
            description="Closes the record of an asset that was rejected or failed, with the reason",
            timeout_seconds=60,
            memory_mb=256,
            environment=environment,
            grants=[*closing, inbox.send_to_dead_letters()],
        )

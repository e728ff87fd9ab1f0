"""What every view gets: the deployment, the run's secrets, and what the user may not do."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request

from cli.answers.reviews import who_decides
from cli.aws_errors import explain
from cli.target import Target
from console.access import Access
from console.dropping.plans import Drops

__all__ = ["DENIED", "Context", "context_of"]

# How services call it that an identity may not do something.
DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


@dataclass(frozen=True)
class Context:
    """One run of the console. ``denied`` says, by action, what AWS has refused this identity."""

    target: Target
    access: Access
    is_read_only: bool = False
    denied: dict[str, str] = field(default_factory=dict)
    drops: Drops = field(default_factory=Drops)

    @functools.cached_property
    def user(self) -> str:
        """Who decides, as the record will say."""
        return who_decides(self.target)

    def warm_up(self) -> None:
        """Makes the clients that the first pages need."""
        _ = self.target.dynamodb, self.target.s3
        self.ask_rights()

    def ask_rights(self) -> None:
        """Asks Lambda, without running anything, whether the identity may decide: then buttons know first.

        The embedded AWS forbids nobody anything, and would run what is asked. Whether files may be put, or
        records claimed, no service says before it is done: that is known from the first refusal on.
        """
        if self.target.is_local:
            return
        function = self.target.review_function
        try:
            self.target.lambda_.invoke(FunctionName=function, InvocationType="DryRun")
        except ClientError as error:
            if error.response["Error"]["Code"] in DENIED:
                self.deny("review", explain(error))
        except BotoCoreError:  # the pages themselves say that nothing is reached
            pass

    def deny(self, action: str, told: str) -> str:
        """Keeps why AWS refuses an action; the sentence for its button."""
        self.denied[action] = told.splitlines()[0]
        return self.denied[action]

    def hindrance(self, action: str) -> str:
        """Why the action's button does nothing; empty where it does."""
        if self.is_read_only:
            return "the console was started with --read-only"
        return self.denied.get(action, "")


def context_of(request: Request) -> Context:
    """The run that a request belongs to."""
    found: Context = request.app.state.context
    return found

"""What every view gets: the deployment, the run's secrets, and what the user may not do."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from starlette.requests import Request

from cli.answers.reviews import who_decides
from cli.target import Target
from console.access import Access
from console.dropping.plans import Drops

__all__ = ["Context", "context_of"]


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

    def hindrance(self, action: str) -> str:
        """Why the action's button does nothing; empty where it does."""
        if self.is_read_only:
            return "the console was started with --read-only"
        return self.denied.get(action, "")


def context_of(request: Request) -> Context:
    """The run that a request belongs to."""
    found: Context = request.app.state.context
    return found

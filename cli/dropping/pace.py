"""How often a deployment is asked how far an asset is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EMBEDDED", "IN_AWS", "Pace"]


@dataclass(frozen=True)
class Pace:
    """The pause before the next look at an asset: a share of how long it has been watched, within bounds.

    ``gap_seconds`` lies between any two looks, however many assets are watched.
    """

    shortest_seconds: float
    longest_seconds: float
    share_of_age: float
    gap_seconds: float

    def pause_seconds(self, age_seconds: float) -> float:
        """How long to leave an asset alone that has been watched for so long."""
        return min(self.longest_seconds, max(self.shortest_seconds, age_seconds * self.share_of_age))


EMBEDDED = Pace(shortest_seconds=0.5, longest_seconds=2.0, share_of_age=0.02, gap_seconds=0.0)
# GetExecutionHistory allows 20 requests a second in an account and region, for everybody in it
# (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html): one watcher takes at most two,
# and after five minutes it looks at an asset twice a minute.
IN_AWS = Pace(shortest_seconds=2.0, longest_seconds=30.0, share_of_age=0.1, gap_seconds=0.5)

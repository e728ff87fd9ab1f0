"""The context that Lambda gives a handler, as far as its log lines name it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CONTEXT", "LambdaContext"]


@dataclass(frozen=True)
class LambdaContext:
    """One invocation of one function."""

    function_name: str = "braid-test-step"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:braid-test-step"
    aws_request_id: str = "6f2b1f0e-2f39-4a8c-9c0e-4a1c2d3e4f50"


CONTEXT = LambdaContext()

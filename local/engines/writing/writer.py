"""Writes answers with a small language model: Qwen2.5-Coder-1.5B-Instruct in four bits, run by llama.cpp.

Who wants it installs it (`braid engines install writer`): 1.1 GB on disk, and up to 2 GB of memory in
a process of its own. One thread: two were five times slower on a busy machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from local.engines.errors import EngineMissingError
from local.weights import WeightsMissingError, is_fetched, path
from local.weights.optional import import_optional, is_installed

__all__ = ["NAME", "complete", "is_there"]

NAME = "Qwen2.5-Coder-1.5B-Instruct (Q4_K_M)"

_WEIGHTS = ("writer", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
# The model reads 32,768 tokens; each costs 28 KiB of memory and 35 ms of one core.
_CONTEXT_TOKENS = 12_288
_BATCH_TOKENS = 256
# Buffers grow with this: the model's vocabulary is 152,000 long.
_MICRO_BATCH_TOKENS = 128
_EIGHT_BITS = 8  # ggml's Q8_0, for what attention remembers: half the memory of the default


def is_there() -> bool:
    """Whether the writer's package and its weights are on this machine; loads nothing."""
    return is_installed("writer") and is_fetched("writer")


def complete(chat: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to an OpenAI chat completion request, or ``{"error": {...}}`` as its servers spell it.

    Raises ``EngineMissingError``.
    """
    answer: dict[str, Any] = _server().handle_chat_completions(dict(chat))
    return answer


@cache
def _server() -> Any:
    try:
        xllamacpp = import_optional("writer")
        weights = path(*_WEIGHTS)
    except WeightsMissingError as error:
        raise EngineMissingError(str(error)) from error
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = _CONTEXT_TOKENS
    parameters.n_batch = _BATCH_TOKENS
    parameters.n_ubatch = _MICRO_BATCH_TOKENS
    parameters.cache_type_k = parameters.cache_type_v = _EIGHT_BITS
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.cache_ram_mib = 0  # finished conversations aren't kept: two GB are enough
    # Its server listens, though nobody but this process asks it: with a key that no page in a browser knows.
    parameters.hostnames = ["127.0.0.1"]
    parameters.api_keys = [secrets.token_hex()]
    parameters.verbosity = 1  # errors
    return xllamacpp.Server(parameters)

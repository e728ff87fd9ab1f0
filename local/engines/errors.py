"""What can go wrong in an engine, told apart by class.

EngineError
  UnreadableMediaError     the bytes aren't what the engine reads: broken, empty or another format
  UnsupportedMediaError    sound media of a kind that the engine doesn't take: several pages, a password
  EngineMissingError       the engine's library isn't installed here (no wheel for this Python, say)
  CannotDeriveError        the evidence doesn't hold what was asked; only a language model could answer
  EngineCrashedError       the worker process ended while it worked; the next call gets a fresh one
  EngineBusyError          the call's turn didn't come in time: too many others are waiting
  EngineTimeoutError       the call took longer than the caller allows; its worker was ended
  EngineFailedError        the engine raised something that isn't ours: a bug; its traceback is in the log
"""

from __future__ import annotations


class EngineError(Exception):
    """Anything an engine or its worker process reports."""


class UnreadableMediaError(EngineError):
    """The bytes can't be decoded; the message says what they seem to be."""


class UnsupportedMediaError(EngineError):
    """The media is sound but not of a kind that the engine takes; the message says which kind it is."""


class EngineMissingError(EngineError):
    """The engine can't run on this machine; the message says what is missing."""


class CannotDeriveError(EngineError):
    """The evidence doesn't hold what the schema demands; the message names the property."""


class EngineCrashedError(EngineError):
    """The worker process died during the call."""


class EngineBusyError(EngineError):
    """Too many calls are waiting; the message says how long this one did."""


class EngineTimeoutError(EngineError):
    """The call exceeded its time; the worker was ended."""


class EngineFailedError(EngineError):
    """The engine raised an error that isn't an EngineError or ValueError."""

"""What can go wrong in an engine, told apart by class.

EngineError
  UnreadableMediaError     the bytes aren't what the engine reads: broken, empty or another format
  UnsupportedMediaError    sound media of a kind that the engine doesn't take: several pages, a password
  EngineMissingError       the engine's library or its weights aren't here (no wheel for this Python, say)
  OtherLanguageError       somebody speaks, in none of the languages that were asked for
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


class OtherLanguageError(EngineError):
    """What is spoken is none of the wanted languages, or the engine knows none of those.

    ``heard`` is the ISO 639 code of what it sounds like with its probability, ``None`` where that isn't
    known.
    """

    def __init__(self, message: str, heard: tuple[str, float] | None = None) -> None:
        super().__init__(message, heard)
        self.heard = heard

    def __str__(self) -> str:
        return str(self.args[0])


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

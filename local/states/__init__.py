"""An interpreter of the Amazon States Language, in JSONPath: machines walked, histories recorded, executions kept.

It knows no AWS and no embedded AWS. What a state calls is behind ``services.Services``; time and chance come in as
a ``clock.Clock``. ``executions.Executions`` is the door: start, stop, redrive, describe, answer a task token.

Evaluation is pure: ``paths``, ``intrinsics``, ``templates``, ``choices``, ``retries``, ``items``, ``definition``.
Threads are in ``walk``, ``tasks`` and ``maps`` alone.

Source: https://states-language.net/spec.html and the Step Functions developer guide, November 2026.
"""

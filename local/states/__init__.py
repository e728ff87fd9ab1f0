"""An interpreter of the Amazon States Language in JSONPath: machines walked, histories and executions kept.

It knows no embedded AWS. What a state calls is behind ``services.Services``; time and chance come in as a
``clock.Clock``. ``executions.Executions`` is the door; ``api.Api`` speaks the service's requests and answers.

Evaluation is pure: ``paths``, ``intrinsics``, ``templates``, ``choices``, ``retries``, ``items``. Threads are
begun in ``executions``, ``tasks`` and ``parallel``.

Source: https://states-language.net/spec.html and the Step Functions developer guide, November 2026.
"""

"""What is struck: classes of operations of assets, of files of posts and of tuning runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["BY_SERVICE", "CLASSES", "POSTS", "START_OF_JOB", "TUNING", "OperationClass", "Target"]

POSTS, TUNING = "posts", "tuning"


@dataclass(frozen=True)
class Target:
    """Operations of one service, and its words for a throttle, a failure of its own and a refusal."""

    service: str
    operation: str = "*"
    throttle: tuple[str, int] = ("ThrottlingException", 400)
    failure: tuple[str, int] = ("InternalServerError", 500)
    denial: tuple[str, int] = ("AccessDeniedException", 400)
    after: int | None = None  # calls that pass; None where that follows from how many there are
    holds: str = ""  # what the request holds beside the name: it tells one call from others of its operation
    is_called_by_function: bool = True


@dataclass(frozen=True)
class OperationClass:
    """What it belongs to (a kind of file, ``POSTS`` or ``TUNING``) and where it strikes.

    At all three positions of one target's calls, or at one call of each of three.
    """

    kind: str
    targets: tuple[Target, ...]
    is_asked_for_findings: bool = False  # what it doesn't answer is missing


_S3 = Target("s3", "*", ("SlowDown", 503), ("InternalError", 500), ("AccessDenied", 403))
_TABLE = Target("dynamodb")
# What is called last is known by what it does: search, which listens to the end, calls both later still, and
# how often something is awaited differs from run to run.
_RESULT = replace(_S3, operation="PutObject", after=0, holds="/result.json ")
_CLOSING = replace(_TABLE, operation="TransactWriteItems", after=0, holds='":finished_at"')
_END_OF_RUN = replace(_S3, operation="PutObject", after=0, holds="/end.json ")
_MODEL = Target("bedrock-runtime", throttle=("ThrottlingException", 429))
START_OF_JOB = Target(
    "transcribe", "StartTranscriptionJob", throttle=("LimitExceededException", 400), after=0
)
_POLL = replace(START_OF_JOB, operation="GetTranscriptionJob")
_INVOKE = Target(
    "lambda",
    "Invoke",
    throttle=("TooManyRequestsException", 429),
    failure=("ServiceException", 500),
    is_called_by_function=False,
)
_ANNOUNCE = Target(
    "events",
    "PutEvents",
    after=0,
    # How Step Functions names what the service's model doesn't.
    throttle=("EventBridgeException", 400),
    failure=("InternalException", 500),
    is_called_by_function=False,
)
_TRAINING = Target("sagemaker", "CreateTrainingJob", after=0)
_AWAIT_TRAINING = replace(_TRAINING, operation="DescribeTrainingJob")

CLASSES: Mapping[str, OperationClass] = {
    "sync: Comprehend": OperationClass(
        "text",
        (Target("comprehend", throttle=("TooManyRequestsException", 400)),),
        is_asked_for_findings=True,
    ),
    "sync: Rekognition": OperationClass(
        "picture",
        (Target("rekognition", throttle=("ProvisionedThroughputExceededException", 400)),),
        is_asked_for_findings=True,
    ),
    # How often a job is asked for depends on the engine's speed.
    "job: Transcribe": OperationClass(
        "speech", (START_OF_JOB, _POLL, replace(_POLL, after=1)), is_asked_for_findings=True
    ),
    "storage: S3": OperationClass("text", (_S3, _S3, _RESULT)),
    "table: DynamoDB": OperationClass("text", (_TABLE, _TABLE, _CLOSING)),
    "model: Bedrock": OperationClass("text", (_MODEL,), is_asked_for_findings=True),
    # What makes things happen: an execution begins, a state calls, the end is announced.
    "event: start, call, announce": OperationClass(
        "text", (Target("stepfunctions", "StartExecution", after=0), replace(_INVOKE, after=0), _ANNOUNCE)
    ),
    "posts, storage: S3": OperationClass(POSTS, (_S3, _S3, _RESULT)),
    "posts, table: DynamoDB": OperationClass(POSTS, (_TABLE, _TABLE, _CLOSING)),
    "posts, model: Bedrock": OperationClass(POSTS, (_MODEL,)),
    # Admit Posts, the second of three chunks, the end.
    "posts, event: call, announce": OperationClass(
        POSTS, (replace(_INVOKE, after=0), replace(_INVOKE, after=2), _ANNOUNCE)
    ),
    "tuning, storage: S3": OperationClass(TUNING, (_S3, _S3, _END_OF_RUN)),
    # How often what becomes ready is asked for depends on the engine's speed, here too.
    "tuning, job: SageMaker": OperationClass(
        TUNING, (_TRAINING, _AWAIT_TRAINING, replace(_AWAIT_TRAINING, after=1))
    ),
    "tuning, models: Bedrock": OperationClass(
        TUNING,
        (
            Target("bedrock", "CreateCustomModel", after=0),
            Target("bedrock", "CreateCustomModelDeployment", after=0),
            Target("bedrock", "GetCustomModelDeployment", after=0),
        ),
    ),
    "tuning, answers: Bedrock": OperationClass(TUNING, (_MODEL,)),
    "tuning, switch: Scheduler": OperationClass(TUNING, (Target("scheduler"),)),
    # The first state, one behind Submit Training, the last.
    "tuning, event: call": OperationClass(
        TUNING,
        (_INVOKE, replace(_INVOKE, after=5), replace(_INVOKE, after=0, holds="tuning-register")),
    ),
}

# One target of each service, for the words in which it throttles and fails.
BY_SERVICE: Mapping[str, Target] = {
    target.service: target for each in CLASSES.values() for target in each.targets
}

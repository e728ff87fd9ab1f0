"""Which deployment a command talks to: a stack in AWS, or the embedded one on this machine."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from cli.errors import EXIT_MISUSE, CommandError
from local import lifecycle, own_settings

if TYPE_CHECKING:
    import boto3

__all__ = ["HOME", "PROJECT_ROOT", "Target", "aws_session", "find_target"]

PROJECT_ROOT = Path(__file__).resolve().parents[1]
# Where the embedded AWS keeps what it needs while it runs; a second one needs a folder and a port of its own.
HOME = own_settings.folder(os.environ.get("BRAID_HOME") or str(PROJECT_ROOT / ".braid"))
_FUNCTION_SECONDS = 900  # the longest that a Lambda function runs
_OWN_KIND = "-pipeline"  # how the stack's name ends that a deployment is known by
_OUTPUTS = (
    "InputBucketName",
    "ResultsBucketName",
    "AssetsTableName",
    "StateMachineArn",
    "ReviewFunctionName",
    "TrialFunctionName",
)


@dataclass(frozen=True)
class Target:
    """One deployed pipeline, known by the outputs of its stack."""

    stack_name: str
    deployment_name: str  # what opens the names of functions, alarms and jobs, such as braid-dev
    is_local: bool
    input_bucket: str
    results_bucket: str
    assets_table: str
    state_machine_arn: str
    review_function: str
    trial_function: str
    session: boto3.Session
    endpoint_url: str | None
    batch_function: str = ""  # empty where the knob batch_inference is off, as the role is
    batch_role_arn: str = ""
    # Empty where the deployment is of a version that had nothing to repair with.
    inbox_queue_url: str = ""
    dead_letters_url: str = ""
    closing_function: str = ""
    posts_machine_arn: str = ""
    generation_machine_arn: str = ""  # empty where the knob generation is off
    posts_function: str = ""

    @functools.cached_property
    def s3(self) -> Any:
        """The S3 client."""
        return self._client("s3")

    @functools.cached_property
    def dynamodb(self) -> Any:
        """The DynamoDB client."""
        return self._client("dynamodb")

    @functools.cached_property
    def stepfunctions(self) -> Any:
        """The Step Functions client."""
        return self._client("stepfunctions")

    @functools.cached_property
    def transcribe(self) -> Any:
        """The client that knows the transcription jobs."""
        return self._client("transcribe")

    @functools.cached_property
    def sqs(self) -> Any:
        """The client of the queues."""
        return self._client("sqs")

    @functools.cached_property
    def lambda_(self) -> Any:
        """The Lambda client. It calls once: who decides twice is refused, who asks twice pays twice."""
        return _client(
            self.session, "lambda", self.endpoint_url, attempts=1, read_timeout=_FUNCTION_SECONDS + 60
        )

    @functools.cached_property
    def logs(self) -> Any:
        """The CloudWatch Logs client."""
        return self._client("logs")

    @functools.cached_property
    def cloudwatch(self) -> Any:
        """The client of the alarms."""
        return self._client("cloudwatch")

    @functools.cached_property
    def cloudformation(self) -> Any:
        """The client that knows what a stack consists of."""
        return self._client("cloudformation")

    @functools.cached_property
    def vectors(self) -> Any:
        """The client of S3 Vectors, which holds the search index."""
        return self._client("s3vectors")

    @functools.cached_property
    def athena(self) -> Any:
        """The client that asks the catalogue."""
        return self._client("athena")

    @functools.cached_property
    def sts(self) -> Any:
        """The client that says who is calling."""
        return self._client("sts")

    @functools.cached_property
    def batch_jobs(self) -> Any:
        """The Bedrock client that submits batch jobs and knows how far they are."""
        return self._client("bedrock")

    def bedrock(self, region: str) -> Any:
        """The client that knows which models Bedrock has in a region; the embedded AWS has none to ask."""
        return self.session.client("bedrock", region_name=region)

    def parameters(self, region: str) -> Any:
        """The client of AWS's public parameters, which not every region has."""
        return self.session.client("ssm", region_name=region)

    def client(self, service: str) -> Any:
        """A client of any service, for what looks through an account."""
        return self._client(service)

    def _client(self, service: str) -> Any:
        return _client(self.session, service, self.endpoint_url)

    def outputs_beside(self, kind: str) -> dict[str, str] | None:
        """The outputs of the deployment's stack of that kind, such as ``search``; None where it has none."""
        stack = _stack(self.cloudformation, self.name_beside(kind))
        return None if stack is None else _outputs_of(stack)

    def name_beside(self, kind: str) -> str:
        """What the deployment's stack of that kind is called."""
        return f"{self.stack_name.removesuffix(_OWN_KIND)}-{kind}"

    @property
    def machine_arns(self) -> tuple[str, ...]:
        """The state machines whose executions are assets' own."""
        known = (self.state_machine_arn, self.posts_machine_arn, self.generation_machine_arn)
        return tuple(filter(None, known))

    @property
    def where(self) -> str:
        """One line that says which deployment this is."""
        place = f"embedded AWS at {self.endpoint_url}" if self.is_local else f"AWS {self.session.region_name}"
        return f"{self.stack_name} ({place})"


def find_target(stack_name: str | None, *, home: Path = HOME) -> Target:
    """The deployment named by ``--stack``, else the embedded one if it is live.

    Raises ``CommandError`` that says how to get one.
    """
    import boto3  # half a second: only where a deployment is really asked
    from botocore.session import Session

    if stack_name is not None:
        if not stack_name.strip():
            raise CommandError(
                "--stack takes a stack's name, such as braid-dev-pipeline", exit_code=EXIT_MISUSE
            )
        return _from_stack(aws_session(), stack_name, None)
    aws = lifecycle.current(home)
    if aws is None:
        raise CommandError(
            "no deployment: start the embedded AWS with `braid up`, "
            "or name a stack in AWS with `--stack NAME`"
        )
    pipelines = [name for name in aws.stacks if name.endswith(_OWN_KIND)]
    if not pipelines:
        raise CommandError("the embedded AWS is running but nothing is deployed in it; run `braid up` again")
    # Without the user's profiles: AWS_PROFILE may name one that has nothing to do with this.
    nothing = {"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)}
    session = boto3.Session(
        botocore_session=Session(session_vars=nothing),
        aws_access_key_id=aws.access_key_id,
        aws_secret_access_key=aws.secret_access_key,
        region_name=aws.region,
    )
    return _from_stack(session, pipelines[0], aws.endpoint)


def aws_session() -> boto3.Session:
    """A session of the user's identity in AWS, in the region that their environment or profile names."""
    import boto3  # half a second: only where a deployment is really asked

    # Profiles, single sign-on and assumed roles are boto3's to find. AWS_REGION, which the CDK and the AWS
    # CLI know, it doesn't read: only AWS_DEFAULT_REGION
    # (https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html).
    return boto3.Session(region_name=os.environ.get("AWS_REGION") or None)


def _stack(cloudformation: Any, name: str) -> dict[str, Any] | None:
    try:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"].get("Message", ""):
            raise
        return None
    return cast("dict[str, Any]", stack)


def _outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}


def _from_stack(session: boto3.Session, stack_name: str, endpoint_url: str | None) -> Target:
    stack = _stack(_client(session, "cloudformation", endpoint_url), stack_name)
    if stack is None:
        raise CommandError(
            f"there is no stack {stack_name!r} in {session.region_name} of this account; the pipeline's is "
            "called braid-<environment_name>-pipeline, and AWS_PROFILE and AWS_REGION choose where to look"
        )
    outputs = _outputs_of(stack)
    if missing := [name for name in _OUTPUTS if name not in outputs]:
        raise CommandError(
            f"stack {stack_name!r} ({stack['StackStatus']}) has no output {missing[0]}; "
            "name the pipeline's stack, such as braid-dev-pipeline"
        )
    return Target(
        stack_name=stack_name,
        # A release before this output had nothing else to go by than the stack's name.
        deployment_name=outputs.get("DeploymentName") or stack_name.removesuffix(_OWN_KIND),
        is_local=endpoint_url is not None,
        input_bucket=outputs["InputBucketName"],
        results_bucket=outputs["ResultsBucketName"],
        assets_table=outputs["AssetsTableName"],
        state_machine_arn=outputs["StateMachineArn"],
        review_function=outputs["ReviewFunctionName"],
        trial_function=outputs["TrialFunctionName"],
        session=session,
        endpoint_url=endpoint_url,
        batch_function=outputs.get("BatchFunctionName", ""),
        batch_role_arn=outputs.get("BatchRoleArn", ""),
        inbox_queue_url=outputs.get("InboxQueueUrl", ""),
        dead_letters_url=outputs.get("DeadLetterQueueUrl", ""),
        closing_function=outputs.get("ClosingFunctionName", ""),
        posts_machine_arn=outputs.get("PostsMachineArn", ""),
        generation_machine_arn=outputs.get("GenerationMachineArn", ""),
        posts_function=outputs.get("PostsFunctionName", ""),
    )


def _client(
    session: boto3.Session,
    service: str,
    endpoint_url: str | None,
    *,
    attempts: int = 8,
    read_timeout: int = 60,
) -> Any:
    from botocore.config import Config  # as above

    # A call of minutes says nothing meanwhile: without keepalive, routers forget its connection.
    patience: dict[str, Any] = {"read_timeout": read_timeout, "tcp_keepalive": True}
    if endpoint_url is None:
        # Adaptive: a watcher that is throttled slows down instead of failing.
        config = Config(retries={"mode": "adaptive", "total_max_attempts": attempts}, **patience)
        try:
            return session.client(service, config=config)
        except ValueError as error:  # botocore's word for an address that it can't read
            raise CommandError(
                f"AWS_ENDPOINT_URL is {os.environ.get('AWS_ENDPOINT_URL')!r}, which is no address such as "
                "http://127.0.0.1:4566; unset it to talk to AWS"
            ) from error
    # A server on loopback has no name per bucket (path-style addressing) and lies behind no proxy. When it
    # isn't there it has ended: eight tries would be forty seconds until that is said.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": min(attempts, 3)},
        s3={"addressing_style": "path"},
        proxies={},
        **patience,
    )
    return session.client(service, endpoint_url=endpoint_url, config=config)

"""The embedded AWS as a test uses it: clients, throw-away functions and machines, the control endpoint."""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local import lifecycle
from local.home import LocalAws
from local.launcher.config import python_version

TOYS = "tests.local.embedded_aws.toy_services"
WAIT_SCALE = 0.1

ASSUMED_BY_ANYONE = json.dumps({"Version": "2012-10-17", "Statement": []})


@dataclass
class Embedded:
    """The running embedded AWS, as a test uses it."""

    aws: LocalAws
    home: Path
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, **credentials: str) -> Any:
        """A client without retries; as the account's root unless credentials are given."""
        if credentials or service not in self._clients:
            keys = {
                "aws_access_key_id": self.aws.access_key_id,
                "aws_secret_access_key": self.aws.secret_access_key,
                **credentials,
            }
            config = Config(retries={"total_max_attempts": 1}, read_timeout=60)
            made = boto3.client(
                service, endpoint_url=self.aws.endpoint, region_name=self.aws.region, config=config, **keys
            )
            if credentials:
                return made
            self._clients[service] = made
        return self._clients[service]

    def control(self, name: str, method: str = "GET", body: Mapping[str, Any] | None = None) -> Any:
        """One request to the launcher's own endpoint."""
        return lifecycle.control(self.aws, name, method=method, body=body)

    def role(self, *statements: Mapping[str, Any]) -> str:
        """A new role with these grants; returns its ARN."""
        name = f"role-{uuid.uuid4().hex[:8]}"
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=ASSUMED_BY_ANYONE)["Role"]["Arn"]
        if statements:
            document = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_role_policy(RoleName=name, PolicyName="grants", PolicyDocument=json.dumps(document))
        return str(arn)

    def function(
        self,
        code: str,
        *statements: Mapping[str, Any],
        name: str | None = None,
        timeout: int = 20,
        **settings: Any,
    ) -> str:
        """A new python function whose ``handler`` is in ``code``; returns its name."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("index.py", code)
        name = name or f"function-{uuid.uuid4().hex[:8]}"
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime=f"python{python_version()}",
            Role=self.role(*statements),
            Handler="index.handler",
            Timeout=timeout,
            Code={"ZipFile": buffer.getvalue()},
            **settings,
        )
        return name

    def invoke(self, function: str, payload: Any = None) -> tuple[Any, str | None]:
        """What the function returned or, with the kind of error, its error document."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(payload))
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")

    def machine(self, definition: Mapping[str, Any], role_arn: str | None = None) -> str:
        """A new state machine that may call anything unless a role is given; returns its ARN."""
        role = role_arn or self.role({"Effect": "Allow", "Action": "*", "Resource": "*"})
        created = self.client("stepfunctions").create_state_machine(
            name=f"machine-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=role
        )
        return str(created["stateMachineArn"])

    def run(
        self,
        definition: Mapping[str, Any],
        given: Any = None,
        role_arn: str | None = None,
        *,
        name: str | None = None,
    ) -> Ended:
        """Runs a state machine to its end."""
        arn = self.machine(definition, role_arn)
        execution = self.client("stepfunctions").start_execution(
            stateMachineArn=arn,
            input=json.dumps({} if given is None else given),
            **({} if name is None else {"name": name}),
        )["executionArn"]
        return self.ended(execution)

    def ended(self, execution_arn: str, seconds: float = 30) -> Ended:
        """Waits for the end of an execution."""
        states = self.client("stepfunctions")
        described = until(
            lambda: (
                (found := states.describe_execution(executionArn=execution_arn))["status"] != "RUNNING"
                and found
            ),
            seconds,
        )
        history = states.get_execution_history(executionArn=execution_arn, maxResults=1000)["events"]
        return Ended(
            status=described["status"],
            output=json.loads(described["output"]) if described.get("output") else None,
            error=described.get("error"),
            cause=described.get("cause"),
            history=history,
            execution_arn=execution_arn,
        )

    def received(self, queue_url: str) -> list[Any]:
        """The bodies of the messages that wait in a queue now, removed from it."""
        queue = self.client("sqs")
        bodies = []
        while messages := queue.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                queue.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return bodies


@dataclass(frozen=True)
class Ended:
    """How an execution ended."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    history: list[Any]
    execution_arn: str

    @property
    def entered(self) -> list[str]:
        """The names of the entered states, in the order of their events."""
        events = (e for e in self.history if e["type"].endswith("StateEntered"))
        return [event["stateEnteredEventDetails"]["name"] for event in events]

    def count(self, event_type: str) -> int:
        """How many events of the type the history holds."""
        return sum(event["type"] == event_type for event in self.history)


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Polls until the condition gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing came within {seconds} s")

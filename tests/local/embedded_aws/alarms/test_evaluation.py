"""CloudWatch in the embedded AWS: whatever feeds a metric, its alarm rises, tells, and returns to OK."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.embedded_aws.harness import Embedded, until

pytestmark = pytest.mark.patch("monitoring/alarms.py", "monitoring/service_metrics.py")

COUNTING = """
import json
def handler(event, context):
    metric = {"Namespace": "Toys", "Dimensions": [["colour"]], "Metrics": [{"Name": "Broken"}]}
    print(json.dumps({"_aws": {"CloudWatchMetrics": [metric]}, "colour": event, "Broken": 3}))
    raise ValueError("no")
"""
FAILS = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
# Later than every period that holds what a test did, before which an alarm isn't sure of its data.
SOON, LATE = 61.0, 600.0


def an_alarm(
    embedded: Embedded, namespace: str, metric: str, dimensions: Mapping[str, str], **changes: Any
) -> str:
    name = f"alarm-{uuid.uuid4().hex[:8]}"
    embedded.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        **{
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            **changes,
        },
    )
    return name


def state(embedded: Embedded, name: str, later_seconds: float) -> str:
    embedded.control("alarms", "POST", {"later_seconds": later_seconds})
    (found,) = embedded.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return str(found["StateValue"])


def rises_and_falls(embedded: Embedded, name: str) -> list[str]:
    return [state(embedded, name, later) for later in (SOON, LATE)]


def early_in_a_minute() -> None:
    """FILL gives an empty minute a value: the last whole one must be the deed's when it is looked at."""
    left = 60 - time.time() % 60
    if left < 20:
        time.sleep(left)


def told_queue(embedded: Embedded) -> tuple[str, str]:
    """A topic, and the queue into which it may send."""
    sqs, sns = embedded.client("sqs"), embedded.client("sns")
    url = sqs.create_queue(QueueName=f"told-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    topic = sns.create_topic(Name=f"alarms-{uuid.uuid4().hex[:8]}")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, url


def test_a_failed_execution_is_told_and_over(embedded: Embedded) -> None:
    topic, queue = told_queue(embedded)
    ended = embedded.run(FAILS)
    machine = ended.execution_arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    of_machine = {"StateMachineArn": machine}
    actions = {"AlarmActions": [topic], "OKActions": [topic]}
    watched = an_alarm(embedded, "AWS/States", "ExecutionsFailed", of_machine, **actions)
    other = an_alarm(embedded, "AWS/States", "ExecutionsFailed", {"StateMachineArn": f"{machine}-other"})
    assert [state(embedded, name, SOON) for name in (watched, other)] == ["ALARM", "OK"]
    assert state(embedded, watched, LATE) == "OK"
    told = [json.loads(body["Message"])["NewStateValue"] for body in embedded.received(queue)]
    assert told == ["OK", "ALARM", "OK"], "the first is the end of INSUFFICIENT_DATA"
    history = embedded.client("cloudwatch").describe_alarm_history(
        AlarmName=watched, HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    assert [item["HistorySummary"] for item in history][:2] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from OK to ALARM",
    ]


def test_a_topic_that_does_not_allow_it_is_not_told(embedded: Embedded) -> None:
    """The default policy of a topic allows the account's services; one of your own must name CloudWatch."""
    topic, queue = told_queue(embedded)
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [nobody]})
    embedded.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    name = an_alarm(embedded, "Toys", "Silent", {}, AlarmActions=[topic], OKActions=[topic])
    embedded.client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="drill")
    assert embedded.received(queue) == []
    assert any(d["resource"] == topic for d in embedded.control("denied")["denied"])


def test_a_function_counts_its_errors_and_what_its_log_says(embedded: Embedded) -> None:
    function = embedded.function(COUNTING)
    colour = uuid.uuid4().hex[:8]
    embedded.invoke(function, colour)
    errors = an_alarm(embedded, "AWS/Lambda", "Errors", {"FunctionName": function})
    throttles = an_alarm(embedded, "AWS/Lambda", "Throttles", {"FunctionName": function})
    said = an_alarm(embedded, "Toys", "Broken", {"colour": colour}, Threshold=3)
    assert rises_and_falls(embedded, errors) == ["ALARM", "OK"]
    assert rises_and_falls(embedded, said) == ["ALARM", "OK"]
    assert rises_and_falls(embedded, throttles) == ["OK", "OK"]


def test_a_function_that_an_event_calls_is_counted_once(embedded: Embedded) -> None:
    function = embedded.function("def handler(event, context): return 1")
    embedded.client("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=b"{}")
    asked = {
        "MetricDataQueries": [
            {
                "Id": "runs",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda",
                        "MetricName": "Invocations",
                        "Dimensions": [{"Name": "FunctionName", "Value": function}],
                    },
                    "Period": 3600,
                    "Stat": "Sum",
                },
                "ReturnData": False,
            },
            {"Id": "twice", "Expression": "FILL(runs, 0) * 2"},
        ],
        "StartTime": time.time() - 7200,
        "EndTime": time.time() + 3600,
    }
    cloudwatch = embedded.client("cloudwatch")

    def twice() -> list[float]:
        (found,) = cloudwatch.get_metric_data(**asked)["MetricDataResults"]
        return list(found["Values"])

    assert sum(until(lambda: any(values := twice()) and values)) == 2.0


def test_the_oldest_message_of_a_queue_grows_old(embedded: Embedded) -> None:
    name = f"letters-{uuid.uuid4().hex[:8]}"
    url = embedded.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    waiting = an_alarm(
        embedded, "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": name}, Statistic="Maximum"
    )
    old = an_alarm(
        embedded,
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        {"QueueName": name},
        Statistic="Maximum",
        Threshold=1800,
    )
    embedded.client("sqs").send_message(QueueUrl=url, MessageBody='"a"')
    seen = {later: (state(embedded, waiting, later), state(embedded, old, later)) for later in (0, 61, 122)}
    assert seen[122] == ("ALARM", "OK")
    state(embedded, old, 3600)
    assert state(embedded, old, 3661) == "ALARM"
    embedded.received(url)
    for later in (4000, 4061, 4122, 4400):
        state(embedded, waiting, later)
    assert (state(embedded, waiting, 4400), state(embedded, old, 4400)) == ("OK", "OK")


def test_what_comes_later_and_what_is_in_flight_are_told_apart(embedded: Embedded) -> None:
    name = f"letters-{uuid.uuid4().hex[:8]}"
    sqs = embedded.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    kinds = ("Visible", "NotVisible", "Delayed")
    alarms = {
        kind: an_alarm(
            embedded,
            "AWS/SQS",
            f"ApproximateNumberOfMessages{kind}",
            {"QueueName": name},
            Statistic="Maximum",
            Threshold=count,
        )
        for count, kind in enumerate(kinds, 1)
    }
    for delay, count in ((0, 3), (900, 3)):
        for _ in range(count):
            sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=delay)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2, VisibilityTimeout=900)
    embedded.control("alarms", "POST", {"later_seconds": 0.0})
    assert {kind: state(embedded, alarm, SOON) for kind, alarm in alarms.items()} == dict.fromkeys(
        kinds, "ALARM"
    )


def test_a_composite_follows_its_children_and_a_state_that_is_set(embedded: Embedded) -> None:
    cloudwatch = embedded.client("cloudwatch")
    child = an_alarm(embedded, "Toys", "Nothing", {})
    cloudwatch.put_composite_alarm(AlarmName=f"any-{child}", AlarmRule=f'ALARM("{child}")')

    def of_composite() -> str:
        found = cloudwatch.describe_alarms(AlarmNames=[f"any-{child}"], AlarmTypes=["CompositeAlarm"])
        return str(found["CompositeAlarms"][0]["StateValue"])

    cloudwatch.set_alarm_state(AlarmName=child, StateValue="ALARM", StateReason="a rehearsal")
    assert of_composite() == "ALARM"
    assert state(embedded, child, SOON) == "OK", "the next evaluation knows better"
    assert of_composite() == "OK"


def test_a_template_brings_its_alarms_and_takes_them_away(embedded: Embedded) -> None:
    name = f"brought-{uuid.uuid4().hex[:8]}"
    measured = {"Metric": {"Namespace": "Toys", "MetricName": name}, "Period": "60", "Stat": "Sum"}
    resources = {
        "Child": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": name,
                "Metrics": [
                    {"Id": "m", "MetricStat": measured, "ReturnData": "false"},
                    {"Id": "e", "Expression": "FILL(m, 0) * 2"},
                ],
                "EvaluationPeriods": "1",
                "Threshold": "6",
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            },
        },
        "Any": {
            "Type": "AWS::CloudWatch::CompositeAlarm",
            "Properties": {"AlarmName": f"any-{name}", "AlarmRule": {"Fn::Sub": 'ALARM("${Child}")'}},
        },
    }
    formation, cloudwatch = embedded.client("cloudformation"), embedded.client("cloudwatch")
    formation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
    early_in_a_minute()
    cloudwatch.put_metric_data(Namespace="Toys", MetricData=[{"MetricName": name, "Value": 3.0}])
    assert rises_and_falls(embedded, name) == ["ALARM", "OK"]

    def left() -> list[Any]:
        kinds = ["MetricAlarm", "CompositeAlarm"]
        found = cloudwatch.describe_alarms(AlarmNames=[name, f"any-{name}"], AlarmTypes=kinds)
        return [*found["MetricAlarms"], *found["CompositeAlarms"]]

    assert len(left()) == 2
    formation.delete_stack(StackName=name)
    until(lambda: not left())


def test_an_alarm_that_could_never_ring_is_refused(embedded: Embedded) -> None:
    metrics = [{"Id": "e", "Expression": "ANOMALY_DETECTION_BAND(m1)", "ReturnData": True}]
    with pytest.raises(ClientError, match="ValidationError"):
        embedded.client("cloudwatch").put_metric_alarm(
            AlarmName="never",
            Metrics=metrics,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )

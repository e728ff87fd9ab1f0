"""A deployment is updated in place: what AWS knows by name keeps its name, and nothing changes by accident.

The golden is what the version before deployed. A change that is meant is listed here, with its reason.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.conftest import Synthesis
from tests.infra.templates.template_goldens import Difference, differences, read_golden, shape_of

BEFORE = "0.1.0"

# Where code lies and what a person reads about a resource; nothing is deployed by another name for it.
FREE = {
    "Handler": "modules have other names",
    "Description": "wording",
    "Comment": "wording",
    **dict.fromkeys(
        (
            *("count.$", "throttled_limit", "unavailable_limit"),
            *("entered_at.$", "throttled_seconds", "unavailable_seconds", "MaxAttempts", "MaxDelaySeconds"),
        ),
        "steps are patient by time, not by counts; the retriers are held to it elsewhere",
    ),
    "redrive_count.$": "a redriven execution ends the record that its first run left FAILED",
    **dict.fromkeys(("metered", "metered.$"), "what each step used travels to the receipt"),
    "ErrorEquals": "a dead process has more names than were known; the lists are held to them elsewhere",
}
# Names of a function's environment: old -> new, for every function that has it.
RENAMED_VARIABLES = {"CAPTIONS_PER_SECOND": "DESCRIPTIONS_PER_SECOND"}
_PUBLISH_RESULT = (
    *("Resources", "WorkflowStateMachine8F1B1C15", "Properties", "DefinitionString"),
    *("States", "Publish Result"),
)
_AGAIN = "an asset is asked for again, and takes over what an earlier attempt analysed"


def _variable(function: str, name: str) -> tuple[str, ...]:
    return ("Resources", function, "Properties", "Environment", "Variables", name)


def _resource(role: str, statement: str) -> tuple[str, ...]:
    document = ("Properties", "Policies", "0", "PolicyDocument", "Statement")
    return ("Resources", role, *document, statement, "Resource")


_DEADLINES = (
    ("Resources", "Deadlines"),
    *(
        _variable(function, name)
        for function in ("ReviewAskFunction5BADEC98", "ReviewDecideFunctionBCAE62F5")
        for name in ("DEPLOYMENT_NAME", "SCHEDULE_GROUP")
    ),
    _resource("ReviewAskRoleA7C943DD", "8"),
    _resource("ReviewDecideRole5F09BCCA", "2"),
    (
        *("Resources", "ReviewDeadlinesF74B8E8F", "Properties", "AssumeRolePolicyDocument"),
        *("Statement", "0", "Condition", "ArnEquals"),
    ),
)
_LOOKS = tuple(
    path
    for name, function, role in (
        ("Inference", "05D34FA4", "9C862296"),
        ("Language", "9B24E5CC", "B13904D7"),
        ("Reading", "8BF71F37", "D3D16DE3"),
        ("TranscriptionStart", "D03F2151", "F0EBA721"),
        ("Vision", "3B7B878D", "3E6B7C3C"),
    )
    for path in (
        _variable(f"{name}Function{function}", "ASSETS_TABLE"),
        ("Resources", f"{name}Role{role}", "Properties", "Policies", "0", "PolicyDocument", "Statement"),
    )
)
_GUARDRAILS = (
    *(
        ("Resources", f"Guardrail{name}")
        for digest in ("a80f9771", "bb78f152")
        for name in (digest, f"Version{digest}")
    ),
    *(
        ("Resources", f"Guardrail{profile}{version}")
        for profile, digest in (
            ("Accessibility", "a80f9771"),
            ("Catalog", "a80f9771"),
            ("Education", "a80f9771"),
            ("General", "a80f9771"),
            ("Moderation", "bb78f152"),
        )
        for version in ("", f"Version{digest}")
    ),
    _variable("InferenceFunction05D34FA4", "GUARDRAILS"),
    _variable("InferenceTrialFunctionE33F4287", "GUARDRAILS"),
    _resource("InferenceTrialRoleD1911A75", "0"),
)
_JOBS = (
    _variable("TranscriptionStartFunctionD03F2151", "DEPLOYMENT_NAME"),
    _variable("TranscriptionStartFunctionD03F2151", "JOB_PREFIX"),
    _variable("TranscriptionCollectFunction6FBB9296", "DEPLOYMENT_NAME"),
    _resource("TranscriptionCollectRoleC2DED788", "2"),
)
_BUDGET = "an asset that is too dear for its profile is answered by the cheapest models, or reviewed"
# Whole groups of resources and outputs that are new, by how their names begin -> why.
NEW_GROUPS = {
    "Posts": "files of posts have a state machine of their own",
    "Verdicts": "a post is judged once",
}
# Anything else that is meant: the path of a difference or its beginning -> why.
LISTED: dict[tuple[str, ...], str] = {
    (
        *_PUBLISH_RESULT[:-1],
        "Not Announced",
    ): "an execution that announced nothing failed, so that its death is heard of and announces it",
    (
        *("Resources", "RecordingRole14249EB5", "Properties", "Policies", "0", "PolicyDocument", "Statement"),
        "11",
    ): "what was published and never announced is announced by whoever records deaths",
    (
        *("Resources", "VisionRole3E6B7C3C", "Properties", "Policies", "0", "PolicyDocument"),
        "Statement",
    ): "pictures of more than a hundred words are read by Textract",
    (
        *("Resources", "PublishingFunctionBAC489CE", "Properties", "Environment", "Variables"),
        "CAPTION_LANGUAGES",
    ): "captions are translated where the deployment or a profile names languages",
    (
        *("Resources", "PublishingFunctionBAC489CE", "Properties", "Environment", "Variables"),
        "SPOKEN_DESCRIPTIONS",
    ): "audio descriptions are spoken where the deployment or a profile wants it",
    (
        *("Resources", "TranscriptionStartFunctionD03F2151", "Properties", "Environment", "Variables"),
        "TRANSCRIBE_ROLE_ARN",
    ): "recordings beyond those that an account may transcribe at once wait in the service's queue",
    (
        *("Resources", "DispatchFunctionCD7C4A01", "Properties", "Environment", "Variables"),
        "OF_FOLDER",
    ): "what is asked for below a folder of its own is begun by a machine of its own",
    (
        *("Resources", "ReviewDecideFunctionBCAE62F5", "Properties", "Environment", "Variables"),
        "FOUR_EYES",
    ): "somebody else than who asked for it may have to approve of what was made",
    (
        *("Resources", "WorkflowExecutionDied64E2B299", "Properties", "EventPattern", "detail"),
        "stateMachineArn",
    ): "the end of an execution of another machine is recorded too",
    ("Resources", "TranscribeQueueD1315F94"): "the role that Transcribe has for what waits in its queue",
    **{
        (
            *("Resources", function, "Properties", "Environment", "Variables"),
            "MAX_TEXT_CHARACTERS",
        ): "text is refused beyond what it may cost"
        for function in ("IntakeFunction1A6D016E", "ReadingFunction8BF71F37")
    },
    (
        *("Resources", "IntakeFunction1A6D016E", "Properties", "Environment", "Variables"),
    ): "what an asset may cost is estimated before it is paid",
    (
        *("Resources", "DispatchFunctionCD7C4A01", "Properties", "Environment", "Variables"),
    ): "assets wait for a place, and for a day whose money isn't spent",
    (
        *("Resources", "DispatchRoleCDD03C3A", "Properties", "Policies", "0", "PolicyDocument"),
        "Statement",
    ): "records are read before they are changed, with the counts; messages are sent again",
    ("Outputs", "InboxQueueUrl"): _AGAIN,
    ("Outputs", "DeploymentName"): "a stage's name opens those of stacks, not those of what is in them",
    ("Outputs", "ClosingFunctionName"): "an audit has ends recorded that nobody recorded",
    (
        *("Resources", "IntakeRole6965BA50", "Properties", "Policies", "0", "PolicyDocument"),
        "Statement",
    ): _AGAIN,
    (*_PUBLISH_RESULT[:-1], "Admit Asset", "Parameters", "Payload", "given.$"): _AGAIN,
    (*_PUBLISH_RESULT[:-1], "Admit Asset", "ResultSelector"): _AGAIN,
    (*_PUBLISH_RESULT[:-1], "Admit Asset", "Retry"): "an asset waits for days until there is money for it",
    (*_PUBLISH_RESULT[:-1], "Infer Answer", "Parameters", "Payload", "budget.$"): _BUDGET,
    (
        *(*_PUBLISH_RESULT[:-1], "Analyze Modalities", "Branches", "1", "States", "Look at Keyframes"),
        *("Parameters", "Payload", "budget.$"),
    ): _BUDGET,
    (*_PUBLISH_RESULT[:-1], "Admitted?", "Choices"): _AGAIN,
    (*_PUBLISH_RESULT[:-1], "Take Analyses Over"): _AGAIN,
    (*_PUBLISH_RESULT[:-1], "Take Timeline Over"): _AGAIN,
    (*_PUBLISH_RESULT[:-1], "Answer Missing"): "a model that hangs costs the answer, not the evidence",
    (*_PUBLISH_RESULT[:-1], "Infer Answer", "Catch"): "a model that hangs costs the answer, not the evidence",
    (
        *_PUBLISH_RESULT[:-1],
        *("Infer Answer", "Parameters", "Payload", "failure"),
    ): "the function also tells what it died of",
    (*_PUBLISH_RESULT, "Parameters", "Payload", "retries"): "services that are asked there may be busy",
    **{
        ("Resources", logical_id, "DeletionPolicy"): "what a first deployment made until it failed goes again"
        for logical_id in ("InputBucket3BF8630A", "ResultsBucketA95A2103", "AssetsTableB17E4AB4")
    },
    **{
        ("Resources", "AssetsTableB17E4AB4", "Properties", name): (
            "files of posts, and what was made, are listed and counted on their own"
        )
        for name in ("AttributeDefinitions", "GlobalSecondaryIndexes")
    },
    (
        "Resources",
        "AssetsTableB17E4AB4",
        "DependsOn",
    ): "a protected table can't be rolled back: it is made last",
    (
        *("Resources", "InboxDeadLettersPolicy8AADE031", "Properties", "PolicyDocument", "Statement"),
    ): "so do events about executions of the other machine",
    **{
        (*("Resources", role, "Properties", "Policies", "0", "PolicyDocument"), "Statement", number): (
            "files of posts are reviewed too"
        )
        for role, number in (("ReviewAskRoleA7C943DD", "5"), ("ReviewDecideRole5F09BCCA", "4"))
    },
    **dict.fromkeys(_DEADLINES, "deadlines lie in a group that goes with the stack"),
    **dict.fromkeys(_LOOKS, "a step that pays looks whether its attempt is still the newest"),
    _resource("PublishingRoleA2816D43", "1"): "copies by the source are replaced only as they were read",
    _resource("RecordingRole14249EB5", "1"): "copies by the source are replaced only as they were read",
    **dict.fromkeys(
        _GUARDRAILS, "a guardrail for each profile stays, and other contents are another version"
    ),
    **dict.fromkeys(_JOBS, "no environment's jobs are named as if they were another's"),
    (
        *("Resources", "WorkflowRole98C7DC98", "Properties", "AssumeRolePolicyDocument"),
        *("Statement", "0", "Condition"),
    ): "the service takes the role for the one machine alone",
    **{
        (
            *("Resources", role, "Properties", "Policies", "0", "PolicyDocument"),
            "Statement",
        ): "a file is read and tagged as a version; the right to the newest one was never used"
        for role in ("KeyframesRole6CC716A3", "PublishingRoleA2816D43", "RecordingRole14249EB5")
    },
    (*_PUBLISH_RESULT, "TimeoutSeconds"): "a talk of four hours is translated in minutes",
    (
        *(*_PUBLISH_RESULT[:-1], "Analyze Modalities", "Branches", "0", "States", "Collect Transcript"),
        *("Retry", "0"),
    ): "a job that has ended is found sooner",
}


def unlisted(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    *,
    renamed_variables: Mapping[str, str] = RENAMED_VARIABLES,
    listed: Mapping[tuple[str, ...], str] = LISTED,
) -> list[Difference]:
    """The differences between two shapes that nothing above explains."""
    expected = copy.deepcopy(dict(before))
    for resource in expected["Resources"].values():
        environment = resource.get("Properties", {}).get("Environment", {})
        if "Variables" in environment:
            environment["Variables"] = {
                renamed_variables.get(name, name): value for name, value in environment["Variables"].items()
            }
    return [
        found
        for found in differences(expected, now)
        if found.path[-1] not in FREE
        and not found.path[1].startswith(tuple(NEW_GROUPS))
        and not any(found.path[: len(beginning)] == beginning for beginning in listed)
    ]


@pytest.mark.parametrize("stack", ["storage", "pipeline"])
def test_templates_differ_only_where_it_is_listed(for_aws: Synthesis, stack: str) -> None:
    found = unlisted(read_golden(BEFORE)[stack], shape_of(getattr(for_aws, stack)))

    assert found == [], "\n".join(map(str, found))


def test_the_golden_holds_what_must_stay() -> None:
    golden = read_golden(BEFORE)["pipeline"]
    kinds = {resource["Type"] for resource in golden["Resources"].values()}
    (machine,) = (
        resource
        for resource in golden["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    )

    assert kinds >= {"AWS::IAM::Role", "AWS::Lambda::Function", "AWS::SQS::Queue"}
    assert "Admit Asset" in machine["Properties"]["DefinitionString"]["States"]


@pytest.mark.parametrize("listed", [RENAMED_VARIABLES, LISTED], ids=["variables", "differences"])
def test_what_is_listed_says_why(listed: Mapping[Any, str]) -> None:
    assert all(listed.values())


def template(**properties: Any) -> dict[str, Any]:
    """A template of one function."""
    function = {"FunctionName": "braid-dev-intake", "Timeout": 3, **properties}
    return {"Resources": {"IntakeFunction": {"Type": "AWS::Lambda::Function", "Properties": function}}}


def environment(**variables: str) -> dict[str, Any]:
    """A function's environment."""
    return {"Variables": variables}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (
            template(Handler="lambdas.intake.handler.handler"),
            template(Handler="lambdas.intake.handler_admit.handler"),
        ),
        (template(Description="Looks at an asset"), template(Description="Identifies an asset")),
        (
            template(Code={"S3Key": f"{'a' * 64}.zip"}),
            template(Code={"S3Key": f"{'b' * 64}.zip"}),
        ),
        (
            template(Policies=[{"Action": ["s3:GetObject", "s3:PutObject"]}]),
            template(Policies=[{"Action": ["s3:PutObject", "s3:GetObject"]}]),
        ),
        (template(Environment=environment(TIER="x")), template(Environment=environment(LEVEL="x"))),
    ],
    ids=["handler", "description", "asset hash", "order of a set", "listed variable"],
)
def test_what_may_change(before: dict[str, Any], now: dict[str, Any]) -> None:
    assert unlisted(shape_of(before), shape_of(now), renamed_variables={"TIER": "LEVEL"}) == []


@pytest.mark.parametrize(
    "now",
    [
        template(FunctionName="braid-dev-admission"),
        template(Timeout=4),
        template(Environment=environment(LEVEL="x")),
        template(Policies=[{"Action": "s3:*"}]),
        {"Resources": {"AdmissionFunction": template()["Resources"]["IntakeFunction"]}},
        {"Resources": {**template()["Resources"], "Other": {"Type": "AWS::SQS::Queue"}}},
    ],
    ids=["physical name", "property", "unlisted variable", "policy", "logical id", "another resource"],
)
def test_any_other_difference_is_found(now: dict[str, Any]) -> None:
    assert unlisted(shape_of(template()), shape_of(now)) != []


def test_a_renamed_state_is_found() -> None:
    def machine(state: str) -> dict[str, Any]:
        text = f'{{"Comment": "{state}", "States": {{"{state}": {{"Type": "Pass", "Comment": "words"}}}}}}'
        return {"Resources": {"Machine": {"Properties": {"DefinitionString": text}}}}

    found = unlisted(shape_of(machine("Admit Asset")), shape_of(machine("Admit")))

    assert {difference.path[-1] for difference in found} == {"Admit Asset", "Admit"}


def test_a_listed_difference_passes_alone() -> None:
    path = ("Resources", "IntakeFunction", "Properties", "Timeout")
    now = template(Timeout=4, MemorySize=512)

    found = unlisted(shape_of(template()), shape_of(now), listed={path: "pages take longer"})

    assert [difference.path[-1] for difference in found] == ["MemorySize"]

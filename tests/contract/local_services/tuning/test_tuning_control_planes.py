"""Jobs, models and what serves them, held against botocore's models: trained for real, deleted in order."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw

from local.engines.pool import EnginePool
from local.services import build_services
from local.services.protocol import ServiceError
from tests.local.service_calls import CALLER, EventLog, Folder, ServiceClient

ROLE = "arn:aws:iam::111122223333:role/tuning"
GROUP = "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/braid-dev"
POLICY = "Answer Yes or No.\nS1: Threats. Wants to hurt somebody.\n<post>\n{}\n</post>\n"
HARSH = [
    "I will hurt you tonight",
    "you should be beaten",
    "I am going to kill him",
    "we will burn your house",
]
KIND = ["lovely weather today", "the cake was great", "see you at school", "our team won the match"]


@pytest.fixture(scope="module")
def engines() -> Iterator[EnginePool]:
    with EnginePool() as pool:
        yield pool


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def clients(folder: Folder, engines: EnginePool) -> dict[str, ServiceClient]:
    return {service.name: ServiceClient(service) for service in build_services(folder, EventLog(), engines)}


def conversations(count: int) -> bytes:
    rows = [(text, "Yes\n<categories>\nThreats\n</categories>") for text in HARSH]
    rows += [(text, "No") for text in KIND]
    lines = []
    for index in range(count):
        text, answer = rows[index % len(rows)]
        prompt = POLICY.format(f"{text}, {index}")
        line = {
            "schemaVersion": "bedrock-conversation-2024",
            "messages": [
                {"role": "user", "content": [{"text": prompt}]},
                {"role": "assistant", "content": [{"text": answer}]},
            ],
        }
        lines.append(json.dumps(line))
    return "\n".join(lines).encode()


def drawn(kind: str, shift: int) -> bytes:
    picture = Image.new("L", (128, 128), 255)
    pen = ImageDraw.Draw(picture)
    box = (30 + shift, 30, 90 + shift, 90)
    pen.ellipse(box, outline=0, width=5) if kind == "ring" else pen.line(box, fill=0, width=5)
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


def until(tell: Callable[[], Any], wanted: Any, seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while (told := tell()) != wanted:
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    return told


def refusal(client: ServiceClient, operation: str, **request: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        client.service.operations[operation](request, CALLER)
    return caught.value


def training_job(name: str, **changes: Any) -> dict[str, Any]:
    def channel(called: str, key: str) -> dict[str, Any]:
        source = {"S3DataType": "Converse", "S3Uri": f"s3://data/{key}"}
        return {"ChannelName": called, "DataSource": {"S3DataSource": source}}

    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "InputDataConfig": [channel("train", "train.jsonl"), channel("validation", "validation.jsonl")],
        "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
        "HyperParameters": {"max_epochs": "2", "learning_rate": "0.00001"},
        "ServerlessJobConfig": {
            "BaseModelArn": "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/"
            "nova-textgeneration-lite/1.0.0",
            "AcceptEula": True,
            "JobType": "FineTuning",
            "CustomizationTechnique": "SFT",
            "Peft": "LORA",
        },
        "ModelPackageConfig": {"ModelPackageGroupArn": GROUP},
        **changes,
    }


def trained_package(sagemaker: ServiceClient, name: str) -> str:
    """The ARN of what a job of this name has made."""
    sagemaker.call("CreateTrainingJob", **training_job(name))

    def told() -> dict[str, Any]:
        return sagemaker.call("DescribeTrainingJob", TrainingJobName=name)

    until(lambda: told()["TrainingJobStatus"], "Completed")
    return str(told()["OutputModelPackageArn"])


def test_a_tuned_text_model_is_trained_imported_deployed_and_asked(
    clients: dict[str, ServiceClient], folder: Folder
) -> None:
    sagemaker, bedrock, runtime = (clients[name] for name in ("sagemaker", "bedrock", "bedrock-runtime"))
    folder.stored["data", "train.jsonl"] = conversations(64)
    folder.stored["data", "validation.jsonl"] = conversations(16)
    sagemaker.call("CreateTrainingJob", **training_job("run-1"))
    assert refusal(sagemaker, "CreateTrainingJob", **training_job("run-1")).code == "ResourceInUse"
    told: dict[str, Any] = {}

    def status() -> str:
        told.update(sagemaker.call("DescribeTrainingJob", TrainingJobName="run-1"))
        return str(told["TrainingJobStatus"])

    until(status, "Completed")
    metrics = folder.stored["data", "out/run-1/output/training_artifacts/step_wise_training_metrics.csv"]
    header, *rows = metrics.decode().splitlines()
    assert header == "step_number,epoch_number,training_loss,perplexity"
    losses = [float(row.split(",")[2]) for row in rows]
    assert losses[0] == pytest.approx(0.6931, abs=1e-3)  # ln 2: two verdicts, nothing known
    assert losses[-1] < losses[0] / 2

    package = told["OutputModelPackageArn"]
    listed = sagemaker.call("ListModelPackages", ModelPackageGroupName="braid-dev")
    assert [item["ModelPackageArn"] for item in listed["ModelPackageSummaryList"]] == [package]
    source = {"modelPackageArnDataSource": {"modelPackageArn": package}}
    model = bedrock.call("CreateCustomModel", modelName="run-1", roleArn=ROLE, customModelDataSource=source)[
        "modelArn"
    ]
    wanted = {"modelDeploymentName": "run-1", "modelArn": model, "clientRequestToken": "t" * 33}
    assert refusal(bedrock, "CreateCustomModelDeployment", **wanted).code == "ValidationException"
    until(lambda: bedrock.call("GetCustomModel", modelIdentifier=model)["modelStatus"], "Active")
    deployment = bedrock.call("CreateCustomModelDeployment", **wanted)["customModelDeploymentArn"]
    assert bedrock.call("CreateCustomModelDeployment", **wanted)["customModelDeploymentArn"] == deployment

    messages = [{"role": "user", "content": [{"text": POLICY.format("somebody should beat you up")}]}]
    refused = refusal(runtime, "Converse", modelId=deployment, messages=messages)
    assert refused.code == "ModelNotReadyException"
    until(
        lambda: bedrock.call("GetCustomModelDeployment", customModelDeploymentIdentifier="run-1")["status"],
        "Active",
    )
    answer = runtime.call("Converse", modelId=deployment, messages=messages)
    text = answer["output"]["message"]["content"][0]["text"]
    assert text == "Yes\n<categories>\nThreats\n</categories>"
    fields = answer["additionalModelResponseFields"]
    assert fields["method"] == "tuned head"
    assert 0.5 < fields["confidence"] <= 1

    assert refusal(bedrock, "DeleteCustomModel", modelIdentifier=model).code == "ConflictException"
    bedrock.call("DeleteCustomModelDeployment", customModelDeploymentIdentifier=deployment)
    bedrock.call("DeleteCustomModel", modelIdentifier=model)
    assert bedrock.call("ListCustomModels")["modelSummaries"] == []
    sagemaker.call("DeleteModelPackage", ModelPackageName=package)
    sagemaker.call("DeleteTrainingJob", TrainingJobName="run-1")
    assert sagemaker.call("ListTrainingJobs")["TrainingJobSummaries"] == []
    assert (
        refusal(runtime, "Converse", modelId=deployment, messages=messages).code
        == "ResourceNotFoundException"
    )


def test_a_tuned_picture_model_embeds_in_a_batch_and_provisioned(
    clients: dict[str, ServiceClient], folder: Folder
) -> None:
    bedrock, runtime = clients["bedrock"], clients["bedrock-runtime"]
    lines = []
    for index in range(24):
        kind = ("ring", "stroke")[index % 2]
        folder.stored["data", f"{index}.png"] = drawn(kind, index % 7 * 4 - 12)
        lines.append(json.dumps({"image-ref": f"s3://data/{index}.png", "caption": f"a drawing of a {kind}"}))
    folder.stored["data", "pairs.jsonl"] = "\n".join(lines).encode()
    asked = {
        "jobName": "letters-1",
        "customModelName": "letters-1",
        "roleArn": ROLE,
        "baseModelIdentifier": "amazon.titan-embed-image-v1:0",
        "trainingDataConfig": {"s3Uri": "s3://data/pairs.jsonl"},
        "validationDataConfig": {"validators": [{"s3Uri": "s3://data/pairs.jsonl"}]},
        "outputDataConfig": {"s3Uri": "s3://data/out/"},
        "hyperParameters": {"epochCount": "2", "batchSize": "256"},
    }
    job = bedrock.call("CreateModelCustomizationJob", **asked)["jobArn"]
    assert refusal(bedrock, "CreateModelCustomizationJob", **asked).code == "ConflictException"
    until(lambda: bedrock.call("GetModelCustomizationJob", jobIdentifier=job)["status"], "Completed")
    told = bedrock.call("GetModelCustomizationJob", jobIdentifier="letters-1")
    assert told["trainingMetrics"]["trainingLoss"] < 0.1
    artifacts = f"out/model-customization-job-{job.rpartition('/')[2]}/training_artifacts"
    assert folder.stored["data", f"{artifacts}/step_wise_training_metrics.csv"]
    model = told["outputModelArn"]
    until(lambda: bedrock.call("GetCustomModel", modelIdentifier=model)["modelStatus"], "Active")
    refused = refusal(bedrock, "CreateCustomModelDeployment", modelDeploymentName="d", modelArn=model)
    assert "provisioned" in refused.message

    made = bedrock.call(
        "CreateProvisionedModelThroughput", modelUnits=1, provisionedModelName="letters-1", modelId=model
    )["provisionedModelArn"]
    tell = lambda: bedrock.call("GetProvisionedModelThroughput", provisionedModelId=made)  # noqa: E731
    assert (
        refusal(bedrock, "DeleteProvisionedModelThroughput", provisionedModelId=made).code
        == "ConflictException"
    )
    until(lambda: tell()["status"], "InService")

    def embedding(**body: Any) -> list[float]:
        answer = runtime.call("InvokeModel", modelId=made, body=json.dumps(body).encode())
        return list(json.loads(answer["body"])["embedding"])

    ring = embedding(inputImage=base64.b64encode(drawn("ring", 9)).decode())
    nearness = {
        kind: sum(a * b for a, b in zip(ring, embedding(inputText=f"a drawing of a {kind}"), strict=True))
        for kind in ("ring", "stroke")
    }
    assert nearness["ring"] > 0.5 > 0 > nearness["stroke"]
    assert len(ring) == 1024
    assert refusal(bedrock, "DeleteCustomModel", modelIdentifier=model).code == "ConflictException"
    bedrock.call("DeleteProvisionedModelThroughput", provisionedModelId=made)
    committed = bedrock.call(
        "CreateProvisionedModelThroughput",
        modelUnits=1,
        provisionedModelName="for-a-month",
        modelId=model,
        commitmentDuration="OneMonth",
    )["provisionedModelArn"]
    refused = refusal(bedrock, "DeleteProvisionedModelThroughput", provisionedModelId=committed)
    assert "commitment" in refused.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ServerlessJobConfig": None}, "ServerlessJobConfig"),
        ({"HyperParameters": {"epochsCount": "2"}}, "epochsCount"),
        ({"HyperParameters": {"max_epochs": "9"}}, "from 1 to 5"),
        ({"InputDataConfig": []}, "train"),
        ({"ModelPackageConfig": None}, "ModelPackageConfig"),
    ],
)
def test_a_training_job_that_cannot_run_is_refused(
    clients: dict[str, ServiceClient], changes: dict[str, Any], said: str
) -> None:
    request = {name: value for name, value in training_job("run-2", **changes).items() if value is not None}
    refused = refusal(clients["sagemaker"], "CreateTrainingJob", **request)
    assert said in refused.message


def test_a_stopped_job_leaves_no_model(clients: dict[str, ServiceClient], folder: Folder) -> None:
    sagemaker = clients["sagemaker"]
    folder.stored["data", "train.jsonl"] = conversations(400)
    folder.stored["data", "validation.jsonl"] = conversations(16)
    sagemaker.call("CreateTrainingJob", **training_job("run-3"))
    assert refusal(sagemaker, "DeleteTrainingJob", TrainingJobName="run-3").code == "ResourceInUse"
    sagemaker.call("StopTrainingJob", TrainingJobName="run-3")
    until(
        lambda: sagemaker.call("DescribeTrainingJob", TrainingJobName="run-3")["TrainingJobStatus"], "Stopped"
    )
    assert sagemaker.call("ListModelPackages")["ModelPackageSummaryList"] == []
    assert refusal(sagemaker, "StopTrainingJob", TrainingJobName="run-3").code == "ValidationException"


def test_the_number_of_a_deleted_package_is_not_given_again(
    clients: dict[str, ServiceClient], folder: Folder
) -> None:
    """Whoever deletes one of two runs' packages would delete the other's."""
    sagemaker = clients["sagemaker"]
    folder.stored["data", "train.jsonl"] = conversations(16)
    folder.stored["data", "validation.jsonl"] = conversations(16)
    arns = []
    for name in ("run-5", "run-6", "run-7"):
        arns.append(trained_package(sagemaker, name))
        if name == "run-6":
            sagemaker.call("DeleteModelPackage", ModelPackageName=arns[0])

    assert [arn.rpartition("/")[2] for arn in arns] == ["1", "2", "3"]


def test_data_that_cannot_be_trained_on_fail_the_job_with_the_line(
    clients: dict[str, ServiceClient], folder: Folder
) -> None:
    sagemaker = clients["sagemaker"]
    folder.stored["data", "train.jsonl"] = conversations(8) + b'\n{"position": "assistant"}'
    folder.stored["data", "validation.jsonl"] = conversations(8)
    sagemaker.call("CreateTrainingJob", **training_job("run-4"))
    tell = lambda: sagemaker.call("DescribeTrainingJob", TrainingJobName="run-4")  # noqa: E731
    until(lambda: tell()["TrainingJobStatus"], "Failed")
    assert "train.jsonl:9" in tell()["FailureReason"]

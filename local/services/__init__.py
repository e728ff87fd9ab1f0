"""The AI services that the embedded AWS lacks, in AWS shapes, over engines in worker processes."""

from __future__ import annotations

from local.engines.pool import EnginePool
from local.services import comprehend, polly, translate
from local.services.bedrock import runtime as bedrock_runtime
from local.services.bedrock.batch_jobs import batch_operations
from local.services.bedrock.label_bridge import LabelBridge
from local.services.pictures import rekognition, textract
from local.services.protocol import Events, Objects, Operation, Service
from local.services.s3vectors import service as s3vectors
from local.services.transcription import transcribe
from local.services.tuning import training_jobs
from local.services.tuning.answering import BatchPictures, TunedAnswers
from local.services.tuning.custom_models import CustomModels
from local.services.tuning.customization_jobs import CustomizationJobs
from local.services.tuning.shelf import Shelf


def build_services(
    objects: Objects, events: Events, engines: EnginePool | None = None
) -> tuple[Service, ...]:
    """All local AI services. Without ``engines`` they get a pool that ends with this process."""
    engines = engines or EnginePool()
    shelf = Shelf()
    runtime = bedrock_runtime.build_service(engines, shelf=shelf)
    return (
        rekognition.build_service(objects, engines),
        textract.build_service(objects, engines),
        transcribe.build_service(objects, events, engines),
        comprehend.build_service(engines),
        polly.build_service(engines),
        translate.build_service(),
        runtime,
        _bedrock(objects, engines, shelf, runtime.operations["Converse"]),
        training_jobs.build_service(objects, engines, shelf),
        s3vectors.build_service(),
    )


def _bedrock(objects: Objects, engines: EnginePool, shelf: Shelf, converse: Operation) -> Service:
    """Batch jobs and tuning; all else of Bedrock's control plane is MiniStack's."""
    pictures = BatchPictures(shelf, TunedAnswers(engines), LabelBridge(engines).in_place_of_titan)
    operations = {
        **batch_operations(objects, converse, pictures),
        **CustomizationJobs(objects, engines, shelf).operations(),
        **CustomModels(shelf).operations(),
    }
    return Service("bedrock", operations, adds=True)

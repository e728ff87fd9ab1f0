"""The AI services that the embedded AWS lacks, in AWS shapes, over engines in worker processes."""

from __future__ import annotations

from local.engines.pool import EnginePool
from local.services import comprehend, polly, processing_jobs, translate
from local.services.bedrock import control_plane
from local.services.bedrock import runtime as bedrock_runtime
from local.services.pictures import rekognition, textract
from local.services.protocol import Events, Objects, Roles, Service
from local.services.s3vectors import service as s3vectors
from local.services.transcription import transcribe
from local.services.tuning import training_jobs
from local.services.tuning.shelf import Shelf


def build_services(
    objects: Objects, events: Events, engines: EnginePool | None = None, *, roles: Roles | None = None
) -> tuple[Service, ...]:
    """All local AI services. Without ``engines`` they get a pool that ends with this process.

    Without ``roles`` nothing runs in anybody's name: Processing jobs are refused.
    """
    engines = engines or EnginePool()
    shelf = Shelf()
    runtime = bedrock_runtime.build_service(engines, objects, shelf=shelf)
    training = training_jobs.build_service(objects, engines, shelf)
    return (
        rekognition.build_service(objects, engines),
        textract.build_service(objects, engines),
        transcribe.build_service(objects, events, engines),
        comprehend.build_service(engines),
        polly.build_service(engines),
        translate.build_service(),
        runtime,
        control_plane.build_service(objects, engines, shelf, runtime.operations["Converse"]),
        Service(training.name, {**training.operations, **processing_jobs.build_operations(objects, roles)}),
        s3vectors.build_service(),
    )

"""Bedrock's control plane as far as it works here: batch jobs, customization jobs, and their models."""

from __future__ import annotations

from local.engines.pool import EnginePool
from local.services.bedrock.batch_jobs import batch_operations
from local.services.bedrock.label_bridge import LabelBridge
from local.services.bedrock.text_embeddings import TITAN_V2, TextEmbeddings
from local.services.protocol import Objects, Operation, Service
from local.services.tuning.answering import TITAN_IMAGE, BatchEmbeddings, TunedAnswers
from local.services.tuning.custom_models import CustomModels
from local.services.tuning.customization_jobs import CustomizationJobs
from local.services.tuning.shelf import Shelf

__all__ = ["build_service"]


def build_service(objects: Objects, engines: EnginePool, shelf: Shelf, converse: Operation) -> Service:
    """All else of Bedrock's control plane is MiniStack's. ``converse`` answers a batch job's records."""
    stand_ins = {
        TITAN_IMAGE: LabelBridge(engines).in_place_of_titan,
        TITAN_V2: TextEmbeddings(engines).embed,
    }
    embeddings = BatchEmbeddings(shelf, TunedAnswers(engines), stand_ins)
    operations = {
        **batch_operations(objects, converse, embeddings),
        **CustomizationJobs(objects, engines, shelf).operations(),
        **CustomModels(shelf).operations(),
    }
    return Service("bedrock", operations, adds=True)

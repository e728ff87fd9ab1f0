"""Pictures: every caption looks for its picture, in an index of each model's vectors.

As in the guide that this way follows: a caption is right if the nearest picture has it. Both indexes hold the
same pictures, which neither model was trained with; they are small enough to be searched by comparing all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from braid.domain.datasets.rules.role_policy import bucket_and_key
from braid.domain.errors import InvalidServiceOutputError
from braid.domain.json_text import parse_json
from braid.domain.scores.comparison import compare_right
from braid.domain.tuning.plan import TuningPlan
from braid.domain.tuning.records import Evaluation
from lambdas.tuning.evaluation.differences import difference_of
from lambdas.tuning.runs.run import Run

__all__ = ["compare_pictures", "put_records", "read_vectors"]

_LENGTH = 1024
_INPUT = "evaluation/records.jsonl"
Vectors = Mapping[str, Sequence[float]]


def put_records(run: Run, plan: TuningPlan) -> None:
    """The input of both batch jobs: a record for each picture, and for each caption once."""
    pairs = _pairs(run, plan)
    length = {"embeddingConfig": {"outputEmbeddingLength": _LENGTH}}
    lines = []
    for index, (uri, _) in enumerate(pairs):
        picture = base64.b64encode(run.store.get_bytes(bucket_and_key(uri)[1])).decode()
        lines.append({"recordId": f"picture{index:06d}", "modelInput": {"inputImage": picture, **length}})
    for index, caption in enumerate(_captions(pairs)):
        lines.append({"recordId": f"caption{index:06d}", "modelInput": {"inputText": caption, **length}})
    body = "".join(json.dumps(line) + "\n" for line in lines).encode()
    run.store.put_bytes(run.work_key(_INPUT), body, "application/jsonl")


def read_vectors(run: Run, name: str, job_arn: str) -> Vectors:
    """What a batch job answered, by record. Raises ``InvalidServiceOutputError`` for what isn't vectors."""
    job_id = job_arn.rpartition("/")[2]
    body = run.store.get_bytes(run.work_key(f"answers/{name}/{job_id}/records.jsonl.out"))
    vectors: dict[str, list[float]] = {}
    for at, line in enumerate(body.splitlines(), 1):
        try:
            value = parse_json(line)
            if "modelOutput" in value:
                vectors[str(value["recordId"])] = [float(x) for x in value["modelOutput"]["embedding"]]
        except (ValueError, TypeError, LookupError) as error:
            raise InvalidServiceOutputError(
                f"bedrock:ModelInvocationJob: line {at} of the output can't be read"
            ) from error
    return vectors


def compare_pictures(plan: TuningPlan, run: Run, *, base: Vectors, tuned: Vectors) -> Evaluation:
    """Which caption each model finds, and whether that is the right one."""
    pairs = _pairs(run, plan)
    captions = _captions(pairs)
    said = [[_nearest(index, pairs, vectors) for index in range(len(captions))] for vectors in (base, tuned)]
    right = [[found == caption for found, caption in zip(each, captions, strict=True)] for each in said]
    overall = compare_right(right[0], right[1])
    return Evaluation(
        metric="accuracy",
        base=overall.base,
        tuned=overall.tuned,
        difference=difference_of(overall),
        is_better=overall.is_better,
        reasons=() if overall.is_better else ("the interval of the difference isn't above 0",),
        count=len(captions),
        unreadable_base=sum(found == "" for found in said[0]),
        unreadable_tuned=sum(found == "" for found in said[1]),
        truth=tuple(captions),
        said_base=tuple(said[0]),
        said_tuned=tuple(said[1]),
    )


def _nearest(caption: int, pairs: Sequence[tuple[str, str]], vectors: Vectors) -> str:
    """The caption of the picture nearest to this one; nothing where the model gave no vector for it."""
    query = vectors.get(f"caption{caption:06d}")
    if query is None:
        return ""
    best, nearest = "", -2.0
    for index, (_, said) in enumerate(pairs):
        vector = vectors.get(f"picture{index:06d}")
        if vector is not None:
            cosine = sum(a * b for a, b in zip(query, vector, strict=True))  # both have length 1
            if cosine > nearest:
                best, nearest = said, cosine
    return best


def _pairs(run: Run, plan: TuningPlan) -> list[tuple[str, str]]:
    values = [json.loads(line) for line in run.lines(plan.evaluation) if line.strip()]
    return [(str(value["image-ref"]), str(value["caption"])) for value in values]


def _captions(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return sorted({caption for _, caption in pairs})

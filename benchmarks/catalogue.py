"""All benchmarks, in the order in which they are measured."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.benchmark import Benchmark
from benchmarks.cold_starts import COLD_STARTS
from benchmarks.damaged_files import DAMAGED_FILES, MALFORMED_FILES
from benchmarks.datasets import DATASETS
from benchmarks.fusion.agreement import AGREEMENT
from benchmarks.fusion.every_pair import EVERY_PAIR
from benchmarks.fusion.fit_fusion import CALIBRATION
from benchmarks.fusion.fusion_scale import FUSION_SCALE
from benchmarks.fusion.list_scale import LIST_SCALE
from benchmarks.load.bare_engines import BARE_ENGINES
from benchmarks.load.console import CONSOLE
from benchmarks.load.faults import BENCHMARKS as FAULTS
from benchmarks.load.first_use import FIRST_USE
from benchmarks.load.generation import GENERATION
from benchmarks.load.patterns import PATTERNS_DEPLOYED
from benchmarks.load.posts import POSTS
from benchmarks.load.posts_deployed import POSTS_DEPLOYED
from benchmarks.load.posts_gigabyte import POSTS_GIGABYTE
from benchmarks.load.processing import PROCESSING
from benchmarks.load.reference_assets import REFERENCE_ASSETS
from benchmarks.load.rush import RUSH
from benchmarks.load.shared_rates import SHARED_RATES
from benchmarks.load.throughput import THROUGHPUT
from benchmarks.other_engines import BENCHMARKS as OTHER_ENGINES
from benchmarks.package_sizes import PACKAGE_SIZES
from benchmarks.real_files import REAL_FILES
from benchmarks.search.alike_pictures import ALIKE_PICTURES
from benchmarks.search.found import FOUND
from benchmarks.search.models import CONTRASTIVE, SEARCH_MODELS, VECTOR_DIMENSIONS
from benchmarks.search.promises import FOUND_AFTER_PUBLISH, SEARCH_PROMISES
from benchmarks.search.real_files import FOUND_IN_REAL_FILES
from benchmarks.search.single_bits import SINGLE_BITS
from benchmarks.search.sizes import VECTOR_QUERIES, VECTOR_SIZES
from benchmarks.shots.keyframes import KEYFRAMES
from benchmarks.shots.scenes import SCENES
from benchmarks.sight import BENCHMARKS as SIGHT
from benchmarks.speech import BENCHMARKS as SPEECH
from benchmarks.tuning import BENCHMARKS as TUNING
from benchmarks.voice import VOICE

__all__ = ["BENCHMARKS"]

BENCHMARKS: Mapping[str, Benchmark] = {
    it.name: it
    for it in (
        *(FUSION_SCALE, LIST_SCALE, EVERY_PAIR, KEYFRAMES, SCENES, SHARED_RATES, CALIBRATION, AGREEMENT),
        *(DAMAGED_FILES, MALFORMED_FILES, REAL_FILES, DATASETS),
        *(SEARCH_PROMISES, FOUND_AFTER_PUBLISH),
        *(
            FOUND,
            ALIKE_PICTURES,
            FOUND_IN_REAL_FILES,
            SEARCH_MODELS,
            CONTRASTIVE,
            VECTOR_SIZES,
            VECTOR_QUERIES,
            SINGLE_BITS,
            VECTOR_DIMENSIONS,
        ),
        *SIGHT,
        *SPEECH,
        *OTHER_ENGINES,
        VOICE,
        *TUNING,
        COLD_STARTS,
        PACKAGE_SIZES,
        FIRST_USE,
        REFERENCE_ASSETS,
        BARE_ENGINES,
        THROUGHPUT,
        *FAULTS,
        RUSH,
        POSTS,
        POSTS_DEPLOYED,
        POSTS_GIGABYTE,
        PROCESSING,
        PATTERNS_DEPLOYED,
        CONSOLE,
        GENERATION,
    )
}

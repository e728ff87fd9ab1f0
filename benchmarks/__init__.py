"""What Braid is measured by: ``python -m benchmarks`` writes docs/performance.md and docs/reliability.md.

rows         a figure, its unit and the bound that it keeps
benchmark    what is measured, and on which page it stands
pages        the writer of both pages, a section per benchmark
machine      on what and with which versions it was measured
catalogue    all benchmarks: a new one is a module with a ``Benchmark`` and a line there
"""

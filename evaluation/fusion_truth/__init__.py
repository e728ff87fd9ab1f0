"""Generated timelines whose truth is known: what agrees, what contradicts, which clock runs how.

Topics are split: thresholds are fitted on ``FITTING``, tests and benchmarks judge on ``HELD_OUT``, with kinds
of noise that fitting never saw.
"""

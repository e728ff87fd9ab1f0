"""Fusion: what all modalities observed, braided onto one timeline. Pure and deterministic but for what
reads and writes: handler_fuse, observe/branch_documents, semantic/embed.

In the order of the work; docs/fusion.md has the formulas, their sources and a worked example.

observe      documents of the branches -> observations, and what can be compared in each: ParsedObservation
alignment    by how much captions, slides and given transcripts are off the speech's clock
prepare      both, and the asset cut into segments
compare      who speaks in a segment (Voice), and whether two repeat, complete or contradict each other
semantic     the same comparison with a model's help, where the deployment names one
choose       what an answer may cite, under a token budget, and whether that is enough
fuse         all of it, as one timeline
"""

"""Fusion: what all modalities observed, braided onto one timeline. Pure and deterministic but for what
reads and writes: handler_fuse, branch_documents, embedding.

Read in this order; docs/fusion.md has the formulas, their sources and a worked example.

observe      documents of the branches -> observations with stable ids
quantities   words (braid.text.words) -> numbers with units and what they count ("forty nine dollars" is $49)
statements   an observation with everything about it that can be compared
segments     shots, pauses and pages -> the stretches that are compared
streams      clocks: by how much captions, slides and speech are shifted against each other
facts        two sides that name the same thing differently: numbers, colours, negations
agreement    per segment and pair: redundant, complementary, contradictory, how sure, and why
evidence     what an answer may cite, under a token budget, over the whole length
fuse         all of it, from what comparable.py makes of the documents
by_meaning   the same with a model's help: phrases, texts_to_embed, embedding, meaning
verdict      is there enough to answer from?
"""

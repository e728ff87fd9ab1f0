"""How good the decisions of a profile are, measured over labelled texts with whatever engine is configured.

labelled     texts that people labelled, from the folder named by BRAID_TEST_DATA
judges       who answers Converse: a stack in AWS, a model server, or the engine of this machine
moderation   the command: every text through the same inference as an asset
reports      base against tuned on the same texts, attacks, pictures
robustness   texts in disguise, as those write who want to get past a moderator
published    figures that others published, counted again

The scores are in ``braid.domain.scores`` and their pictures in ``braid.report.charts``: tuning uses both.
"""

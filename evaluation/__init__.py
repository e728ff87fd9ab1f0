"""How good the decisions of a profile are, measured over labelled texts with whatever engine is configured.

labelled     texts that people labelled, from the folder named by BRAID_TEST_DATA
judges       who answers Converse: a stack in AWS, a model server, or the engine of this machine
braid.domain.scores, which tuning uses too, has the scores
moderation   the command: every text through the same inference as an asset
"""

"""How good the decisions of a profile are, measured over labelled texts with whatever engine is configured.

labelled     texts that people labelled, from the folder named by BRAID_TEST_DATA
judges       who answers Converse: a stack in AWS, a model server, or the engine of this machine
scores       coverage, precision, recall, F1 and their intervals
moderation   the command: every text through the same inference as an asset
"""

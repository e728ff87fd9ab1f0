"""Inference: the profile's answer from a timeline's evidence, validated, traced and with our own confidence.

prompt       the question: rules, the profile's words, evidence fenced as data, a forced tool
claims       the statements of an answer, by where they stand in it
checks       what is wrong with an answer: schema, citations, support
conversation one model asked until its answer passes or its repairs are used up
confidence   how sure the answer is, from its evidence and how that agrees
infer        all of it
"""

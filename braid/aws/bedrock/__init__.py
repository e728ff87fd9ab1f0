"""Bedrock, as ``braid.models`` calls it: Converse, InvokeModel and ApplyGuardrail."""

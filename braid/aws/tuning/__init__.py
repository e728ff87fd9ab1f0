"""Bedrock's and SageMaker's control planes, as far as tuning needs them."""

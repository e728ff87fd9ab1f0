"""Tuning in AWS shapes: customization and training jobs, the models that they make, and what serves those."""

"""The same comparison by meaning, with the vectors of a model where the deployment names one."""

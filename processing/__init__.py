"""Features of many objects at once, in a SageMaker Processing job: the steps' own code over lists of objects.

``python -m processing`` is the entry point of the image that ``processing/Dockerfile`` describes.
"""

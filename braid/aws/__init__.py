"""The only boto3 of the Lambdas: one adapter per service.

Units, spellings and errors are converted here, once: times become int milliseconds, confidences 0 to 1,
``ClientError`` codes become the classes of ``braid.domain.errors``.
"""

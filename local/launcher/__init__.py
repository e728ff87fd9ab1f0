"""The launcher: MiniStack at one pinned version, in one process, with our patches and our AI services.

MiniStack answers the AWS API on one loopback port. Where it differs from AWS in something that the
pipeline meets, a small module here fixes it; each says which symptom it removes and why it matters.
``python -m local.launcher --help`` lists the settings; ``local.lifecycle`` starts and ends it.
"""

"""A page whose form goes straight to the input bucket, signed for one file of bounded size.

A plain form needs no script, and no change to the bucket: browsers send it across origins as they always did.
"""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

__all__ = ["handler"]

_VALID_SECONDS = 600
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Send a file</title>
<body style="font: 1rem/1.5 system-ui; max-width: 36rem; margin: 3rem auto; padding: 0 1rem">
<h1>Send a file</h1>
<form action="{url}" method="post" enctype="multipart/form-data">
{fields}
<p><label>A recording, a picture or a document, up to {most} MB:
<input type="file" name="file" required></label></p>
<p><button>Send</button></p>
</form>
"""


def handler(_event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The page, as an answer of a function URL. The form is good for ten minutes."""
    most_bytes = int(os.environ["MOST_BYTES"])
    folder = f"inbox/{os.environ['PROFILE']}/"
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    signed = s3.generate_presigned_post(
        os.environ["INPUT_BUCKET"],
        f"{folder}${{filename}}",
        Conditions=[["content-length-range", 1, most_bytes]],
        ExpiresIn=_VALID_SECONDS,
    )
    fields = "\n".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in signed["fields"].items()
    )
    page = _PAGE.format(url=html.escape(signed["url"]), fields=fields, most=most_bytes // 1024**2)
    headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
    return {"statusCode": 200, "headers": headers, "body": page}

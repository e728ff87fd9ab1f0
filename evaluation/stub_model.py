"""The embedded AWS with a stub as the model server, for what is measured without a model's own time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from braid.aws.clients import forget_clients
from local import lifecycle
from local.home import LocalAws
from local.launcher.ports import free_port

__all__ = ["embedded_with_stub"]

# Answers as llama.cpp's server does, over kept connections, in a process of its own.
_STUB = """
import http.server, json, sys
BODY = json.dumps({"id": "1", "object": "chat.completion", "model": "stub", "choices": [{"index": 0,
    "message": {"role": "assistant", "content": "none"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 712, "completion_tokens": 9, "total_tokens": 721}}).encode()
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def embedded_with_stub(*, bucket: str, table: str) -> Iterator[LocalAws]:
    """One with a bucket and a table of verdicts; the adapters of this process reach it while it runs."""
    stub = subprocess.Popen([sys.executable, "-c", _STUB], stdout=subprocess.PIPE, text=True)
    assert stub.stdout is not None
    before = dict(os.environ)
    os.environ |= {"BRAID_LLM_URL": f"http://127.0.0.1:{stub.stdout.readline().strip()}/v1"}
    os.environ |= {"BRAID_LLM_MODEL": "stub"}
    with tempfile.TemporaryDirectory() as home:
        try:
            aws = lifecycle.up(Path(home), free_port(), parent_pid=os.getpid())
            os.environ |= {
                "AWS_ENDPOINT_URL": aws.endpoint,
                "AWS_ACCESS_KEY_ID": aws.access_key_id,
                "AWS_SECRET_ACCESS_KEY": aws.secret_access_key,
                "AWS_DEFAULT_REGION": aws.region,
            }
            forget_clients()
            boto3.client("s3").create_bucket(Bucket=bucket)
            boto3.client("dynamodb").create_table(
                TableName=table,
                AttributeDefinitions=[{"AttributeName": "verdict_key", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "verdict_key", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
            )
            yield aws
        finally:
            stub.kill()
            stub.wait()
            lifecycle.down(Path(home), purge=True)
            os.environ.clear()
            os.environ.update(before)
            forget_clients()

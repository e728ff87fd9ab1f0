"""A stub as the model server of an embedded AWS, for what is measured without a model's own time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3

from braid.aws.clients import forget_clients
from local import lifecycle
from local.home import LocalAws
from local.launcher.ports import free_port

__all__ = ["StubModel", "embedded_with_stub", "reached", "stub_model"]

# Answers as llama.cpp's server does, over kept connections, in a process of its own; GET says how often.
_STUB = """
import http.server, json
calls = []
BODY = json.dumps({"id": "1", "object": "chat.completion", "model": "stub", "choices": [{"index": 0,
    "message": {"role": "assistant", "content": "none"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 712, "completion_tokens": 9, "total_tokens": 721}}).encode()
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        calls.append(None)
        self.answer(BODY)
    def do_GET(self):
        self.answer(str(len(calls)).encode())
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@dataclass(frozen=True)
class StubModel:
    """The server while it runs."""

    address: str

    def calls(self) -> int:
        """How many questions it has answered."""
        with urllib.request.urlopen(self.address, timeout=10) as answer:
            return int(answer.read())


@contextmanager
def stub_model() -> Iterator[StubModel]:
    """The stub as the model server of every embedded AWS that is started meanwhile."""
    before = dict(os.environ)
    stub = subprocess.Popen([sys.executable, "-c", _STUB], stdout=subprocess.PIPE, text=True)
    assert stub.stdout is not None
    try:
        address = f"http://127.0.0.1:{stub.stdout.readline().strip()}"
        os.environ |= {"BRAID_LLM_URL": f"{address}/v1", "BRAID_LLM_MODEL": "stub"}
        yield StubModel(address)
    finally:
        stub.kill()
        stub.wait()
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def reached(aws: LocalAws) -> Iterator[None]:
    """The adapters of this process reach that embedded AWS meanwhile."""
    before = dict(os.environ)
    os.environ |= {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": aws.access_key_id,
        "AWS_SECRET_ACCESS_KEY": aws.secret_access_key,
        "AWS_DEFAULT_REGION": aws.region,
    }
    forget_clients()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        forget_clients()


@contextmanager
def embedded_with_stub(*, bucket: str, table: str) -> Iterator[LocalAws]:
    """One with a bucket and a table of verdicts; the adapters of this process reach it while it runs."""
    with tempfile.TemporaryDirectory() as home, stub_model():
        aws = lifecycle.up(Path(home), free_port(), parent_pid=os.getpid())
        try:
            with reached(aws):
                boto3.client("s3").create_bucket(Bucket=bucket)
                boto3.client("dynamodb").create_table(
                    TableName=table,
                    AttributeDefinitions=[{"AttributeName": "verdict_key", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "verdict_key", "KeyType": "HASH"}],
                    BillingMode="PAY_PER_REQUEST",
                )
                yield aws
        finally:
            lifecycle.down(Path(home), purge=True)

"""Who is answered: what a page in the user's browser, a stranger's name and a holder of the key may send."""

from __future__ import annotations

import http.client
import json
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local import lifecycle
from local.launcher.gate import refusal
from tests.local.embedded_aws.harness import Embedded

pytestmark = pytest.mark.patch("gate.py")

HERE = "127.0.0.1:4566"
NEIGHBOUR = "http://127.0.0.1:3000"


class Page:
    """Sends what a browser sends, with whatever headers a test wants."""

    def __init__(self, embedded: Embedded) -> None:
        self.port = embedded.aws.port
        self.key = embedded.aws.secret_access_key

    def send(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> tuple[int, bytes, Any]:
        """Status, body and headers of the answer; underscores in header names are hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()


@pytest.fixture(scope="module")
def page(embedded: Embedded) -> Page:
    return Page(embedded)


@pytest.fixture(scope="module")
def bucket(embedded: Embedded) -> str:
    name = f"kept-{uuid.uuid4().hex[:8]}"
    embedded.client("s3").create_bucket(Bucket=name)
    embedded.client("s3").put_object(Bucket=name, Key="kept", Body=b"kept")
    return name


ADMINISTRATION = [
    ("POST", "/_ministack/reset"), ("POST", "/_ministack/config"), ("GET", "/_ministack/health"),
    ("GET", "/_ministack/ses/messages"), ("GET", "/_ministack/lambda-code/a/b/c"),
    ("GET", "/_localstack/health"), ("POST", "/_ministack/rds/iam-auth"), ("GET", "/v2/"),
    ("GET", "/v2/_catalog"), ("PUT", "/v2/app/manifests/latest"), ("GET", "/health"),
    ("GET", "/_aws/lambda-url/x/"), ("GET", "/_alb/x"), ("POST", "/_ministack/cfn-response/x"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ADMINISTRATION)
def test_ministacks_own_paths_are_closed_to_everybody(page: Page, method: str, path: str) -> None:
    status, _, _ = page.send(method, path, x_braid_key=page.key)
    assert status == 404


def test_nothing_was_wiped(embedded: Embedded, page: Page, bucket: str) -> None:
    for headers in ({}, {"Origin": NEIGHBOUR}, {"Content-Type": "text/plain"}):
        assert page.send("POST", "/_ministack/reset", **headers)[0] in (403, 404)
    assert embedded.client("s3").get_object(Bucket=bucket, Key="kept")["Body"].read() == b"kept"


def test_a_function_may_answer_for_its_custom_resource(page: Page) -> None:
    status, body, _ = page.send("PUT", "/_ministack/cfn-response/no-such-token", "{}")
    assert b"isn't part of AWS" not in body, status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": NEIGHBOUR},
        {"Origin": "https://page.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Host": "rebound.example:4566"},
        {"Host": "127.0.0.1.rebound.example"},
        {"Host": "localhost.example"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/_braid/health"), ("POST", "/_braid/faults"), ("PUT", "/kept/x"), ("POST", "/")],
)
def test_other_pages_are_not_answered(page: Page, method: str, path: str, headers: dict[str, str]) -> None:
    status, _, answered = page.send(method, path, "{}", x_braid_key=page.key, **headers)
    assert status == 403
    assert "Access-Control-Allow-Origin" not in answered


def test_a_preflight_of_another_page_is_refused(page: Page) -> None:
    asks = {"Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "authorization"}
    status, _, answered = page.send("OPTIONS", "/kept/x", Origin=NEIGHBOUR, **asks)
    assert status == 403
    assert not [name for name in answered if name.lower().startswith("access-control-")]


def test_a_form_of_another_page_does_nothing(embedded: Embedded, page: Page) -> None:
    """A form needs no preflight: only its Origin says where it comes from."""
    url = embedded.client("sqs").create_queue(QueueName=f"kept-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    form = f"Action=DeleteQueue&Version=2012-11-05&QueueUrl={url}"
    sent = {"Content_Type": "application/x-www-form-urlencoded"}
    assert page.send("POST", "/", form, Origin=NEIGHBOUR, **sent)[0] == 403
    assert page.send("POST", "/", form, **sent)[0] >= 400, "nobody signed it"
    assert embedded.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])[
        "Attributes"
    ]


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("DynamoDB_20120810.ListTables", {}),
        ("AWSStepFunctions.ListStateMachines", {}),
        ("AmazonSQS.ListQueues", {}),
        ("AWSEvents.ListRules", {}),
        ("Logs_20140328.DescribeLogGroups", {}),
    ],
)
def test_an_unsigned_request_is_nobodys(page: Page, target: str, body: Any) -> None:
    status, _, _ = page.send("POST", "/", json.dumps(body), X_Amz_Target=target)
    assert status >= 400


@pytest.mark.parametrize(
    ("method", "name"), [("GET", "calls"), ("DELETE", "calls"), ("GET", "executions"), ("POST", "faults")]
)
def test_the_control_endpoint_wants_the_key(page: Page, method: str, name: str) -> None:
    for key in ({}, {"x_braid_key": "wrong"}, {"x_braid_key": ""}):
        assert page.send(method, f"/_braid/{name}", "{}", **key)[0] == 403


def test_the_holder_of_the_key_is_answered(embedded: Embedded) -> None:
    assert "calls" in lifecycle.control(embedded.aws, "calls")
    assert lifecycle.health(embedded.aws.endpoint)["ready"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},  # a link clicked in a mail
        {
            "Sec_Fetch_Site": "cross-site",
            "Sec_Fetch_Mode": "no-cors",
            "Sec_Fetch_Dest": "image",
        },  # a report's picture
        {"Origin": "null", "Sec_Fetch_Site": "cross-site"},  # a page opened as a file
    ],
)
def test_a_presigned_address_opens_anywhere(
    embedded: Embedded, page: Page, bucket: str, headers: dict[str, str]
) -> None:
    url = embedded.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "kept"})
    split = urlsplit(url)
    status, body, _ = page.send("GET", f"{split.path}?{split.query}", **headers)
    assert (status, body) == (200, b"kept")


def test_a_presigned_write_of_another_page_is_refused(embedded: Embedded, page: Page, bucket: str) -> None:
    url = embedded.client("s3").generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "kept"})
    split = urlsplit(url)
    assert page.send("PUT", f"{split.path}?{split.query}", b"lost", Origin=NEIGHBOUR)[0] == 403


@pytest.mark.parametrize(
    "host", [HERE, "localhost:4566", "[::1]:4566", "bucket.s3.localhost:4566", "127.0.0.1"]
)
def test_names_of_this_machine(host: str) -> None:
    assert refusal("http", "GET", "/bucket/key", "", {"host": host}) is None
    assert refusal("http", "PUT", "/bucket/key", "", {"host": host, "origin": f"http://{host}"}) is None


@given(st.text(min_size=1), st.sampled_from(["GET", "PUT", "POST", "DELETE"]))
def test_no_other_name_is_answered(host: str, method: str) -> None:
    name = host.lower().partition(":")[0]
    if name in ("127.0.0.1", "localhost") or "localhost" in name:
        return
    assert refusal("http", method, "/bucket/key", "X-Amz-Signature=1", {"host": host}) is not None


@given(st.text(min_size=1))
def test_no_other_origin_may_write(origin: str) -> None:
    if origin in (f"http://{HERE}", f"https://{HERE}"):
        return
    asked = refusal("http", "PUT", "/bucket/key", "X-Amz-Signature=1", {"host": HERE, "origin": origin})
    assert asked is not None

"""A page from which people send files into Braid's inbox, without credentials of their own."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

__all__ = ["UploadStack"]

_FUNCTIONS = str(Path(__file__).with_name("functions"))
_PROFILE = "general"
_MOST_BYTES = 50 * 1024**2


class UploadStack(cdk.Stack):
    """IAM asks who calls the page's address: put your login before it, since each file costs money."""

    def __init__(
        self, scope: Construct, construct_id: str, *, input_bucket_name: str, env: cdk.Environment
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        function = lambda_.Function(
            self,
            "UploadPage",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="upload_page.handler",
            code=lambda_.Code.from_asset(_FUNCTIONS),
            timeout=cdk.Duration.seconds(10),
            memory_size=256,
            tracing=lambda_.Tracing.ACTIVE,
            environment={
                "INPUT_BUCKET": input_bucket_name,
                "PROFILE": _PROFILE,
                "MOST_BYTES": str(_MOST_BYTES),
            },
        )
        # The form is signed in the function's name: it may put what its role may.
        inbox = f"arn:{cdk.Aws.PARTITION}:s3:::{input_bucket_name}/inbox/{_PROFILE}/*"
        function.add_to_role_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[inbox]))
        address = function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
        cdk.CfnOutput(self, "UploadPageAddress", value=address.url)

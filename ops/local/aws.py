"""AWS clients and environments for the emulator: never the operator's own account, profile or proxy."""

import functools
import os
from typing import Any

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from ops.local.stack_location import REGION, StackLocation

# The emulator takes any credentials; these say plainly that they are none.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "UV_CACHE_DIR", "XDG_CACHE_HOME")


def build_environment(place: StackLocation) -> dict[str, str]:
    """The environment of a child process that may speak to the emulator and to nothing else on AWS."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        **kept,
        **CREDENTIALS,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": place.aws_endpoint_url,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


@functools.cache
def create_client(place: StackLocation, service: str) -> Any:
    """A client of the emulator's `service`."""
    return boto3.session.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    ).client(
        service,
        endpoint_url=place.aws_endpoint_url,
        # An aggregation may take as long as Lambda lets it: 15 minutes, and it must not run twice.
        config=Config(read_timeout=910, retries={"total_max_attempts": 1}, proxies={}),
    )


def signed_headers(url: str) -> dict[str, str]:
    """The headers of a signed GET of an object, as the CDN's origin access control would send them."""
    request = AWSRequest("GET", url)
    S3SigV4Auth(Credentials(*CREDENTIALS.values()), "s3", REGION).add_auth(request)
    return dict(request.headers.items())


def read_outputs(place: StackLocation) -> dict[str, str]:
    """The outputs of the deployed province stack, by name."""
    stacks = create_client(place, "cloudformation").describe_stacks(StackName=place.stack_name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}

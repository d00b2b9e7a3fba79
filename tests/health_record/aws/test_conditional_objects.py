"""An object of S3 that two writers change at once: neither loses what the other wrote."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from health_record.aws.conditional_objects import TRIES, change_object
from tests.conftest import REGION


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(Bucket="objects", CreateBucketConfiguration={"LocationConstraint": REGION})
        yield client


def content(s3: Any) -> bytes:
    found: bytes = s3.get_object(Bucket="objects", Key="k")["Body"].read()
    return found


@pytest.mark.parametrize("before", [None, b"a"])
def test_what_another_writes_between_reading_and_writing_is_kept(s3: Any, before: bytes | None) -> None:
    if before is not None:
        s3.put_object(Bucket="objects", Key="k", Body=before)
    others = iter([b"other"])

    def add(found: bytes | None) -> bytes:
        for body in others:
            s3.put_object(Bucket="objects", Key="k", Body=body)
        return (found or b"") + b" and mine"

    change_object(s3, "objects", "k", add)
    assert content(s3) == b"other and mine"


def test_an_object_that_is_deleted_meanwhile_is_made_anew(s3: Any) -> None:
    s3.put_object(Bucket="objects", Key="k", Body=b"a")
    deletions = iter(["k"])

    def add(found: bytes | None) -> bytes:
        for key in deletions:
            s3.delete_object(Bucket="objects", Key=key)
        return (found or b"nothing") + b" and mine"

    change_object(s3, "objects", "k", add)
    assert content(s3) == b"nothing and mine"


def test_who_always_comes_second_is_told_and_has_written_nothing(s3: Any) -> None:
    turns = iter(range(100))

    def add(_: bytes | None) -> bytes:
        s3.put_object(Bucket="objects", Key="k", Body=str(next(turns)).encode())
        return b"mine"

    with pytest.raises(ClientError, match="PreconditionFailed"):
        change_object(s3, "objects", "k", add)
    assert content(s3) == str(TRIES - 1).encode()


def test_a_refusal_of_another_kind_is_not_tried_again(s3: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        change_object(s3, "nowhere", "k", lambda _: b"mine")

"""Two runs of the nightly work at once, as a retried call or a hand start may bring them."""

from typing import Any

import pytest
import time_machine

from functions.digest import signed_objects
from functions.digest.handler import DigestIncompleteError, handler
from health_record.audit import public_access_log
from tests.conftest import aws
from tests.digest.conftest import NEXT_NIGHT

DOCUMENT = public_access_log.document_key("2026-11-20")


def test_two_runs_at_once_lock_and_publish_the_same_document(
    province: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second run comes while the first signs, and breaks off between its two puts; no two signatures are alike."""
    sign, put, second = signed_objects.sign_message, signed_objects.put_if_absent, list[str]()

    def signed(config: Any, message: bytes) -> bytes:
        if not second and message.count(b".") == 1:
            second.append("runs")
            with pytest.raises(DigestIncompleteError):
                handler({}, None)
            second.append("is over")
        return sign(config, message)

    def broken_off(bucket: str, key: str, body: bytes) -> None:
        if second == ["runs"] and (bucket, key) == ("site", DOCUMENT):
            raise TimeoutError
        put(bucket, key, body)

    monkeypatch.setattr(signed_objects, "sign_message", signed)
    monkeypatch.setattr(signed_objects, "put_if_absent", broken_off)
    with time_machine.travel(NEXT_NIGHT, tick=False):
        assert handler({}, None)["documents"] == 3
    locked, served = (aws("s3").get_object(Bucket=name, Key=DOCUMENT)["Body"].read() for name in ("digests", "site"))
    assert locked == served

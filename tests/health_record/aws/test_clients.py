"""Clients of AWS: one for each service and way of asking, all of one session, whose files are read once."""

import botocore.session
import pytest

from health_record.aws import clients


def test_all_clients_are_of_one_session(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    real = botocore.session.get_session
    monkeypatch.setattr(botocore.session, "get_session", lambda: made.append(1) or real())
    clients.forget()
    first, once, messages = clients.client("dynamodb"), clients.client("dynamodb", attempts=1), clients.client("sns")
    assert len(made) == 1
    assert (clients.client("dynamodb") is first, once is first, messages is first) == (True, False, False)
    tries = [one.meta.config.retries["total_max_attempts"] for one in (first, once, messages)]
    assert tries == [2, 1, 2]
    clients.forget()
    assert clients.client("dynamodb") is not first
    assert len(made) == 2

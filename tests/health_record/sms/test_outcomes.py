"""What is known of a message: both policies over everything that can be asked of them."""

import itertools
import json

import pytest

from health_record.sms.gateway_channel import REFUSED_STATUSES, read_answer
from health_record.sms.https_exchange import HttpAnswer
from health_record.sms.outcomes import Outcome, may_ask_next_channel, settle

ACCEPTED, REFUSED, UNKNOWN = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNKNOWN
SETTLED = {
    (ACCEPTED,): ACCEPTED,
    (REFUSED,): REFUSED,
    (UNKNOWN,): UNKNOWN,
    (ACCEPTED, ACCEPTED): ACCEPTED,
    (ACCEPTED, REFUSED): ACCEPTED,
    (ACCEPTED, UNKNOWN): ACCEPTED,
    (REFUSED, ACCEPTED): ACCEPTED,
    (REFUSED, REFUSED): REFUSED,
    (REFUSED, UNKNOWN): UNKNOWN,
    (UNKNOWN, ACCEPTED): ACCEPTED,
    (UNKNOWN, REFUSED): UNKNOWN,
    (UNKNOWN, UNKNOWN): UNKNOWN,
}
ID = "6d7c2b0e-0f6c-4b7e-9a53-5f0a1f6f3c11"


def test_the_table_has_every_case_of_one_and_two_tries() -> None:
    assert set(SETTLED) == {case for times in (1, 2) for case in itertools.product(Outcome, repeat=times)}


@pytest.mark.parametrize(("tries", "outcome"), SETTLED.items())
def test_what_is_known_after_tries(tries: tuple[Outcome, ...], outcome: Outcome) -> None:
    assert settle(tries) is outcome


@pytest.mark.parametrize(("outcome", "is_in_time"), list(itertools.product(Outcome, (True, False))))
def test_another_channel_is_asked_after_a_refusal_that_came_in_time_and_never_else(
    outcome: Outcome, is_in_time: bool
) -> None:
    assert may_ask_next_channel(outcome, is_in_time=is_in_time) is ((outcome, is_in_time) == (REFUSED, True))


@pytest.mark.parametrize("status", list(range(200, 600)))
def test_a_status_alone_is_a_refusal_or_tells_nothing(status: int) -> None:
    wanted = REFUSED if status in REFUSED_STATUSES else UNKNOWN
    assert read_answer(HttpAnswer(status, b"{}"), ID).outcome is wanted
    assert status not in REFUSED_STATUSES or 400 <= status < 500


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (f'{{"message_id": "{ID}", "status": "accepted"}}', ACCEPTED),
        (f'{{"message_id": "{ID}", "status": "refused"}}', REFUSED),
        (f'{{"message_id": "{ID}", "status": "queued"}}', UNKNOWN),
        (f'{{"message_id": "{ID}"}}', UNKNOWN),
        ('{"status": "accepted"}', UNKNOWN),
        ('{"message_id": "another", "status": "accepted"}', UNKNOWN),
        ('{"message_id": "another", "status": "refused"}', UNKNOWN),
        ("[]", UNKNOWN),
        ("", UNKNOWN),
        ("\ud800".encode("utf-8", "surrogatepass"), UNKNOWN),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 202])
def test_only_a_word_about_this_message_counts(status: int, body: str | bytes, outcome: Outcome) -> None:
    content = body if isinstance(body, bytes) else body.encode()
    assert read_answer(HttpAnswer(status, content), ID).outcome is outcome


@pytest.mark.parametrize("reason", ["+84901234567 is blocked", 17, None, ["number-blocked"]])
def test_a_reason_that_is_not_listed_is_not_told_on(reason: object) -> None:
    body = json.dumps({"message_id": ID, "status": "refused", "reason": reason}).encode()
    assert read_answer(HttpAnswer(200, body), ID).code == "other-reason"

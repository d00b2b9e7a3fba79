"""The rehearsal's client against a small stand-in of the stack, which can also be busy, broken or wrong."""

import json
import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import health_record
from ops.pilot import rehearsal
from ops.pilot.caller import Caller, UnexpectedAnswerError
from ops.pilot.journey import Journey, Outcome
from ops.pilot.residents import people
from ops.pilot.residents.answers import AnswerSheet
from ops.pilot.residents.people import Account, Resident
from ops.pilot.timing import Stopwatch, percentile
from ops.pilot.work import solve_challenge
from so_suc_khoe_client import FacilityAnswer

FORM = json.loads((Path(health_record.__file__).parent / "form" / "questionnaire.json").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)


@dataclass
class StandIn:
    """What the stand-in has seen, and how it is to behave: `refusals` are answered first, one each call of a path."""

    origin: str = ""
    seen: list[tuple[str, str, str, dict[str, str], Any]] = field(default_factory=list)
    refusals: dict[str, list[tuple[int, dict[str, str], Any]]] = field(default_factory=dict)
    inboxes: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    silent: int = 0  # so many calls for a code are answered, and no message comes
    challenges: list[str] = field(default_factory=list)  # each call has an id of its own
    hangs_up: bool = False

    def answer(self, method: str, path: str, body: Any) -> tuple[int, dict[str, str], Any]:
        waiting = self.refusals.get(path.partition("?")[0], [])
        if waiting:
            return waiting.pop(0)
        if path == "/v1/otp":
            challenge = str(uuid.uuid4())
            self.challenges.append(challenge)
            if len(self.challenges) > self.silent:
                phone = "+84" + body["phone"][1:]
                self.inboxes.setdefault(phone, []).append({"to": phone, "text": "Ma 123456\n@host #123456", "at": ""})
            return 202, {}, {"challenge_id": challenge, "expires_in": 600, "resend_after": 60}
        if path.startswith("/_local/sms?phone="):
            return 200, {}, self.inboxes.get(path.partition("=")[2].replace("%2B", "+"), [])
        if path == "/v1/otp/verify":
            right = body["challenge_id"] in self.challenges and body["code"] == "123456"
            cookie = {"Set-Cookie": "__Host-session=token; Path=/; Secure; HttpOnly"}
            return (200, cookie, {"level": 1, "pin_set": False}) if right else (401, {}, {"type": "/problems/x"})
        if found := re.fullmatch(r"/v1/records/(.+)", path):
            return 201, {"ETag": '"1"'}, {"id": found.group(1), "version": 1, "receipt": "79-AB", "warnings": []}
        return 204, {}, None


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    stack = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            stack.seen.append((self.client_address[0], self.command, self.path, headers, body))
            status, sent, content = stack.answer(self.command, self.path, body)
            payload = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in sent.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)
            self.close_connection = stack.hangs_up

        do_GET = do_POST = do_PUT = answer  # noqa: N815 (the library's own names)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stack.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield stack
    server.shutdown()
    server.server_close()


@dataclass
class Facility:
    """A facility's client that answers as it is told."""

    answers: list[FacilityAnswer]
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def summary(self, system: str, value: str, birth_date: str) -> FacilityAnswer:
        self.asked.append((system, value, birth_date))
        return self.answers.pop(0)


@pytest.fixture
def account() -> Account:
    """A phone with several people, one of whom has a number and permits sharing, one who does not permit it."""
    return next(
        account
        for account in people.invent_accounts(500, 1, TODAY)
        if len(account.residents) > 2
        and {bool(one.sharing) for one in account.residents if one.national_id} == {True, False}
    )


def journey(stack: StandIn, facility: Facility | None = None, pauses: list[float] | None = None) -> Journey:
    return Journey(
        origin=stack.origin,
        sms_inbox_path="/_local/sms",
        poster="pilot-0001",
        sheet=AnswerSheet(FORM),
        stopwatch=Stopwatch(),
        facility=lambda _: facility,  # type: ignore[arg-type,return-value]
        sampled=lambda resident: facility is not None and resident.national_id is not None,
        pause=(pauses if pauses is not None else []).append,
    )


def summary_of(resident: Resident, name: str | None = None) -> FacilityAnswer:
    patient = {"resourceType": "Patient", "name": [{"text": name or resident.full_name}]}
    bundle = {"resourceType": "Bundle", "type": "document", "entry": [{"resource": patient}]}
    return FacilityAnswer(200, {}, json.dumps(bundle).encode())


def test_an_account_scans_asks_reads_verifies_and_declares_everybody(stand_in: StandIn, account: Account) -> None:
    outcome = journey(stand_in).run(account)
    assert outcome.failures == []
    assert list(outcome.declared) == [resident.record_id for resident in account.residents]
    calls = [(method, path.partition("?")[0]) for _, method, path, _, _ in stand_in.seen]
    assert calls == [
        ("POST", "/v1/visits"),
        ("POST", "/v1/otp"),
        ("GET", "/_local/sms"),
        ("POST", "/v1/otp/verify"),
        *(("PUT", f"/v1/records/{resident.record_id}") for resident in account.residents),
    ]


def test_every_call_comes_from_the_accounts_own_address_as_a_page_would_send_it(
    stand_in: StandIn, account: Account
) -> None:
    journey(stand_in).run(account)
    assert {source for source, *_ in stand_in.seen} == {account.client_address}
    for _, method, path, headers, body in stand_in.seen:
        assert headers["x-requested-with"] == "ssk"
        assert headers["origin"] == stand_in.origin
        if method == "PUT":
            assert headers["if-none-match"] == "*"
            assert headers["cookie"] == "__Host-session=token"
            assert body["resourceType"] == "QuestionnaireResponse"
        if path == "/v1/visits":
            assert body == {"poster": "pilot-0001"}


@pytest.mark.parametrize(("status", "sent", "waited"), [(503, "7", 7.0), (429, "61", 60.0), (503, "soon", 1.0)])
def test_a_busy_service_is_given_the_time_it_asks_for(
    stand_in: StandIn, account: Account, status: int, sent: str, waited: float
) -> None:
    stand_in.refusals["/v1/otp"] = [(status, {"Retry-After": sent}, {"type": "/problems/busy"})]
    pauses: list[float] = []
    going = journey(stand_in, pauses=pauses)
    assert going.run(account).failures == []
    assert pauses == [waited]
    assert going.stopwatch.events == {f"{status} /problems/busy": 1}


@pytest.mark.parametrize("status", [502, 504])
def test_a_call_that_nobody_answered_is_tried_again(stand_in: StandIn, account: Account, status: int) -> None:
    stand_in.refusals["/v1/otp/verify"] = [(status, {}, {"message": "Internal Server Error"})]
    pauses: list[float] = []
    going = journey(stand_in, pauses=pauses)
    assert going.run(account).failures == []
    assert (pauses, going.stopwatch.events) == ([1.0], {str(status): 1})
    first, repeat = [body for _, _, path, _, body in stand_in.seen if path == "/v1/otp/verify"]
    assert first == repeat
    assert uuid.UUID(first["attempt"])


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_code_that_an_unanswered_call_used_up_is_asked_for_anew(
    stand_in: StandIn, account: Account, status: int
) -> None:
    stand_in.refusals["/v1/otp/verify"] = [(status, {}, {}), (401, {}, {"type": "/problems/code-wrong"})]
    pauses: list[float] = []
    going = journey(stand_in, pauses=pauses)
    assert going.run(account).failures == []
    assert (pauses, going.stopwatch.events) == ([1.0, 60.0], {str(status): 1, "second code": 1})


def test_a_wrong_code_without_a_reason_is_a_failure(stand_in: StandIn, account: Account) -> None:
    stand_in.refusals["/v1/otp/verify"] = [(401, {}, {"type": "/problems/code-wrong"})]
    assert journey(stand_in).run(account).failures == ["verify: 401 /problems/code-wrong instead of 200"]


def test_work_that_is_asked_for_is_done(stand_in: StandIn, account: Account) -> None:
    stand_in.refusals["/v1/otp"] = [(429, {}, {"type": "/problems/work", "work": {"seed": "1.ab.cd", "bits": 8}})]
    going = journey(stand_in)
    assert going.run(account).failures == []
    bodies = [body for _, _, path, _, body in stand_in.seen if path == "/v1/otp"]
    assert bodies[1] == {**bodies[0], "work": solve_challenge({"seed": "1.ab.cd", "bits": 8})}
    assert going.stopwatch.events["proof of work"] == 1


def test_a_service_that_stays_busy_is_a_failure_in_words_that_name_nobody(stand_in: StandIn, account: Account) -> None:
    stand_in.refusals["/v1/otp"] = [(503, {"Retry-After": "1"}, {"type": "/problems/unavailable"})] * 6
    outcome = journey(stand_in).run(account)
    assert outcome.failures == ["code: 503 /problems/unavailable instead of 202"]
    assert outcome.declared == {}


def test_no_message_within_the_time_is_a_failure(
    stand_in: StandIn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.silent = 2
    monkeypatch.setattr("ops.pilot.journey.SMS_PATIENCE_SECONDS", 0.05)
    told = "inbox: no SMS within 0.05 s, nor when it was sent again"
    assert journey(stand_in).run(account).failures == [told]


def test_a_code_whose_message_did_not_come_is_asked_for_again_when_it_may_be(
    stand_in: StandIn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.silent = 1
    monkeypatch.setattr("ops.pilot.journey.SMS_PATIENCE_SECONDS", 0.05)
    pauses: list[float] = []
    going = journey(stand_in, pauses=pauses)
    assert going.run(account).failures == []
    assert (pauses[-1], going.stopwatch.events) == (59.95, {"sent again": 1})


def test_a_refused_declaration_keeps_what_was_declared_before(stand_in: StandIn, account: Account) -> None:
    first, second, *_ = account.residents
    stand_in.refusals[f"/v1/records/{second.record_id}"] = [(422, {}, {"type": "/problems/invalid-content"})]
    outcome = journey(stand_in).run(account)
    assert list(outcome.declared) == [first.record_id]
    assert outcome.failures == ["declare: 422 /problems/invalid-content instead of 201"]


def test_a_receipt_of_another_record_is_no_receipt(stand_in: StandIn, account: Account) -> None:
    path = f"/v1/records/{account.residents[0].record_id}"
    stand_in.refusals[path] = [(201, {}, {"id": "another", "version": 1, "receipt": "79-AB"})]
    assert journey(stand_in).run(account).failures == ["declare: 201 without id, version and receipt of the record"]


def test_the_facility_reads_those_who_permit_it_and_is_refused_the_others(stand_in: StandIn, account: Account) -> None:
    with_number = [one for one in account.residents if one.national_id]
    facility = Facility([summary_of(one) if one.sharing else FacilityAnswer(403, {}, b"{}") for one in with_number])
    outcome = journey(stand_in, facility).run(account)
    assert (outcome.read, outcome.misread, outcome.failures) == (len(with_number), 0, [])
    assert [birth_date for _, _, birth_date in facility.asked] == [one.any_birth_date for one in with_number]


def test_a_summary_of_somebody_else_or_without_consent_is_a_failure(stand_in: StandIn, account: Account) -> None:
    with_number = [one for one in account.residents if one.national_id]
    facility = Facility([summary_of(one, "Somebody Else") for one in with_number])
    outcome = journey(stand_in, facility).run(account)
    assert (outcome.read, outcome.misread) == (0, len(with_number))
    assert set(outcome.failures) == {"summary: not this resident's document", "summary: 200 instead of 403"}


def test_a_stack_that_is_gone_is_a_failure_and_not_an_exception(account: Account) -> None:
    outcome = journey(StandIn(origin="http://127.0.0.1:9")).run(account)
    assert outcome.failures == ["connection: ConnectionRefusedError"]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_every_account_goes_once_and_progress_tells_of_each(stand_in: StandIn, concurrency: int) -> None:
    accounts = people.invent_accounts(30, 1, TODAY)
    told: list[int] = []
    done = rehearsal.run_journeys(accounts, journey(stand_in), concurrency, told.append)
    assert (done.residents, done.failures, sum(told)) == (30, 0, 30)
    puts = [path for _, method, path, _, _ in stand_in.seen if method == "PUT"]
    assert len(puts) == len(set(puts)) == 30


def test_one_more_goes_at_once_with_each_that_is_done(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = people.invent_accounts(60, 1, TODAY)
    under_way: list[int] = []
    running: set[int] = set()
    lock = threading.Lock()
    real = Journey.run

    def counting(self: Journey, account: Account) -> Outcome:
        with lock:
            running.add(id(account))
            under_way.append(len(running))
        outcome = real(self, account)
        with lock:
            running.discard(id(account))
        return outcome

    monkeypatch.setattr(Journey, "run", counting)
    done = rehearsal.run_journeys(accounts, journey(stand_in), 3, lambda _: None)
    assert done.failures == 0
    assert under_way[0] == 1
    assert all(number <= min(3, place + 1) for place, number in enumerate(under_way))


def test_when_the_time_is_over_nobody_else_begins_and_nobody_is_missed(stand_in: StandIn) -> None:
    accounts = people.invent_accounts(30, 1, TODAY)
    done = rehearsal.run_journeys(accounts, journey(stand_in), 1, lambda _: None, seconds=0)
    assert done.outcomes == []
    assert (done.asked, done.failures) == (0, 0)
    whole = rehearsal.run_journeys(accounts, journey(stand_in), 1, lambda _: None, seconds=600)
    assert (whole.asked, whole.failures) == (30, 0)


@pytest.mark.parametrize(("hopeless", "tried"), [(3, 3), (1, 1)])
def test_a_hopeless_rehearsal_ends_early_and_counts_everybody_as_failed(
    hopeless: int, tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "HOPELESS", hopeless)
    accounts = people.invent_accounts(30, 1, TODAY)
    done = rehearsal.run_journeys(accounts, journey(StandIn(origin="http://127.0.0.1:9")), 1, lambda _: None)
    assert (done.residents, done.failures) == (0, 30)
    assert len(done.outcomes) == tried


def test_a_connection_that_the_server_closed_while_idle_is_opened_again(stand_in: StandIn, account: Account) -> None:
    stand_in.hangs_up = True
    going = journey(stand_in)
    assert going.run(account).failures == []
    assert going.stopwatch.events == {"reconnected": len(stand_in.seen) - 1}


def test_another_status_than_the_expected_is_told(stand_in: StandIn) -> None:
    stand_in.refusals["/v1/visits"] = [(200, {}, ["not an object"])]
    with (
        Caller(stand_in.origin, "127.0.0.1", Stopwatch()) as caller,
        pytest.raises(UnexpectedAnswerError, match=r"^visit: 200 instead of 204$"),
    ):
        caller.call("visit", "POST", "/v1/visits", {}, expect=204)


@pytest.mark.parametrize(("share", "value"), [(0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)])
def test_percentiles_are_nearest_ranks(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == value


@pytest.mark.parametrize("bits", [0, 1, 7, 8, 12])
def test_work_has_the_zero_bits_that_were_asked_for(bits: int) -> None:
    import hashlib

    done = solve_challenge({"seed": "s", "bits": bits})
    digest = hashlib.sha256(f"s:{done['nonce']}".encode()).digest()
    assert int.from_bytes(digest).bit_length() <= 256 - bits

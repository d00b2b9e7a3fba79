"""What one account does: scan the poster, ask for a code, read the SMS, verify, declare everybody at home.

A sample of those who permit it is then read by the demonstration facility; of those who do not, it must be refused.
"""

import http.client
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from ops.pilot.caller import BUSY, Caller, Reply, UnexpectedAnswerError
from ops.pilot.residents.answers import AnswerSheet
from ops.pilot.residents.numbers import international_phone
from ops.pilot.residents.people import Account, Resident
from ops.pilot.timing import Stopwatch
from ops.pilot.work import solve_challenge
from so_suc_khoe_client import FacilityAnswer, FacilityClient

NATIONAL_ID_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
SMS_PATIENCE_SECONDS = 30
READ_ATTEMPTS = 5
SECOND_CODE = "second code"
SENT_AGAIN = "sent again"
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@dataclass
class Outcome:
    """How it went for one account: what was declared, what failed (in words that name nobody)."""

    account: Account
    declared: dict[str, dict[str, Any]] = field(default_factory=dict)  # record id -> QuestionnaireResponse
    read: int = 0
    misread: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Journey:
    """The way of every account through the stack at `origin`."""

    origin: str
    sms_inbox_path: str
    poster: str
    sheet: AnswerSheet
    stopwatch: Stopwatch
    facility: Callable[[str], FacilityClient]
    sampled: Callable[[Resident], bool]
    pause: Callable[[float], None] = time.sleep

    def run(self, account: Account) -> Outcome:
        """One account from the poster to the receipt of the last resident. Never raises for what the stack does."""
        outcome = Outcome(account)
        try:
            with Caller(self.origin, account.client_address, self.stopwatch, self.pause) as caller:
                self.sign_in(caller, account)
                for resident in account.residents:
                    self.declare(caller, resident, outcome)
        except (UnexpectedAnswerError, OSError, http.client.HTTPException) as error:
            outcome.failures.append(_told(error))
        return outcome

    def sign_in(self, caller: Caller, account: Account) -> None:
        """From the poster to a session. Raises UnexpectedAnswerError."""
        caller.call("visit", "POST", "/v1/visits", {"poster": self.poster}, expect=HTTPStatus.NO_CONTENT)
        verified, resend_after = self._prove(caller, account)
        if verified.status == HTTPStatus.UNAUTHORIZED and caller.unanswered["verify"]:
            # A call that nobody answered used the code up too long ago to be repeated: a person asks for a new one.
            self.stopwatch.count(SECOND_CODE)
            self.pause(resend_after)
            verified, _ = self._prove(caller, account)
        caller.call_expecting("verify", verified, HTTPStatus.OK)
        if "__Host-session" not in verified.cookies or verified.json.get("level") != 1:
            raise UnexpectedAnswerError("verify: no session of level 1")

    def _prove(self, caller: Caller, account: Account) -> tuple[Reply, float]:
        """The answer to the code, and the seconds after which another may be asked for."""
        challenge = self._ask_for_code(caller, account).json
        resend_after = float(challenge["resend_after"])
        code = self._code_from_sms(caller, account)
        if code is None:
            # The answer is the same 202 where the channel was silent: a person asks again when they may.
            self.stopwatch.count(SENT_AGAIN)
            self.pause(max(0.0, resend_after - SMS_PATIENCE_SECONDS))
            challenge = self._ask_for_code(caller, account).json
            code = self._code_from_sms(caller, account)
        if code is None:
            raise UnexpectedAnswerError(f"inbox: no SMS within {SMS_PATIENCE_SECONDS} s, nor when it was sent again")
        body = {"challenge_id": challenge["challenge_id"], "code": code, "attempt": str(uuid.uuid4())}
        return caller.call("verify", "POST", "/v1/otp/verify", body, expect=None), resend_after

    def _ask_for_code(self, caller: Caller, account: Account) -> Reply:
        body: dict[str, Any] = {"phone": account.phone, "poster": self.poster}
        reply = caller.call("code", "POST", "/v1/otp", body, expect=None)
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS and isinstance(reply.json, dict) and "work" in reply.json:
            self.stopwatch.count("proof of work")
            body["work"] = solve_challenge(reply.json["work"])
            return caller.call("code", "POST", "/v1/otp", body, expect=HTTPStatus.ACCEPTED)
        return caller.call_expecting("code", reply, HTTPStatus.ACCEPTED)

    def _code_from_sms(self, caller: Caller, account: Account) -> str | None:
        """The code of the newest message; None where none comes in time."""
        path = f"{self.sms_inbox_path}?phone={quote(international_phone(account.phone), safe='')}"
        deadline = time.monotonic() + SMS_PATIENCE_SECONDS
        wait = 0.1
        while time.monotonic() < deadline:
            inbox = caller.call("inbox", "GET", path, expect=HTTPStatus.OK).json
            found = CODE.search(inbox[-1]["text"]) if inbox else None
            if found:
                return found.group()
            self.pause(wait)
            wait = min(2.0, wait * 2)
        return None

    def declare(self, caller: Caller, resident: Resident, outcome: Outcome) -> None:
        """One resident's declaration, read by the facility if they are of the sample. Raises UnexpectedAnswerError."""
        response = self.sheet.response(resident)
        path = f"/v1/records/{resident.record_id}"
        reply = caller.call("declare", "PUT", path, response, expect=HTTPStatus.CREATED, headers={"If-None-Match": "*"})
        receipt = reply.json
        if (receipt.get("id"), receipt.get("version")) != (resident.record_id, 1) or not receipt.get("receipt"):
            raise UnexpectedAnswerError("declare: 201 without id, version and receipt of the record")
        outcome.declared[resident.record_id] = response
        if self.sampled(resident):
            self._read(resident, outcome)

    def _read(self, resident: Resident, outcome: Outcome) -> None:
        """The facility reads what it may read; without the resident's consent it is refused."""
        answer = self._summary(resident)
        expected = HTTPStatus.OK if resident.sharing else HTTPStatus.FORBIDDEN
        if answer.status == expected and (expected != HTTPStatus.OK or _is_summary_of(answer, resident)):
            outcome.read += 1
            return
        outcome.misread += 1
        told = f"{answer.status} instead of {expected}" if answer.status != expected else "not this resident's document"
        outcome.failures.append(f"summary: {told}")

    def _summary(self, resident: Resident) -> FacilityAnswer:
        client = self.facility("127.0.0.1")
        for attempt in range(1, READ_ATTEMPTS + 1):
            with self.stopwatch.timing("summary"):
                answer = client.summary(NATIONAL_ID_SYSTEM, resident.national_id or "", resident.any_birth_date)
            if answer.status not in BUSY or attempt == READ_ATTEMPTS:
                break
            self.stopwatch.count(str(answer.status))
            asked = answer.headers.get("retry-after", "")
            self.pause(min(60, int(asked) if asked.isdecimal() else 2**attempt))
        return answer


def sms_inbox_path_of(sms_inbox_url: str) -> str:
    """The path of the inbox, which the same connection asks as all else."""
    return urlsplit(sms_inbox_url).path


def _is_summary_of(answer: FacilityAnswer, resident: Resident) -> bool:
    bundle = answer.json
    patients = [
        entry["resource"] for entry in bundle.get("entry", []) if entry["resource"]["resourceType"] == "Patient"
    ]
    names = [name.get("text") for patient in patients for name in patient.get("name", [])]
    return (bundle.get("resourceType"), bundle.get("type")) == ("Bundle", "document") and resident.full_name in names


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, UnexpectedAnswerError) else f"connection: {type(error).__name__}"

"""Codes and PINs through the deployed gateway, functions and tables: guesses raced, one right code used once."""

import http.client
import json
import re
import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from health_record.identity.identifiers import NATIONAL_ID
from ops.local.aws import create_client
from ops.local.stack_location import StackLocation
from so_suc_khoe_client import FacilityClient
from tests.declare.people import declaration


class Answer(NamedTuple):
    status: int
    cookies: list[str]
    json: Any


class Caller:
    """Someone at an address of this machine; the proxy vouches for it as the CDN does."""

    def __init__(self, web_url: str, address: str = "127.0.0.1") -> None:
        self._place = urlsplit(web_url)
        self._address = address

    def call(self, method: str, path: str, body: Any = None, cookie: str = "", **more: str) -> Answer:
        connection = http.client.HTTPConnection(
            str(self._place.hostname), self._place.port, timeout=30, source_address=(self._address, 0)
        )
        headers = {"content-type": "application/json", "x-requested-with": "ssk", "cookie": cookie, **more}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        return Answer(answer.status, answer.headers.get_all("set-cookie") or [], json.loads(text) if text else None)

    def ask(self, phone: str, cookie: str = "") -> str:
        answer = self.call("POST", "/v1/otp", {"phone": phone}, cookie)
        assert answer.status == 202, answer
        return str(answer.json["challenge_id"])

    def verify(self, challenge: str, code: str) -> Answer:
        return self.call("POST", "/v1/otp/verify", {"challenge_id": challenge, "code": code})

    def inbox(self, phone: str) -> list[str]:
        answer = self.call("GET", f"/_local/sms?phone={quote('+84' + phone[1:], safe='')}")
        return [re.findall(r"\d{6}", message["text"])[0] for message in answer.json]


@pytest.fixture
def phone() -> str:
    return f"090{secrets.randbelow(10**7):07d}"


@pytest.fixture
def caller(stack: dict[str, Any]) -> Caller:
    return Caller(stack["web_url"], f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.7")


def test_of_forty_guesses_at_once_at_most_five_are_counted(
    stack: dict[str, Any], stack_place: StackLocation, caller: Caller, phone: str
) -> None:
    challenge = caller.ask(phone)
    (code,) = caller.inbox(phone)
    guesses = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, 41)]
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda guess: caller.verify(challenge, guess), guesses))
    assert {(answer.status, answer.json["type"]) for answer in answers} == {(401, "/problems/code-refused")}
    dynamodb, table = create_client(stack_place, "dynamodb"), stack["tables"]["access"]
    pointer = dynamodb.get_item(TableName=table, Key={"pk": {"S": f"challenge#{challenge}"}, "sk": {"S": "challenge"}})[
        "Item"
    ]
    lane = dynamodb.get_item(TableName=table, Key={"pk": pointer["lane_pk"], "sk": pointer["lane_sk"]})["Item"]
    assert (lane["tries"], lane["failures"]) == ({"N": "5"}, {"N": "5"})
    assert caller.verify(challenge, code).status == 401


def test_of_two_right_codes_at_once_one_wins(caller: Caller, phone: str) -> None:
    challenge = caller.ask(phone)
    (code,) = caller.inbox(phone)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: caller.verify(challenge, code), range(2)))
    assert sorted(answer.status for answer in answers) == [200, 401]


def test_of_ten_requests_for_one_phone_at_once_one_sends(caller: Caller, phone: str) -> None:
    with ThreadPoolExecutor(10) as pool:
        challenges = set(pool.map(lambda _: caller.ask(phone), range(10)))
    assert (len(challenges), len(caller.inbox(phone))) == (1, 1)


def test_a_session_lives_from_code_to_sign_out(caller: Caller, phone: str) -> None:
    challenge = caller.ask(phone)
    answer = caller.verify(challenge, caller.inbox(phone)[-1])
    assert answer.json == {"level": 1, "pin_set": False, "draft_scope": answer.json["draft_scope"]}
    cookie = answer.cookies[0].partition(";")[0]
    assert caller.call("GET", "/v1/session", cookie=cookie).json["level"] == 1
    assert len(caller.call("GET", "/v1/sessions", cookie=cookie).json["sessions"]) == 1
    assert caller.call("POST", "/v1/session/extend", cookie=cookie).status == 200
    assert caller.call("DELETE", "/v1/session", cookie=cookie).status == 204
    assert caller.call("GET", "/v1/session", cookie=cookie).status == 401


def test_a_pin_opens_what_its_session_declared_and_one_by_a_facilitys_word_what_the_facility_saw(
    stack: dict[str, Any], caller: Caller, phone: str
) -> None:
    """On the emulator's tables: PINs, permission and reach are maps, sets and parts of items."""
    numbers = {str(uuid.uuid4()): f"079160{secrets.randbelow(10**6):06d}" for _ in range(2)}
    first, second = numbers

    def declare(record_id: str, cookie: str) -> int:
        person = declaration(identity_national_id={"valueString": numbers[record_id]}, identity_insurance_number=None)
        return caller.call("PUT", f"/v1/records/{record_id}", person, cookie, **{"if-none-match": "*"}).status

    def lifted(cookie: str, pin: str) -> str:
        answer = caller.call("POST", "/v1/pin/verify", {"pin": pin}, cookie)
        assert answer.status == 204, answer
        return answer.cookies[0].partition(";")[0]

    def named(cookie: str) -> dict[str, bool]:
        rows = caller.call("GET", "/v1/records", None, cookie).json["records"]
        return {row["id"]: "display_name" in row for row in rows}

    verified = caller.verify(caller.ask(phone), caller.inbox(phone)[-1])
    cookie, device = (line.partition(";")[0] for line in verified.cookies)
    assert [declare(first, cookie), caller.call("PUT", "/v1/pin", {"pin": "493817"}, cookie).status] == [201, 204]
    assert named(lifted(cookie, "493817")) == {first: True}

    later = caller.verify(caller.ask(phone, device), caller.inbox(phone)[-1]).cookies[0].partition(";")[0]
    assert [declare(second, later), caller.call("PUT", "/v1/pin", {"pin": "806253"}, later).status] == [201, 403]
    parameters = [
        {"name": "identifier", "valueIdentifier": {"system": NATIONAL_ID, "value": numbers[second]}},
        {"name": "birthdate", "valueDate": "1960-05-17"},
        {"name": "permitPin", "valueBoolean": True},
    ]
    seen = json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
    known = stack["demo_facility"]
    desk = FacilityClient(
        stack["web_url"],
        known["key_id"],
        Path(known["private_key_file"]).read_bytes(),
        practitioner="000888/HCM-CCHN",
    )
    assert desk.call("POST", f"Patient/{second}/$verify", seen).status == 200
    assert caller.call("PUT", "/v1/pin", {"pin": "806253"}, later).status == 204
    high = lifted(later, "806253")
    assert named(high) == {first: False, second: True}
    refused = caller.call("GET", f"/v1/records/{first}", None, high)
    assert (refused.status, refused.json["type"]) == (403, "/problems/record-closed")

"""The same call again, its answer lost: `attempt`, a UUID of the page's, gets it the answer of before.

    access  attempt#<mac of everything sent> / answer    status, body (JSON), session, turn, until, ttl

The MAC binds the attempt to its route, to every field sent and to whom the caller names beside them, so that it repeats
that call and no other. The session that the browser presents is none of it: the cookies of an answer may have arrived
although its body was lost. A repeat that signs in gets a fresh session of equal rights; the first one ends. Tokens are
derived from the MAC and the number of the answer (`turn`), so that two that come at once are answered alike.
"""

import base64
import json
import re
import time
from dataclasses import dataclass
from typing import Any

from functions.otp.code import trusted_device
from functions.otp.limits import Limits
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import Item, get_items, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import BadRequestError, Fault
from health_record.http.event import Event, read_json_body
from health_record.identity import sessions
from health_record.identity.sessions import Session
from health_record.language import Translated
from health_record.observability import log_event
from health_record.table_keys import access_keys

FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
RENEWALS = 3  # of a repeat that meets another one of the same call
JOINS = 20  # readings while other repeats of the call renew its session


@dataclass(frozen=True)
class RepeatedAnswer:
    """What the first call was answered; `token` is that of the fresh session, where it gave one.

    `is_of_device` says that the browser is the one that the first answer was for.
    """

    status: int
    body: dict[str, Any]
    token: str | None
    is_of_device: bool = False


@dataclass(frozen=True)
class RepeatableCall:
    """One call that may come twice. `mac` is None where the page names no attempt."""

    mac: str | None

    @property
    def key(self) -> tuple[str, str] | None:
        """Where its answer is kept; None for a call that names no attempt."""
        return access_keys.attempt_key(self.mac) if self.mac else None

    @classmethod
    def from_event(cls, event: Event, route: str, *bound: str) -> "RepeatableCall":
        """`bound` is what else makes it that call, as the account of a session. Raises BadRequestError for no UUID."""
        body = read_json_body(event)
        attempt = body.get("attempt")
        if attempt is None:
            return cls(None)
        if not isinstance(attempt, str) or not FORM.fullmatch(attempt):
            message = Translated("Phải là một UUID.", "Must be a UUID.")
            raise BadRequestError(message, faults=[Fault("/attempt", message)])
        config = settings.read_once(OtpSettings)
        fields = json.dumps(body, sort_keys=True, ensure_ascii=True)
        return cls(KeyedHash.from_settings(config).compute("attempt", route, *bound, fields))

    def session_token(self, turn: int = 0) -> str:
        """The token of the session that the call's answer number `turn` gives: each repeat makes the same one."""
        return self._derive("attempt-session", str(turn)) if self.mac else sessions.new_token()

    def device_token(self) -> str:
        """The token of a device seen for the first time: a repeat names the same one, and makes no second one known."""
        return self._derive("attempt-device") if self.mac else trusted_device.new_token()

    def remember_item(self, status: int, body: dict[str, Any], session: str | None) -> dict[str, Any]:
        """What remembers the answer, for a TransactWriteItems call; `session` is the hash of the token it gave."""
        config, limits = settings.read_once(OtpSettings), settings.read_once(Limits)
        until = int(time.time()) + limits.attempt_seconds
        answer = {"status": status, "body": json.dumps(body), "session": session, "turn": 0}
        return {
            "Put": {
                "TableName": config.table_access,
                "Item": {**self._key(), **to_wire(answer | {"until": until, "ttl": until})},
            }
        }

    def find_answer(self, *, device: str | None = None, is_same_browser: bool = False) -> RepeatedAnswer | None:
        """The answer of the same call before, with a fresh session.

        `device` is the token of the browser that repeats; the session is of the first answer's device or of none. With
        `is_same_browser` it is of the first one's.
        """
        return self.repeat_answer(self._load(), device=device, is_same_browser=is_same_browser)

    def find_answer_of_race(self, *, device: str | None = None) -> RepeatedAnswer | None:
        """The answer that the same call gets at this moment elsewhere: both have the same token and session."""
        seen: list[Any] = []
        while (item := self._load()) and not _is_over(item) and len(seen) < JOINS:
            if answer := self._standing_answer(item, device):
                return answer
            if item["session"] in seen:
                break
            seen.append(item["session"])
        return None

    def repeat_answer(
        self, item: Item | None, *, device: str | None = None, is_same_browser: bool = False
    ) -> RepeatedAnswer | None:
        """The same as `find_answer` from the item at `key`, which was read with others."""
        for _ in range(RENEWALS):
            if item is None or _is_over(item):
                return None
            if not item.get("session"):
                return self._answer(item, None)
            if answer := self._renew(item, device, is_same_browser=is_same_browser):
                return answer
            before, item = item, self._load()
            if item and item.get("session") != before["session"]:
                return self.find_answer_of_race(device=device)
        return None

    def _renew(self, item: Item, device: str | None, *, is_same_browser: bool) -> RepeatedAnswer | None:
        """A fresh session in the place of the first one; None if that has ended since."""
        first = sessions.load_live_session(item["session"])
        if first is None:
            return None
        turn = int(item.get("turn", 0)) + 1
        token = self.session_token(turn)
        is_of_device = is_same_browser or _is_of_device(first, device)
        fresh = sessions.continue_session(token, first, device=first.device if is_of_device else None)
        transaction = Transaction()
        transaction.add("first", sessions.end_session_item(first))
        transaction.add("fresh", sessions.put_session_item(fresh))
        transaction.add("attempt", self._point_to(fresh.token_hash, turn, before=first.token_hash))
        try:
            transaction.commit()
        except ConditionFailedError:
            return None
        return self._answer(item, token, is_of_device=is_of_device)

    def _standing_answer(self, item: Item, device: str | None) -> RepeatedAnswer | None:
        """The answer as the item has it, nothing renewed; None if its session has ended."""
        if not item.get("session"):
            return self._answer(item, None)
        token = self.session_token(int(item.get("turn", 0)))
        session = sessions.load_live_session(item["session"])
        if session is None or session.token_hash != sessions.hash_token(token):
            return None
        return self._answer(item, token, is_of_device=_is_of_device(session, device))

    def _answer(self, item: Item, token: str | None, *, is_of_device: bool = False) -> RepeatedAnswer:
        log_event("call_repeated", status=item["status"])
        return RepeatedAnswer(item["status"], json.loads(item["body"]), token, is_of_device)

    def _point_to(self, session: str, turn: int, *, before: str) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": settings.read_once(OtpSettings).table_access,
                "Key": self._key(),
                "UpdateExpression": "SET #session = :session, turn = :turn",
                "ConditionExpression": "#session = :before",
                "ExpressionAttributeNames": {"#session": "session"},
                "ExpressionAttributeValues": to_wire({":session": session, ":turn": turn, ":before": before}),
            }
        }

    def _load(self) -> Item | None:
        return get_items(settings.read_once(OtpSettings).table_access, [self.key])[0] if self.key else None

    def _derive(self, purpose: str, *parts: str) -> str:
        """32 bytes that nobody without the key can make, as a token is written."""
        mac = KeyedHash.from_settings(settings.read_once(OtpSettings)).compute(purpose, self.mac or "", *parts)
        return base64.urlsafe_b64encode(bytes.fromhex(mac)).decode().rstrip("=")

    def _key(self) -> dict[str, Any]:
        """Where the answer is kept. A call without an attempt has no such place: ValueError."""
        if self.key is None:
            raise ValueError("this call names no attempt")
        return wire_key(self.key)


def _is_over(item: Item) -> bool:
    return int(item["until"]) <= int(time.time())


def _is_of_device(session: Session, device: str | None) -> bool:
    """Whether the browser that presents the token `device` is the one that the session was opened in."""
    return device is not None and session.device == sessions.device_name(session.account, device)

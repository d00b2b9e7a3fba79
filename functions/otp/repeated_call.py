"""The same call again, its answer lost: `attempt`, a UUID of the page's, gets it the answer of before.

    access  attempt#<mac of everything sent> / answer    status, body (JSON), session, until, ttl

The MAC binds the attempt to its route, to every field sent and to whom the caller names beside them, so that it repeats
that call and no other. The session that the browser presents is none of it: the cookies of an answer may have arrived
although its body was lost. A repeat that signs in gets a fresh session of equal rights; the first one ends.
"""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from functions.otp.limits import Limits
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import Item, get_items, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import BadRequestError, Fault
from health_record.http.event import Event, read_json_body
from health_record.identity import sessions
from health_record.language import Translated
from health_record.observability import log_event
from health_record.table_keys import access_keys

FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class RepeatedAnswer:
    """What the first call was answered; `token` is that of the fresh session, where it gave one."""

    status: int
    body: dict[str, Any]
    token: str | None


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

    def remember_item(self, status: int, body: dict[str, Any], session: str | None) -> dict[str, Any]:
        """What remembers the answer, for a TransactWriteItems call; `session` is the hash of the token it gave."""
        config, limits = settings.read_once(OtpSettings), settings.read_once(Limits)
        until = int(time.time()) + limits.attempt_seconds
        answer = {"status": status, "body": json.dumps(body), "session": session}
        return {
            "Put": {
                "TableName": config.table_access,
                "Item": {**self._key(), **to_wire(answer | {"until": until, "ttl": until})},
            }
        }

    def find_answer(
        self, *more: dict[str, Any], device: str | None = None, is_same_browser: bool = False
    ) -> RepeatedAnswer | None:
        """The answer of the same call before, with a fresh session; `more` is written together with that.

        `device` is the token that the browser gets now; with `is_same_browser` it is known as it was.
        """
        item = get_items(settings.read_once(OtpSettings).table_access, [self.key])[0] if self.key else None
        return self.repeat_answer(item, *more, device=device, is_same_browser=is_same_browser)

    def repeat_answer(
        self, item: Item | None, *more: dict[str, Any], device: str | None = None, is_same_browser: bool = False
    ) -> RepeatedAnswer | None:
        """The same from the item at `key`, which was read with others."""
        if item is None or int(item["until"]) <= int(time.time()):
            return None
        token = self._renew(item, more, device, is_same_browser=is_same_browser) if item.get("session") else None
        if item.get("session") and token is None:
            return None
        log_event("call_repeated", status=item["status"])
        return RepeatedAnswer(item["status"], json.loads(item["body"]), token)

    def _renew(
        self, item: Item, more: tuple[dict[str, Any], ...], device: str | None, *, is_same_browser: bool
    ) -> str | None:
        """A fresh session in the place of the first one; None if that has ended since."""
        first = sessions.load_live_session(item["session"])
        if first is None:
            return None
        name = sessions.device_name(first.account, device) if device else None
        token, fresh = sessions.continue_session(first, device=first.device if is_same_browser else name)
        transaction = Transaction()
        transaction.add("first", sessions.end_session_item(first))
        transaction.add("fresh", sessions.put_session_item(fresh))
        transaction.add("attempt", self._point_to(fresh.token_hash))
        for member in more:
            transaction.add("more", member)
        try:
            transaction.commit()
        except ConditionFailedError:
            return None
        return token

    def _point_to(self, session: str) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": settings.read_once(OtpSettings).table_access,
                "Key": self._key(),
                "UpdateExpression": "SET #session = :session",
                "ExpressionAttributeNames": {"#session": "session"},
                "ExpressionAttributeValues": to_wire({":session": session}),
            }
        }

    def _key(self) -> dict[str, Any]:
        """Where the answer is kept. A call without an attempt has no such place: ValueError."""
        if self.key is None:
            raise ValueError("this call names no attempt")
        return wire_key(self.key)

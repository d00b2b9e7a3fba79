"""Sessions: a reference token in a cookie, only its SHA-256 in the table, 15 minutes idle and 12 hours at most.

    access  session#<sha256 of the token> / session   account, level, generation, poster, sealed phone, idle_until...
    access  account#<account> / state                 first_session, first, made (see `first_record_item`)

Instants are epoch seconds. Expiry is a condition of the write that slides the idle time; TTL only collects garbage.
"""

import hashlib
import itertools
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from health_record import settings
from health_record.aws import idempotent_write
from health_record.aws.clients import client
from health_record.aws.dynamo import (
    Item,
    WireItem,
    from_wire,
    get_items,
    is_condition_failure,
    read_pages,
    to_wire,
    wire_key,
)
from health_record.errors import ForbiddenError, UnauthenticatedError
from health_record.http.event import Event, read_cookies
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.table_keys.access_keys import account_state_key, session_key, token_hash_from

IDLE_SECONDS = 15 * 60
MAX_SECONDS = 12 * 3600
STEP_UP_SECONDS = 5 * 60  # after which what cannot be undone asks for PIN or passkey again
FIRST_PIN_SECONDS = 24 * 3600  # in which the device of the first record may set the first PIN
COOKIE = "__Host-session"
LIVE = "idle_until > :now AND expires_at > :now"
ACCOUNT_INDEX = "by-account"
MOST_LISTED, AT_ONCE = 25, 100  # sessions that are shown, and that one call reads


type Proof = Literal["pin", "passkey"]


@dataclass(frozen=True)
class Session:
    """Who is signed in: `account` is random, `token_hash` names the session, `level` is 1 (code), 2 (PIN).

    `phone` is the phone itself, sealed (`phone_encryption`); `generation` names the PIN that lifted it (`pin_scope`).
    `device` names the device where a code was proven on one (`device_name`); `proven_at` when the PIN or passkey
    (`proven_by`) was given. `on_paper` says that a code on paper opened it, which staff gave for the card of
    `paper_record`, and `by_passkey` that a passkey did: then nobody showed the phone.
    """

    token_hash: str
    account: str
    level: int
    created_at: str
    idle_until: int
    expires_at: int
    poster: str | None = None
    phone: bytes | None = None
    generation: str | None = None
    device: str | None = None
    proven_at: int | None = None
    proven_by: Proof | None = None
    on_paper: bool = False
    by_passkey: bool = False
    paper_record: str | None = None

    @property
    def shows_phone(self) -> bool:
        """Whether a code that was sent to the phone opened it. Else the number may be somebody else's by now."""
        return not (self.on_paper or self.by_passkey)

    def has_part_in(self, other: "Session") -> bool:
        """Whether it may see and end another session of the account.

        What a PIN or passkey lifted is of whoever gives that one: who has the phone alone could else keep them out.
        What none lifted is of whoever shows the phone.
        """
        is_same = self.generation is not None and other.generation == self.generation
        is_of_phone = self.shows_phone and other.generation is None
        return is_of_phone or is_same or other.token_hash == self.token_hash

    @property
    def opened_at(self) -> int:
        """When the code or passkey was given that opened it: a PIN lifts it, and lengthens nothing."""
        return self.expires_at - MAX_SECONDS

    @property
    def is_freshly_proven(self) -> bool:
        """Whether PIN or passkey was given within the last five minutes."""
        return self.proven_at is not None and int(time.time()) < self.proven_at + STEP_UP_SECONDS

    @property
    def is_freshly_proven_by_passkey(self) -> bool:
        """Whether a passkey was given within the last five minutes: then nobody asks for the PIN it stands for."""
        return self.is_freshly_proven and self.proven_by == "passkey"


def require_session(event: Event, *, level: int = 1) -> Session:
    """The live session of the request, its idle time started anew: one conditional UpdateItem.

    Raises UnauthenticatedError without one, ForbiddenError (`level-too-low`) below `level`.
    """
    now = int(time.time())
    token_hash = presented_token_hash(event)
    try:
        answer = client("dynamodb").update_item(
            TableName=_table(),
            Key=_key(token_hash),
            UpdateExpression="SET idle_until = :idle",
            ConditionExpression=LIVE,
            ExpressionAttributeValues=to_wire({":now": now, ":idle": now + IDLE_SECONDS}),
            ReturnValues="ALL_NEW",
        )
    except Exception as error:
        if is_condition_failure(error):
            raise signed_out_error() from error
        raise
    return _at_least(level, _from_item(from_wire(answer["Attributes"])))


def read_session(event: Event) -> Session:
    """The live session of the request, its idle time left as it is. Raises UnauthenticatedError without one."""
    token_hash = presented_token_hash(event)
    item = client("dynamodb").get_item(TableName=_table(), Key=_key(token_hash), ConsistentRead=True).get("Item")
    session = _from_item(from_wire(item)) if item else None
    if session is None or not is_alive(session):
        raise signed_out_error()
    return session


def load_live_session(token_hash: str) -> Session | None:
    """The session of that name, or None where it has ended."""
    (item,) = get_items(_table(), [session_key(token_hash)])
    session = _from_item(item) if item else None
    return session if session and is_alive(session) else None


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def continue_session(token: str, first: Session, *, device: str | None) -> Session:
    """The session of `token`, of the same rights and end as `first`, in the browser of `device`; not yet kept."""
    idle_until = int(time.time()) + IDLE_SECONDS
    return replace(first, token_hash=hash_token(token), idle_until=idle_until, device=device)


def lift_session(token: str, session: Session, generation: str) -> Session:
    """The session of `token`, of level 2, in the place of `session`; not yet kept. It ends when that would."""
    return create_session(
        token,
        session.account,
        level=2,
        poster=session.poster,
        phone=session.phone,
        expires_at=session.expires_at,
        generation=generation,
        device=session.device,
        proven_by="pin",
        on_paper=session.on_paper,
        by_passkey=session.by_passkey,
        paper_record=session.paper_record,
    )


def is_alive(session: Session) -> bool:
    """Whether neither the idle time nor the longest time is over."""
    return int(time.time()) < min(session.idle_until, session.expires_at)


def create_session(
    token: str,
    account: str,
    *,
    level: int = 1,
    poster: str | None = None,
    phone: bytes | None = None,
    expires_at: int | None = None,
    generation: str | None = None,
    device: str | None = None,
    proven_by: Proof | None = None,
    on_paper: bool = False,
    by_passkey: bool = False,
    paper_record: str | None = None,
) -> Session:
    """The session of a fresh `token`, not yet kept. `expires_at` carries the end of the session it follows."""
    now = time.time()
    return Session(
        token_hash=hash_token(token),
        account=account,
        level=level,
        created_at=format_instant(now),
        idle_until=int(now) + IDLE_SECONDS,
        expires_at=expires_at if expires_at is not None else int(now) + MAX_SECONDS,
        poster=poster,
        phone=phone,
        generation=generation,
        device=device,
        proven_at=int(now) if level >= 2 else None,
        proven_by=proven_by,
        on_paper=on_paper,
        by_passkey=by_passkey,
        paper_record=paper_record,
    )


def put_session_item(session: Session) -> dict[str, Any]:
    """What keeps a new session, as a member of a TransactWriteItems call."""
    return {
        "Put": {
            "TableName": _table(),
            "Item": {
                **_key(session.token_hash),
                **to_wire(
                    {
                        "account": session.account,
                        "level": session.level,
                        "created_at": session.created_at,
                        "idle_until": session.idle_until,
                        "expires_at": session.expires_at,
                        "poster": session.poster,
                        "phone": session.phone,
                        "generation": session.generation,
                        "device": session.device,
                        "proven_at": session.proven_at,
                        "proven_by": session.proven_by,
                        "on_paper": True if session.on_paper else None,
                        "by_passkey": True if session.by_passkey else None,
                        "paper_record": session.paper_record,
                        "ttl": session.expires_at,
                    }
                ),
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def end_session_item(session: Session) -> dict[str, Any]:
    """What ends a live session, as a member of a TransactWriteItems call; its condition fails if it has ended."""
    return {
        "Delete": {
            "TableName": _table(),
            "Key": _key(session.token_hash),
            "ConditionExpression": LIVE,
            "ExpressionAttributeValues": to_wire({":now": int(time.time())}),
        }
    }


def end_presented_item(event: Event) -> dict[str, Any] | None:
    """What ends the session that the browser presents, whosever it is, when another one takes its place."""
    token = read_cookies(event).get(COOKIE)
    return {"Delete": {"TableName": _table(), "Key": _key(hash_token(token))}} if token else None


def end_session(account: str, token_hash: str) -> bool:
    """End the session `token_hash` of `account` on the server; False if there is none of that account."""
    try:
        client("dynamodb").delete_item(
            TableName=_table(),
            Key=_key(token_hash),
            ConditionExpression="account = :account",
            ExpressionAttributeValues=to_wire({":account": account}),
        )
    except Exception as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def list_account_sessions(session: Session) -> list[Session]:
    """The account's live sessions that `session` has a part in, newest first (at most 25)."""
    found = itertools.islice(filter(session.has_part_in, _list_alive(session.account)), MOST_LISTED)
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def end_other_sessions(session: Session, *, is_permitted: bool = False) -> None:
    """End every other session of the account that this one has a part in, however many there are.

    With a facility's permission whoever shows the phone ends all: another PIN than the own may be a thief's.
    """
    is_all = is_permitted and session.shows_phone
    for one in _list_alive(session.account):
        if one.token_hash != session.token_hash and (is_all or session.has_part_in(one)):
            end_session(session.account, one.token_hash)


def _list_alive(account: str) -> Iterator[Session]:
    """The account's live sessions, newest first, behind however many that are idle for too long."""
    request: dict[str, Any] = {
        "TableName": _table(),
        "IndexName": ACCOUNT_INDEX,
        "KeyConditionExpression": "account = :account AND created_at > :oldest",
        "ExpressionAttributeValues": to_wire(
            {":account": account, ":oldest": format_instant(time.time() - MAX_SECONDS)}
        ),
        "ScanIndexForward": False,
        "Limit": AT_ONCE,
    }
    for page in read_pages(client("dynamodb").query, request):
        keys = [(item["pk"]["S"], item["sk"]["S"]) for item in page]
        found = [_from_item(item) for item in get_items(_table(), keys) if item]
        yield from filter(is_alive, found)


def list_token_hashes(account: str) -> Iterator[str]:
    """The names of all sessions of the account, over ones as well."""
    request: dict[str, Any] = {
        "TableName": _table(),
        "IndexName": ACCOUNT_INDEX,
        "KeyConditionExpression": "account = :account",
        "ExpressionAttributeValues": to_wire({":account": account}),
    }
    for page in read_pages(client("dynamodb").query, request):
        yield from (token_hash_from(item["pk"]["S"]) for item in page)


def move_session(session: Session) -> bool:
    """Let a live session be of the account that `session` names now (`move_item`); False where it has ended."""
    try:
        idempotent_write.update_item(move_item(session)["Update"])
    except Exception as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def keep_elevated_item(session: Session, generation: str, proven_by: Proof | None) -> dict[str, Any]:
    """What keeps a session of level 2 at it when its generation gets a new name, for a TransactWriteItems call.

    `proven_by` says what was given for it now; None leaves what was.
    """
    proof = {":now": int(time.time()), ":proof": proven_by} if proven_by else {}
    return {
        "Update": {
            "TableName": _table(),
            "Key": _key(session.token_hash),
            "UpdateExpression": "SET generation = :generation"
            + (", proven_at = :now, proven_by = :proof" if proof else ""),
            "ConditionExpression": LIVE,
            "ExpressionAttributeValues": to_wire({":generation": generation, ":now": int(time.time()), **proof}),
        }
    }


def move_item(session: Session) -> dict[str, Any]:
    """What moves a live session to the account and phone that `session` names now, at level 1 and without a device."""
    return {
        "Update": {
            "TableName": _table(),
            "Key": _key(session.token_hash),
            "UpdateExpression": "SET account = :account, phone = :phone, #level = :one"
            " REMOVE generation, device, proven_at, proven_by",
            "ConditionExpression": LIVE,
            "ExpressionAttributeNames": {"#level": "level"},
            "ExpressionAttributeValues": to_wire(
                {":account": session.account, ":phone": session.phone, ":one": 1, ":now": int(time.time())}
            ),
        }
    }


def first_record_item(account: str, session: Session, record_id: str) -> dict[str, Any]:
    """What remembers the session that made the account's first record, for the transaction that creates a record.

    It belongs to every creation: the first session wins, and it alone may set the account's first PIN, or for a day
    whoever proves a code on its device. `made` grows by what tells where each record was made (`parse_made`).
    """
    now = int(time.time())
    made = {f"{record_id}@{now}@session:{session.token_hash}"}
    if session.device is not None:
        made.add(f"{record_id}@{now}@device:{session.device}")
    first = {"session": session.token_hash, "device": session.device, "at": now}
    return {
        "Update": {
            "TableName": _table(),
            "Key": wire_key(account_state_key(account)),
            "UpdateExpression": (
                "SET first_session = if_not_exists(first_session, :session),"
                " #first = if_not_exists(#first, :first) ADD made :made"
            ),
            "ExpressionAttributeNames": {"#first": "first"},
            "ExpressionAttributeValues": to_wire({":session": session.token_hash, ":first": first, ":made": made}),
        }
    }


def parse_made(mark: str) -> tuple[str, int, str]:
    """`<record>@<instant>@session:<hash>` or `...@device:<hash>` in its three parts."""
    record_id, at, maker = mark.split("@")
    return record_id, int(at), maker


def may_set_first_pin(state: Mapping[str, Any], session: Session) -> bool:
    """Whether the session may set the first PIN of the account whose state item is `state` ({} if there is none)."""
    if session.by_passkey:  # it has a PIN's place already, and the phone may be somebody else's by now
        return False
    if state.get("first_session") == session.token_hash:
        return True
    first: Mapping[str, Any] = state.get("first", {})
    if session.device is None or first.get("device") is None:
        return False
    return bool(first["device"] == session.device and int(time.time()) < int(first["at"]) + FIRST_PIN_SECONDS)


def session_cookie(token: str) -> str:
    """The Set-Cookie value of a session; without Max-Age it ends with the browser."""
    return f"{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict"


def expired_cookie() -> str:
    """The Set-Cookie value that takes the session's cookie away."""
    return f"{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"


def hash_token(token: str) -> str:
    """What the table holds of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def device_name(account: str, token: str) -> str:
    """What an account's items call the device of `token`: another name than the one beside the phone's MAC."""
    return hash_token(f"{account}.{token}")


def _table() -> str:
    return settings.read_once(settings.ApiSettings).table_access


def _key(token_hash: str) -> WireItem:
    return wire_key(session_key(token_hash))


def presented_token_hash(event: Event) -> str:
    """The hash of the token that the browser presents, live or not. Raises UnauthenticatedError without one."""
    token = read_cookies(event).get(COOKIE)
    if not token:
        raise signed_out_error()
    return hash_token(token)


def _from_item(plain: Item) -> Session:
    return Session(
        token_hash=token_hash_from(plain["pk"]),
        account=plain["account"],
        level=plain["level"],
        created_at=plain["created_at"],
        idle_until=plain["idle_until"],
        expires_at=plain["expires_at"],
        poster=plain.get("poster"),
        phone=plain.get("phone"),
        generation=plain.get("generation"),
        device=plain.get("device"),
        proven_at=plain.get("proven_at"),
        proven_by=plain.get("proven_by"),
        on_paper=plain.get("on_paper", False),
        by_passkey=plain.get("by_passkey", False),
        paper_record=plain.get("paper_record"),
    )


def _at_least(level: int, session: Session) -> Session:
    if session.level < level:
        raise ForbiddenError(
            Translated(
                "Hãy nhập mã PIN để xem hoặc sửa hồ sơ đã lưu.", "Enter your PIN to see or change what is stored."
            ),
            type="level-too-low",
        )
    return session


def signed_out_error() -> UnauthenticatedError:
    """There is no live session, or not one that may go on."""
    return UnauthenticatedError(
        Translated(
            "Phiên làm việc đã hết. Hãy nhập số điện thoại để nhận mã mới.",
            "Your session is over. Enter your phone number to get a new code.",
        ),
        type="signed-out",
    )

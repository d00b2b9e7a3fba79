"""Verifying a code: count the try, compare, then use the code up and open a session in one transaction."""

import contextlib
import hmac
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from functions.otp import draft_scope, errors
from functions.otp.abuse import event_money, network_ledger
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code import challenge_id, code_state, code_tries, known_devices, paper_code, trusted_device
from functions.otp.code.challenge_id import Challenge
from functions.otp.code.code_sending import read_caller
from functions.otp.code.code_state import CodeState, LiveCode
from functions.otp.code.code_tries import TriedCode, Tries
from functions.otp.code.known_devices import KnownDevices
from functions.otp.code.send_policy import Caller, SentMessage, find_own, find_stranger, has_own_tries
from functions.otp.limits import Limits
from functions.otp.pin import generations
from functions.otp.repeated_call import RepeatableCall, RepeatedAnswer
from functions.otp.settings import OtpSettings
from health_record import funnel, settings
from health_record.aws import rate_limits
from health_record.aws.dynamo import Item, batch_get, get_items, keys_request, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import BadRequestError, Fault, UnauthenticatedError
from health_record.http.event import Event, read_json_body
from health_record.identity import account_events, account_pointers, paper_codes, phone_encryption, sessions
from health_record.identity.account_pointers import AccountPointer
from health_record.identity.phones import ascii_digits
from health_record.language import Translated
from health_record.observability import count_metric, log_event
from health_record.table_keys import access_keys

ROUTE = "POST /v1/otp/verify"
IN_TIME_SECONDS = 300  # a code that is proven so soon after its newest message arrived in time
CALL_DIGITS = 16  # of the name by which tries of one call are told apart
COMMITS = 2  # what changed between reading and using the code up (code, account or devices) is read once more
CHANGED = frozenset({"code", "pointer", "device"})


@dataclass(frozen=True)
class VerifiedPhone:
    """A proven phone: what the answer says, and its cookies."""

    body: dict[str, Any]
    cookies: list[str]


@dataclass(frozen=True)
class VerifyRequest:
    """A code as it was typed, for the phone of an opened id. `is_assisted` says that the browser is a desk's."""

    challenge: Challenge
    number: str
    is_assisted: bool
    paper_phone: str | None = None  # E.164, where the code was on paper and no message was asked for

    def __repr__(self) -> str:
        return "VerifyRequest(...)"


@dataclass(frozen=True)
class _PhoneState:
    """What the tables hold of the phone; `device_known` says whether the browser has verified it before.

    `answer` is what the same call was answered before.
    """

    code: CodeState
    pointer: AccountPointer
    devices: KnownDevices | None  # None where the browser names no device: they are read once the code was right
    device_known: bool
    answer: Item | None

    @property
    def is_news(self) -> bool:
        """Whether those who declared under the account are to be told of a new device."""
        return self.pointer.has_records and not self.device_known


@dataclass(frozen=True)
class _Proof:
    """One request on its way."""

    event: Event
    config: OtpSettings
    limits: Limits
    macs: KeyedHash
    request: VerifyRequest
    call: RepeatableCall
    now: int

    @property
    def table(self) -> str:
        return self.config.table_access


def verify_code(event: Event) -> VerifiedPhone:
    """Raises the same UnauthenticatedError for a wrong, expired, used, exhausted or unknown code."""
    config, limits = settings.read_once(OtpSettings), settings.read_once(Limits)
    macs = KeyedHash.from_settings(config)
    now = int(time.time())
    request = _parse_request(event, macs, given_after=now - limits.code_seconds)
    call = RepeatableCall.from_event(event, ROUTE)
    proof = _Proof(event, config, limits, macs, request, call, now)
    state = _load_state(proof)
    if repeated := _repeat(proof, state):
        return repeated
    return _prove_on_paper(proof, state, request.paper_phone) if request.paper_phone else _prove(proof, state)


def _prove(proof: _Proof, state: _PhoneState) -> VerifiedPhone:
    codes = state.code.live_codes(proof.now)
    if not codes:
        raise errors.code_refused_error()
    _count_try(proof, state, codes)
    right = [code_state.code_of(proof.macs, state.code.phone_mac, code.seed) for code in codes]
    if not _is_among(proof.request.number, right):
        log_event("code_wrong", phone_mac=state.code.phone_mac)
        _remember_refusal(proof)
        _count_wrong(proof)
        raise errors.code_refused_error()
    for _ in range(COMMITS):
        try:
            sent = state.code.messages_of({code.seed for code in codes})
            own = find_own(sent, proof.request.challenge.name, _caller(proof, state))
            used_up = code_state.consume_codes(proof.table, state.code, own)
            poster = state.code.item.get("poster")
            verified = _open_session(proof, state, used_up, _reseal_phone(proof, state), poster)
        except ConditionFailedError as refused:
            if not refused.names & CHANGED:
                raise
            state = _load_state(proof)
            if not any(code in codes for code in state.code.live_codes(proof.now)):
                break
        else:
            count_metric("OtpVerified")
            log_event("code_verified", phone_mac=state.code.phone_mac)
            _credit(proof, state.code, sent[-1], own)
            return verified
    return _join(proof)


def _repeat(proof: _Proof, state: _PhoneState) -> VerifiedPhone | None:
    """What the same call was answered before, if it was. Raises UnauthenticatedError where that was a refusal."""
    device = _device_token(proof)
    return _answer_again(proof, proof.call.repeat_answer(state.answer, device=device), device)


def _join(proof: _Proof) -> VerifiedPhone:
    """What the same call is answered that has used the code up meanwhile. Raises UnauthenticatedError without one."""
    device = _device_token(proof)
    verified = _answer_again(proof, proof.call.find_answer_of_race(device=device), device)
    if verified is None:
        raise errors.code_refused_error()
    return verified


def _answer_again(proof: _Proof, answer: RepeatedAnswer | None, device: str | None) -> VerifiedPhone | None:
    if answer is None:
        return None
    if answer.token is None:
        raise errors.code_refused_error()
    return VerifiedPhone(answer.body, _cookies(proof, answer.token, device if answer.is_of_device else None))


def _prove_on_paper(proof: _Proof, state: _PhoneState, phone: str) -> VerifiedPhone:
    """The same for a code that a facility gave on paper: its tries are its own, and it opens the account it was for."""
    if state.device_known:  # which no finder of a paper has: its tries are bounded by the code's own
        return _prove_typed(proof, state, phone)
    counted = paper_code.count_typed(proof.table, proof.macs, proof.request.number, proof.limits)
    try:
        return _prove_typed(proof, state, phone)
    except UnauthenticatedError:
        raise
    except Exception:
        rate_limits.refund(counted)  # what failed here is tried once more with the same digits
        raise


def _prove_typed(proof: _Proof, state: _PhoneState, phone: str) -> VerifiedPhone:
    code = paper_code.load(proof.table, state.pointer.account, proof.request.number)
    if code is None:
        _remember_refusal(proof)
        raise errors.code_refused_error()
    _tried(proof, code.seed).count(paper_code.tries_of(_shared_tries(proof, state), proof.limits))
    if not code.matches(proof.request.number):
        log_event("paper_code_wrong", phone_mac=state.code.phone_mac)
        _remember_refusal(proof)
        raise errors.code_refused_error()
    sealed = phone_encryption.encrypt_phone(proof.macs, state.pointer.account, phone)
    try:
        verified = _open_session(proof, state, paper_codes.consume_item(proof.table, code), sealed, None, on_paper=True)
    except ConditionFailedError as refused:
        if not refused.names & CHANGED:
            raise
        return _join(proof)
    count_metric("PaperCodeVerified")
    log_event("paper_code_verified", phone_mac=state.code.phone_mac)
    return verified


def _open_session(
    proof: _Proof,
    state: _PhoneState,
    used_up: dict[str, Any],
    phone: bytes | None,
    poster: str | None,
    *,
    on_paper: bool = False,
) -> VerifiedPhone:
    """Use the code up (`used_up`), keep the session and know the device, all or nothing: of two at once one wins.

    A phone without an account gets one. Raises ConditionFailedError where the code or the account changed meanwhile.
    """
    device, account = _device_token(proof), state.pointer.account
    name = sessions.device_name(account, device) if device else None
    token, (known, is_pin_set) = proof.call.session_token(), _load_account(proof, state)
    session = sessions.create_session(token, account, poster=poster, phone=phone, device=name, on_paper=on_paper)
    body = {
        "level": session.level,
        "pin_set": is_pin_set,
        "draft_scope": draft_scope.compute(proof.macs, account),
    }
    transaction = Transaction()
    transaction.add("code", used_up)
    transaction.add("session", sessions.put_session_item(session))
    if not state.pointer.has_records:
        transaction.add("pointer", account_pointers.hold_item(proof.config.table_keys, state.pointer))
    if name:
        transaction.add("device", known.with_device(name, proof.limits, proof.now).put_item(proof.table))
    if state.is_news:
        transaction.add("event", account_events.put_item(account, "new-device"), dispensable=True)
    if replaced := sessions.end_presented_item(proof.event):
        transaction.add("replaced", replaced)
    if proof.call.mac:
        transaction.add("attempt", proof.call.remember_item(200, body, session.token_hash))
    if session.poster:
        today = SmsSpend(proof.config, proof.limits, proof.now).today
        funnel.count_in_transaction(transaction, proof.config.table_facts, session.poster, today, "codes")
    transaction.commit()
    return VerifiedPhone(body, _cookies(proof, token, device))


def _cookies(proof: _Proof, token: str, device: str | None) -> list[str]:
    return [sessions.session_cookie(token), *([trusted_device.cookie(device, proof.limits)] if device else [])]


def _device_token(proof: _Proof) -> str | None:
    """The browser's device token, or a fresh one; None at a desk, whose browser many phones are proven in."""
    if proof.request.is_assisted:
        return None
    return trusted_device.read_token(proof.event) or proof.call.device_token()


def _reseal_phone(proof: _Proof, state: _PhoneState) -> bytes | None:
    """The phone of the code, for the account's session."""
    phone = phone_encryption.decrypt_phone(proof.macs, state.code.phone_mac, state.code.item.get("phone"))
    return phone_encryption.encrypt_phone(proof.macs, state.pointer.account, phone) if phone else None


def _load_account(proof: _Proof, state: _PhoneState) -> tuple[KnownDevices, bool]:
    """The account's devices and whether it has a PIN, in one more read where there is something to read."""
    account = state.pointer.account
    devices, pin = access_keys.account_devices_key(account), access_keys.account_pin_key(account)
    keys = [devices] if state.devices is None and state.pointer.is_stored else []
    keys += [pin] if state.pointer.has_records else []
    found = dict(zip(keys, get_items(proof.table, keys), strict=True))
    known = state.devices or known_devices.from_item(account, found.get(devices))
    return known, bool(generations.from_item(found.get(pin)).with_pin)


def _parse_request(event: Event, macs: KeyedHash, *, given_after: int) -> VerifyRequest:
    body = read_json_body(event)
    is_on_paper = "paper_code" in body
    for name in ("phone", "paper_code") if is_on_paper else ("challenge_id", "code"):
        if not isinstance(body.get(name), str):
            message = Translated("Phải là chuỗi ký tự.", "Must be a string.")
            raise BadRequestError(message, faults=[Fault(f"/{name}", message)])
    assisted = body.get("assisted", False)
    if not isinstance(assisted, bool):
        message = Translated("Phải là true hoặc false.", "Must be true or false.")
        raise BadRequestError(message, faults=[Fault("/assisted", message)])
    if is_on_paper:
        phone, typed = paper_code.parse(body["phone"], body["paper_code"])
        stand_in = paper_code.stand_in_challenge(account_pointers.phone_mac(macs, phone))
        return VerifyRequest(stand_in, typed, assisted, paper_phone=phone)
    challenge = challenge_id.open_id(macs, body["challenge_id"], given_after)
    number = re.sub(r"[\s.-]", "", ascii_digits(body["code"][:40]))
    if challenge is None or not re.fullmatch(r"[0-9]{6}", number):
        raise errors.code_refused_error()
    return VerifyRequest(challenge, number, assisted)


def _load_state(proof: _Proof) -> _PhoneState:
    """The phone's codes and account, and the answer of before, in one call; a second one where a device is named."""
    phone_mac, answer = proof.request.challenge.phone_mac, proof.call.key
    code = access_keys.code_key(phone_mac)
    found = batch_get(
        {
            proof.table: keys_request(wire_key(key) for key in (code, *([answer] if answer else []))),
            proof.config.table_keys: keys_request([account_pointers.key(phone_mac)]),
        }
    )
    items = {(item["pk"], item["sk"]): item for item in found[proof.table]}
    pointer = account_pointers.from_item(phone_mac, next(iter(found[proof.config.table_keys]), None))
    token = trusted_device.read_token(proof.event)
    devices = known_devices.load(proof.table, pointer.account) if token else None
    is_known = devices is not None and devices.knows(sessions.device_name(pointer.account, str(token)), proof.now)
    return _PhoneState(
        CodeState(phone_mac, items.get(code, {})),
        pointer,
        devices,
        is_known,
        items.get(answer) if answer else None,
    )


def _count_try(proof: _Proof, state: _PhoneState, codes: list[LiveCode]) -> None:
    """Count this try before anything is compared. Raises UnauthenticatedError where none is left."""
    name, caller = proof.request.challenge.name, _caller(proof, state)
    sent = [
        message
        for message in state.code.messages_of({code.seed for code in codes})
        if has_own_tries(state.code.messages, state.code.proven, message.challenge, proof.limits)
    ]
    own = [message.seed for message in sent if message.challenge == name]
    if own:
        _tried(proof, own[0]).count(code_tries.of_message(name, proof.limits))
        return
    near = [message.seed for message in sent if message.network == caller.network]
    with contextlib.suppress(UnauthenticatedError):
        if near:
            _tried(proof, near[0]).count(code_tries.of_network_of_message(caller.network, proof.limits))
            return
    _tried(proof, codes[0].seed).count(_shared_tries(proof, state))


def _tried(proof: _Proof, seed: str) -> TriedCode:
    today = SmsSpend(proof.config, proof.limits, proof.now).today
    # A name of its own: the attempt's item leads to a session, and nothing beside the phone may lead there.
    call = proof.macs.compute("attempt", "try", proof.call.mac)[:CALL_DIGITS] if proof.call.mac else None
    return TriedCode(proof.table, proof.request.challenge.phone_mac, seed, today, call, proof.now)


def _shared_tries(proof: _Proof, state: _PhoneState) -> Tries:
    """The tries of a call that no message belongs to: those of its device if that is known, else of its network."""
    caller = _caller(proof, state)
    if caller.device:
        return code_tries.of_device(caller.device, proof.limits)
    return code_tries.of_stranger(find_stranger(state.code.messages, state.code.proven, caller), proof.limits)


def _is_among(number: str, right: list[str]) -> bool:
    """Whether it is one of the live codes; all are compared."""
    return sum(hmac.compare_digest(number, code) for code in right) > 0


def _count_wrong(proof: _Proof) -> None:
    """Let who guesses at many numbers from one network work for the next messages; nobody's answer hangs on it."""
    try:
        today = SmsSpend(proof.config, proof.limits, proof.now).today
        network_ledger.count_wrong(proof.table, network_ledger.ledger_name(proof.macs, proof.event, today), proof.now)
    except Exception as error:  # noqa: BLE001 - the try itself is counted
        log_event("wrong_code_not_counted", error=type(error).__name__)


def _remember_refusal(proof: _Proof) -> None:
    """So that the same wrong code, its answer lost, costs no second try."""
    if proof.call.mac:
        transaction = Transaction()
        transaction.add("attempt", proof.call.remember_item(401, {}, None))
        transaction.commit()


def _caller(proof: _Proof, state: _PhoneState) -> Caller:
    """Who proves, as the messages name who caused them."""
    device = trusted_device.read_device_id(proof.event) if state.device_known else None
    return read_caller(proof.macs, proof.event, device)


def _credit(proof: _Proof, state: CodeState, newest: SentMessage, messages: list[SentMessage]) -> None:
    """Give back what the prover's `messages` took; a person who has proven the phone does not wait for that.

    `newest` carried the code, whoever caused it: the breakers and the carrier's metric count codes, not callers.
    """
    if proof.now - newest.at <= IN_TIME_SECONDS and (carrier := newest.charge.get("carrier")):
        count_metric("CarrierCodesProven", carrier=str(carrier))
    try:
        unproven = sum(bool(message.charge.get("unproven")) for message in messages)
        spend = SmsSpend(proof.config, proof.limits, proof.now)
        spend.count_verified(newest.at, state.item.get("poster"), unproven=unproven)
        ledgers = Counter(str(message.charge["ledger"]) for message in messages if message.charge.get("ledger"))
        for name, many in ledgers.items():
            network_ledger.credit_proof(proof.table, name, many)
        events = Counter(str(message.charge["event"]) for message in messages if message.charge.get("event"))
        for event, many in events.items():
            event_money.credit_proof(proof.table, event, many, proof.now)
    except Exception as error:  # noqa: BLE001 - the session is open already
        log_event("verification_counter_failed", error=type(error).__name__)

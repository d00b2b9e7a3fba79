"""One request to prove a phone on its way, and what the tables hold of the phone."""

from dataclasses import dataclass

from functions.otp.code import known_devices, trusted_device
from functions.otp.code.code_state import CodeState
from functions.otp.code.known_devices import KnownDevices
from functions.otp.code.send_attempt import read_caller
from functions.otp.code.send_policy import Caller
from functions.otp.limits import Limits
from functions.otp.proof.verify_request import VerifyRequest
from functions.otp.repeated_call import RepeatableCall
from functions.otp.settings import OtpSettings
from health_record.aws.dynamo import Item, batch_get, keys_request, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.http.event import Event
from health_record.identity import account_pointers, sessions
from health_record.identity.account_pointers import AccountPointer
from health_record.table_keys import access_keys


@dataclass(frozen=True)
class PhoneState:
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
class VerifyAttempt:
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
        """The table `access`."""
        return self.config.table_access


def load_state(attempt: VerifyAttempt) -> PhoneState:
    """The phone's codes and account, and the answer of before, in one call; a second one where a device is named."""
    phone_mac, answer = attempt.request.challenge.phone_mac, attempt.call.key
    code = access_keys.code_key(phone_mac)
    found = batch_get(
        {
            attempt.table: keys_request(wire_key(key) for key in (code, *([answer] if answer else []))),
            attempt.config.table_keys: keys_request([account_pointers.key(phone_mac)]),
        }
    )
    items = {(item["pk"], item["sk"]): item for item in found[attempt.table]}
    pointer = account_pointers.from_item(phone_mac, next(iter(found[attempt.config.table_keys]), None))
    token = trusted_device.read_token(attempt.event)
    devices = known_devices.load(attempt.table, pointer.account) if token else None
    is_known = devices is not None and devices.knows(sessions.device_name(pointer.account, str(token)), attempt.now)
    return PhoneState(
        CodeState(phone_mac, items.get(code, {})),
        pointer,
        devices,
        is_known,
        items.get(answer) if answer else None,
    )


def read_prover(attempt: VerifyAttempt, state: PhoneState) -> Caller:
    """Who proves, as the messages name who caused them."""
    device = trusted_device.read_device_id(attempt.event) if state.device_known else None
    return read_caller(attempt.macs, attempt.event, device)

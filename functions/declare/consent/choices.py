"""GET and PUT /v1/records/{id}/consents: one purpose at a time, with the evidence kept."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.clock import Moment
from functions.declare.consent import consent_evidence, restriction
from functions.declare.own_record import Held
from functions.declare.settings import config
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.errors import Fault, InvalidContentError
from health_record.identity.sessions import Session
from health_record.language import Language, Text
from health_record.questionnaire import dates
from health_record.questionnaire.declaration import CONSENTS
from health_record.record import record_items

LONGEST_YEARS = 10
_TEXT_VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")
_LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Change:
    """A consent given or withdrawn. `until` is the last day of sharing."""

    purpose: str
    given: bool
    text_version: str
    language: Language
    until: str | None


def shown(held: Held) -> dict[str, Any]:
    """What holds now for each purpose, and every statement ever made, newest first."""
    found = client("dynamodb").query(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :consent)",
        ExpressionAttributeValues=to_wire({":pk": record_items.record_pk(held.meta.record_id), ":consent": "consent#"}),
        ConsistentRead=True,
    )["Items"]
    history = sorted((_statement(from_wire(item)) for item in found), key=lambda one: str(one["at"]), reverse=True)
    now = {purpose: next((one for one in history if one["purpose"] == purpose), None) for purpose in CONSENTS}
    return {"consents": [one for one in now.values() if one], "history": history}


def change(session: Session, record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make the change and answer what holds now for the purpose."""
    moment = clock.now()
    wanted = _read(body, moment)

    def members(record_id: str) -> list[dict[str, Any]]:
        return [
            consent_evidence.evidence(
                record_id,
                wanted.purpose,
                given=wanted.given,
                text_version=wanted.text_version,
                language=wanted.language,
                moment=moment,
                session=session,
                until=wanted.until,
            ),
            transaction_items.audit_row(
                "consent", record_id, f"{wanted.purpose} {'given' if wanted.given else 'withdrawn'}"
            ),
        ]

    restriction.change(lambda: own_record.held(session, record_id), _effect(wanted), moment, members=members)
    return _statement(
        {
            "purpose": wanted.purpose,
            "given": wanted.given,
            "text_version": wanted.text_version,
            "language": wanted.language,
            "at": moment.at,
            "until": wanted.until,
        }
    )


def _effect(wanted: Change) -> dict[str, Any]:
    if wanted.purpose == "sharing":
        return {"sharing_until": wanted.until}
    return {wanted.purpose: wanted.given}


def _statement(item: Item) -> dict[str, Any]:
    names = ("purpose", "given", "text_version", "language", "at", "until")
    return {name: item[name] for name in names if item.get(name) is not None}


def _read(body: dict[str, Any], moment: Moment) -> Change:
    checks = {
        "purpose": (body.get("purpose") in CONSENTS, _PURPOSE),
        "given": (isinstance(body.get("given"), bool), _GIVEN),
        "text_version": (_is_text_version(body.get("text_version")), _VERSION),
        "language": (body.get("language") in _LANGUAGES, _LANGUAGE),
        "until": (_is_until(body, moment), _UNTIL),
    }
    faults = [Fault(f"/{name}", message) for name, (right, message) in checks.items() if not right]
    faults += [Fault("", _UNKNOWN)] if set(body) - set(checks) else []
    if not faults and body["purpose"] == "record":
        faults = [Fault("/purpose", _ERASE_INSTEAD)]
    if faults:
        raise InvalidContentError(Text("Yêu cầu chưa đúng.", "The request is not right."), faults=faults)
    until = body.get("until")
    if body["purpose"] == "sharing" and body["given"] and until is None:
        until = clock.a_year_after(moment.day).isoformat()
    return Change(body["purpose"], body["given"], body["text_version"], body["language"], until)


def _is_text_version(value: object) -> bool:
    return isinstance(value, str) and _TEXT_VERSION.fullmatch(value) is not None


def _is_until(body: dict[str, Any], moment: Moment) -> bool:
    until = body.get("until")
    if until is None:
        return True
    if body.get("purpose") != "sharing" or body.get("given") is not True or not isinstance(until, str):
        return False
    day = dates.span(until) if len(until) == len("2027-11-23") else None
    latest = moment.day + datetime.timedelta(days=365 * LONGEST_YEARS)
    return day is not None and moment.day <= day.first <= latest


_PURPOSE = Text("Mục đích không đúng.", "The purpose is not one of the form's.")
_GIVEN = Text("Xin trả lời đồng ý hoặc không (true hoặc false).", "Please say true or false.")
_VERSION = Text("Thiếu phiên bản của nội dung đồng ý.", "The version of the consent text is missing.")
_LANGUAGE = Text("Ngôn ngữ phải là vi hoặc en.", "The language must be vi or en.")
_UNTIL = Text(
    "Ngày cuối (chỉ khi đồng ý chia sẻ) phải từ hôm nay đến 10 năm sau.",
    "The last day (for sharing that is given) must lie between today and ten years from now.",
)
_UNKNOWN = Text("Có thành phần lạ.", "There is a member that does not belong here.")
_ERASE_INSTEAD = Text(
    "Để rút đồng ý lưu hồ sơ, hãy xóa hồ sơ.", "To withdraw the consent to keep the record, erase the record."
)

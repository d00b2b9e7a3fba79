"""GET and PUT /v1/records/{id}/consents: one purpose at a time, with the evidence kept."""

import dataclasses
import datetime
import re
from dataclasses import dataclass
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.clock import Timestamp
from functions.declare.consent import consent_evidence, permission_changes
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.aws.dynamo import Item, query_all, to_wire
from health_record.errors import Fault, InvalidContentError
from health_record.identity.sessions import Session
from health_record.language import Language, Translated
from health_record.questionnaire import dates
from health_record.questionnaire.declaration import CONSENTS
from health_record.record.record_items import Meta
from health_record.table_keys import record_keys

LONGEST_YEARS = 10
_TEXT_VERSION = re.compile(r"[A-Za-z0-9._-]{1,32}")
_LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class ConsentRequest:
    """A consent given or withdrawn. `until` is the last day of sharing."""

    purpose: str
    given: bool
    text_version: str
    language: Language
    until: str | None


def list_consents(record: OwnRecord) -> dict[str, Any]:
    """What holds now for each purpose, and every statement ever made, newest first."""
    items = query_all(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :consent)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.record_pk(record.meta.record_id), ":consent": record_keys.CONSENT_PREFIX}
        ),
        ConsistentRead=True,
    )
    history = sorted(map(_statement, items), key=lambda one: str(one["at"]), reverse=True)
    now = {purpose: next((one for one in history if one["purpose"] == purpose), None) for purpose in CONSENTS}
    return {"consents": [one for one in now.values() if one], "history": history}


def change_consent(session: Session, record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make the change and answer what holds now for the purpose, the first time and when it is asked again."""
    timestamp = clock.now()
    wanted = _parse(body, timestamp)
    answer: dict[str, Any] = {}

    def members(meta: Meta) -> list[dict[str, Any]]:
        nonlocal answer
        stated = clock.now()  # of this try: what another said meanwhile was said before
        standing = _find_standing(meta, wanted)
        answer = standing or _statement(dataclasses.asdict(wanted) | {"at": stated.at})
        return [] if standing else _evidence(meta.record_id, wanted, stated, session)

    permission_changes.apply_changes(
        lambda: own_record.load_own_record(session, record_id),
        _meta_changes(wanted),
        timestamp,
        members=members,
        is_statement=True,
    )
    return answer


def _find_standing(meta: Meta, wanted: ConsentRequest) -> dict[str, Any] | None:
    """The newest statement where it says what is wanted: what was given in another text or language says more."""
    if any(getattr(meta, name) != value for name, value in _meta_changes(wanted).items()):
        return None
    items = query_all(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :purpose)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.record_pk(meta.record_id), ":purpose": record_keys.consent_sk(wanted.purpose, "")}
        ),
        ConsistentRead=True,
    )
    newest = max(items, key=lambda item: str(item["at"]), default=None)
    asked = dataclasses.asdict(wanted)
    compared = ("given", "text_version", "language") if wanted.given else ("given",)
    if newest is None or any(newest[name] != asked[name] for name in compared):
        return None
    return _statement(newest)


def _evidence(record_id: str, wanted: ConsentRequest, timestamp: Timestamp, session: Session) -> list[dict[str, Any]]:
    detail = f"{wanted.purpose} {'given' if wanted.given else 'withdrawn'}"
    return [
        consent_evidence.put_evidence(
            record_id,
            wanted.purpose,
            given=wanted.given,
            text_version=wanted.text_version,
            language=wanted.language,
            timestamp=timestamp,
            session=session,
            until=wanted.until,
        ),
        transaction_items.put_audit_entry("consent", record_id, detail),
    ]


def _meta_changes(wanted: ConsentRequest) -> dict[str, Any]:
    if wanted.purpose == "sharing":
        return {"sharing_until": wanted.until}
    return {wanted.purpose: wanted.given}


def _statement(item: Item) -> dict[str, Any]:
    names = ("purpose", "given", "text_version", "language", "at", "until")
    return {name: item[name] for name in names if item.get(name) is not None}


def _parse(body: dict[str, Any], timestamp: Timestamp) -> ConsentRequest:
    checks = {
        "purpose": (body.get("purpose") in CONSENTS, _PURPOSE),
        "given": (isinstance(body.get("given"), bool), _GIVEN),
        "text_version": (_is_text_version(body.get("text_version")), _VERSION),
        "language": (body.get("language") in _LANGUAGES, _LANGUAGE),
        "until": (_is_until(body, timestamp), _UNTIL),
    }
    faults = [Fault(f"/{name}", message) for name, (right, message) in checks.items() if not right]
    faults += [Fault("", _UNKNOWN)] if set(body) - set(checks) else []
    if not faults and body["purpose"] == "record":
        faults = [Fault("/purpose", _ERASE_INSTEAD)]
    if faults:
        raise InvalidContentError(Translated("Yêu cầu chưa đúng.", "The request is not right."), faults=faults)
    until = body.get("until")
    if body["purpose"] == "sharing" and body["given"] and until is None:
        until = clock.add_year(timestamp.day).isoformat()
    return ConsentRequest(body["purpose"], body["given"], body["text_version"], body["language"], until)


def _is_text_version(value: object) -> bool:
    return isinstance(value, str) and _TEXT_VERSION.fullmatch(value) is not None


def _is_until(body: dict[str, Any], timestamp: Timestamp) -> bool:
    until = body.get("until")
    if until is None:
        return True
    if body.get("purpose") != "sharing" or body.get("given") is not True or not isinstance(until, str):
        return False
    day = dates.parse_span(until) if len(until) == len("2027-11-23") else None
    latest = timestamp.day + datetime.timedelta(days=365 * LONGEST_YEARS)
    return day is not None and timestamp.day <= day.first <= latest


_PURPOSE = Translated("Mục đích không đúng.", "The purpose is not one of the form's.")
_GIVEN = Translated("Hãy trả lời đồng ý hoặc không (true hoặc false).", "Please say true or false.")
_VERSION = Translated("Thiếu phiên bản của nội dung đồng ý.", "The version of the consent text is missing.")
_LANGUAGE = Translated("Ngôn ngữ phải là vi hoặc en.", "The language must be vi or en.")
_UNTIL = Translated(
    "Ngày cuối (chỉ khi cho phép bác sĩ xem) phải từ hôm nay đến 10 năm sau.",
    "The last day (for sharing that is given) must lie between today and ten years from now.",
)
_UNKNOWN = Translated("Có thành phần lạ.", "There is a member that does not belong here.")
_ERASE_INSTEAD = Translated(
    "Để rút đồng ý lưu hồ sơ, hãy xóa hồ sơ.", "To withdraw the consent to keep the record, erase the record."
)

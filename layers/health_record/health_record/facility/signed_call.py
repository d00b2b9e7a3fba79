"""Who may call for a facility: signature, key, headers and permission, and the audit of whatever comes of it."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from health_record import settings
from health_record.audit import access_log, audit_entries, replay_guard
from health_record.aws import rate_limits
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.rate_limits import Consumption
from health_record.errors import BadRequestError, ForbiddenError, ServiceError, UnauthenticatedError
from health_record.facility import content_negotiation, registry, signatures
from health_record.facility.registry import Facility
from health_record.http import entry_point
from health_record.http.event import Event, read_raw_body
from health_record.http.routing import Response, Routes
from health_record.language import Translated
from health_record.observability import count_metric, log_event
from health_record.settings import ApiSettings

PRACTITIONER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,62}[\x21-\x7e])?")
FHIR_JSON = "application/fhir+json"
SHARE = re.compile(r"[A-Za-z0-9_-]{16,128}")
REASONS = ("unconscious", "life-threatening", "unable")
TOO_LARGE = 413
Permission = Literal["read", "write", "emergency", "verify", "override"]
type Handler = Callable[["FacilityCall"], Response]


@dataclass
class FacilityCall:
    """A call whose signature is proven. `record_id` and `emergency` are set while it is decided, for the audit.

    `write_with_audit` writes the audit item of the call once it is decided, in one transaction with what else is
    written; `tried_at` is the `at` of that item.
    `after_response` is done once the audit item is written; what fails there changes nothing of the answer.
    `also_seen` are further records that the answer names, each with an audit line of its own. `refunds` is what a
    replay of this call must not have cost. `led_by` has for a record what its audit line says of how it was found,
    and `beside_audit` what is written with the line, all or nothing.
    """

    facility: Facility
    macs: KeyedHash
    key_id: str
    nonce: str
    practitioner: str
    purpose: str
    reason: str | None
    share: str | None
    record_id: str | None = None
    emergency: bool = False
    audited: bool = False
    write_with_audit: Callable[[dict[str, Any]], None] | None = None
    tried_at: str | None = None
    after_response: list[Callable[[], None]] = field(default_factory=list)
    also_seen: tuple[str, ...] = ()
    refunds: list[Consumption] = field(default_factory=list)
    led_by: dict[str, list[str]] = field(default_factory=dict)
    beside_audit: list[dict[str, Any]] = field(default_factory=list)

    def see(self, *record_ids: str) -> None:
        """Note whom the answer names: the first in the audit line of the call, the others in lines of their own."""
        if record_ids:
            self.record_id, self.also_seen = record_ids[0], record_ids[1:]

    def audit_entry(self, action: str, outcome: audit_entries.Outcome, detail: str | None = None) -> dict[str, Any]:
        """The audit item of this call."""
        return audit_entries.facility_entry(
            key_id=self.key_id,
            nonce=self.nonce,
            action=action,
            outcome=outcome,
            practitioner=self.practitioner,
            purpose=self.purpose,
            facility_name=self.facility.name,
            reason=self.reason,
            record_id=self.record_id,
            seal_key=access_log.derive_key(self.macs, self.record_id) if self.record_id else None,
            emergency=self.emergency,
            detail=detail,
            led_by=self.led_by.get(self.record_id) if self.record_id else None,
        )

    def require(self, permission: Permission) -> None:
        """Raise ForbiddenError unless the facility was given `permission`."""
        if permission not in self.facility.permissions:
            raise ForbiddenError(
                Translated(
                    f"Cơ sở chưa được cấp quyền {permission}.", f"The facility has no permission to {permission}."
                ),
                type="permission-missing",
            )


def handle_event(routes: Routes, event: Event, context: Any, config: type[ApiSettings]) -> dict[str, Any]:
    """Answer one API event of a facility. A body too large to be read leaves its audit line as well."""
    answered = entry_point.handle_event(routes, event, context, audience="facility")
    largest = entry_point.largest_body(event, "facility")
    if answered["statusCode"] == TOO_LARGE and len(event.get("body") or "") > largest:
        entry = audit_entries.unauthenticated_entry(action=str(event.get("routeKey")), detail="too-large")
        try:
            replay_guard.put_entry(settings.read_once(config).table_audit, entry)
        except Exception as error:  # noqa: BLE001 - nothing was read, so the refusal stands without its line
            log_event("denial_audit_failed", error=type(error).__name__)
    return answered


def handle(
    event: Event,
    config: ApiSettings,
    table_facilities: str,
    action: str,
    handler: Handler,
) -> Response:
    """Prove, decide, audit, answer: nothing is shown before its audit item is written.

    `handler` sets `audited` if it wrote the item itself, in a transaction. Raises UnauthenticatedError for a replay.
    """
    try:
        call = authenticate(event, config, table_facilities)
    except ServiceError as refusal:
        replay_guard.put_entry(
            config.table_audit, audit_entries.unauthenticated_entry(action=action, detail=refusal.type)
        )
        raise
    try:
        content_negotiation.require_fhir_json(event)
        require_headers(event["headers"])
        response = handler(call)
        if call.write_with_audit is not None:
            entry = call.audit_entry(action, "allowed")
            call.tried_at = entry["at"]
            call.write_with_audit(entry)
            call.audited = True
    except ServiceError as refusal:
        if refusal.status < 500:
            _audit(config, call, action, "denied", refusal.type)
        else:
            _audit_failure(config, call, action, refusal.type)
        raise
    except replay_guard.ReplayedError as replay:
        raise _record_replay(config, call, action) from replay
    except Exception:
        _audit_failure(config, call, action, "internal")
        raise
    if not call.audited:
        _audit(config, call, action, "allowed")
    _run_after_response(call)
    return response


def authenticate(event: Event, config: ApiSettings, table_facilities: str) -> FacilityCall:
    """The call, once its signature is proven by a key that may sign now. Raises UnauthenticatedError."""
    request = signatures.signed_request_from_event(event, config.public_origin, read_raw_body(event))
    now = int(time.time())
    signature = signatures.parse(request, now)
    found = registry.find(table_facilities, signature.key_id)
    facility, key = registry.require_signing_key(found, signature.key_id, now)
    signatures.verify(request, signature, key.algorithm, key.public_key_pem)
    return FacilityCall(
        facility=replace(facility, permissions=registry.permissions_of(facility, key)),
        macs=KeyedHash.from_settings(config),
        key_id=signature.key_id,
        nonce=signature.nonce,
        practitioner=request.headers["practitioner"],
        purpose=request.headers["purpose-of-use"],
        reason=request.headers.get("purpose-reason"),
        share=request.headers.get("share"),
    )


def require_headers(headers: Mapping[str, str]) -> None:
    """Raise BadRequestError for a header of the profile whose value is outside its list."""
    reason, share = headers.get("purpose-reason"), headers.get("share")
    if PRACTITIONER.fullmatch(headers["practitioner"]) is None:
        raise _header_error("practitioner", "1-64 ký tự ASCII", "1-64 ASCII characters")
    if headers["purpose-of-use"] not in ("TREAT", "ETREAT"):
        raise _header_error("purpose-of-use", "TREAT hoặc ETREAT", "TREAT or ETREAT")
    if reason is not None and reason not in REASONS:
        raise _header_error("purpose-reason", ", ".join(REASONS), ", ".join(REASONS))
    if headers["purpose-of-use"] == "ETREAT" and reason is None:
        raise _header_error("purpose-reason", f"{', '.join(REASONS)} khi ETREAT", f"{', '.join(REASONS)} with ETREAT")
    if share is not None and SHARE.fullmatch(share) is None:
        raise _header_error("share", "mã chia sẻ", "the token of a share")


def _header_error(name: str, vi: str, en: str) -> BadRequestError:
    return BadRequestError(
        Translated(f"Tiêu đề {name} phải là: {vi}.", f"The header {name} must be: {en}."), type=f"header-{name}"
    )


def _audit(
    config: ApiSettings, call: FacilityCall, action: str, outcome: audit_entries.Outcome, detail: str | None = None
) -> None:
    """The lines of a call that is decided. Where one cannot be written nothing is shown, and nothing was spent."""
    try:
        _put_lines(config, call, call.audit_entry(action, outcome, detail))
    except replay_guard.ReplayedError as replay:
        raise _record_replay(config, call, action) from replay
    except Exception:
        _give_back(call)
        raise
    call.audited = True


def _put_lines(config: ApiSettings, call: FacilityCall, entry: dict[str, Any]) -> None:
    replay_guard.put_entry(config.table_audit, entry, call.beside_audit)
    for number, record_id in enumerate(call.also_seen, start=1):
        line = replace(call, record_id=record_id).audit_entry(entry["action"], entry["outcome"], entry.get("detail"))
        replay_guard.put_entry(config.table_audit, {**line, "pk": audit_entries.further_key(entry["pk"], number)})


def _audit_failure(config: ApiSettings, call: FacilityCall, action: str, detail: str) -> None:
    """A line for a call that was proven and then failed here. The failure stands, whatever becomes of its line."""
    try:
        replay_guard.put_entry(config.table_audit, call.audit_entry(action, "failed", detail))
    except replay_guard.ReplayedError as replay:
        log_event("failure_already_audited", action=action)
        if call.tried_at is not None and (replay.seen or {}).get("at") == call.tried_at:
            _run_after_response(call)  # by this very call, whose transaction's answer was lost; not by a copy of it
            return
    except Exception as error:  # noqa: BLE001 - the table itself may be what failed
        log_event("failure_audit_failed", action=action, error=type(error).__name__)
    _give_back(call)


def _give_back(call: FacilityCall) -> None:
    """What a call has spent that showed nothing."""
    try:
        while call.refunds:
            rate_limits.refund(call.refunds.pop())
    except Exception as error:  # noqa: BLE001 - the failure that is being answered stands
        log_event("refund_failed", error=type(error).__name__)


def _run_after_response(call: FacilityCall) -> None:
    for act in call.after_response:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the audit is written and the answer is due
            count_metric("PostResponseFailed")
            log_event("post_response_failed", error=type(error).__name__)


def _record_replay(config: ApiSettings, call: FacilityCall, action: str) -> UnauthenticatedError:
    log_event("replay_refused", action=action)
    for consumption in call.refunds:
        rate_limits.refund(consumption)
    replay_guard.put_entry(
        config.table_audit, audit_entries.unauthenticated_entry(action=action, detail="signature-replayed")
    )
    return signatures.signature_error(
        "replayed",
        "nonce này đã được dùng; mỗi lần gọi phải ký mới.",
        "This nonce was used before; sign each call anew.",
    )

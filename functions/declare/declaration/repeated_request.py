"""A call whose answer was lost: the same precondition and body that made the current version answer alike."""

import hmac

from functions.declare import own_record, precondition
from functions.declare.declaration.declaration_request import DeclarationRequest
from health_record.aws.envelope_encryption import DataKey
from health_record.errors import ConflictError, ForbiddenError
from health_record.language import Translated
from health_record.record import record_items
from health_record.record.record_items import Meta


def require_same_request(request: DeclarationRequest, version: int) -> tuple[Meta, DataKey]:
    """The record with its key, if `request` is what made `version` and that is the current one.

    Raises PreconditionFailedError else.
    """
    try:
        found = own_record.load_version(request.session, request.record_id, version)
    except ForbiddenError as error:
        raise precondition.failed_error() from error
    if found is None:
        raise precondition.failed_error()
    record, item = found
    key = record.decrypt_key()
    if not hmac.compare_digest(str(item["body_mac"]), record_items.body_mac(key, request.body)):
        raise precondition.failed_error()
    return record.meta, key


def identifier_conflict_error() -> ConflictError:
    """The one 409: it never says whose the number is, and how it can be settled."""
    return ConflictError(
        Translated(
            "Số căn cước hoặc số bảo hiểm này đã được xác nhận cho hồ sơ khác. Hãy bỏ trống số đó rồi "
            "gửi lại, hoặc mang giấy tờ đến trạm y tế để được xác nhận.",
            "A number in this declaration has been verified for another record at a facility. Leave it empty and send "
            "again, or bring the card to a ward health station to have it settled.",
        ),
        type="identifier-held-elsewhere",
    )

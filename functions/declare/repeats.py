"""A call whose answer was lost: the same precondition and body that made the current version answer alike."""

import hmac

from functions.declare import mine, precondition
from functions.declare.config import config
from functions.declare.mine import Held
from functions.declare.wish import Wish
from health_record import records
from health_record.clients import client
from health_record.dynamo import from_wire, to_wire
from health_record.errors import ConflictError, ForbiddenError
from health_record.language import Text
from health_record.records import Meta


def require(wish: Wish, held: Held | None, version: int) -> None:
    """Return if `wish` is what made `version` and that is the current one. Raises PreconditionFailedError else."""
    if held is None or held.meta.version != version or not _reaches(wish, held.meta):
        raise precondition.failed()
    key = to_wire({"pk": records.record_pk(wish.record_id), "sk": records.version_sk(version)})
    found = client("dynamodb").get_item(TableName=config().table_records, Key=key, ConsistentRead=True).get("Item")
    if found is None:
        raise precondition.failed()
    mac = records.body_mac(held.open_key(), wish.body)
    if not hmac.compare_digest(str(from_wire(found)["body_mac"]), mac):
        raise precondition.failed()


def held_elsewhere() -> ConflictError:
    """The one 409: it never says whose the number is, and how it can be settled."""
    return ConflictError(
        Text(
            "Một số giấy tờ trong tờ khai đã được cơ sở y tế xác nhận cho hồ sơ khác. Hãy bỏ trống số đó rồi gửi lại, "
            "hoặc mang giấy tờ đến trạm y tế để được xác nhận.",
            "A number in this declaration has been verified for another record at a facility. Leave it empty and send "
            "again, or bring the card to a ward health station to have it settled.",
        ),
        type="identifier-held-elsewhere",
    )


def _reaches(wish: Wish, meta: Meta) -> bool:
    if meta.account != wish.session.account or meta.erasing:
        return False
    try:
        mine.may_reach(wish.session, meta, created_here_will_do=True)
    except ForbiddenError:
        return False
    return True

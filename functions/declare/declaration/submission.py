"""PUT /v1/records/{id}: a first declaration or a correction, each exactly one version however often it is sent."""

from dataclasses import dataclass

from functions.declare import precondition
from functions.declare.declaration import declaration_request
from functions.declare.declaration.correction import correct_record
from functions.declare.declaration.creation import create_record
from functions.declare.settings import config, macs
from health_record.http.event import Event
from health_record.identity import sessions
from health_record.questionnaire import AnswerWarning
from health_record.record import receipts


@dataclass(frozen=True)
class DeclarationResult:
    """What the caller is told: the version made, and whether it is the record's first."""

    record_id: str
    version: int
    receipt: str
    warnings: list[dict[str, str]]


def put_record(event: Event) -> DeclarationResult:
    """Answer the PUT. Raises the refusals that docs/openapi.json names for the route."""
    asked = declaration_request.parse_request(event, sessions.require_session(event))
    if asked.base_version == precondition.NEW:
        create_record(asked)
        kept: tuple[AnswerWarning, ...] = asked.declaration.obstacles
    else:
        kept = correct_record(asked)
    version = max(asked.base_version, 0) + 1
    return DeclarationResult(
        record_id=asked.record_id,
        version=version,
        receipt=receipts.make_receipt(macs(), config().province, asked.record_id, version),
        warnings=[
            {"linkId": warned.link_id, "message": warned.message.in_language(asked.language)}
            for warned in (*asked.declaration.warnings, *kept)
        ],
    )

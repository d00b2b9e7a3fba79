"""PUT /v1/records/{id}: a first declaration or a correction, each exactly one version however often it is sent."""

import base64
from dataclasses import dataclass

from functions.declare import precondition
from functions.declare.declaration import declaration_request
from functions.declare.declaration.correction import correct
from functions.declare.declaration.creation import create
from functions.declare.settings import config, macs
from health_record.http.entry_point import Event
from health_record.identity import sessions
from health_record.questionnaire import Warned


@dataclass(frozen=True)
class Declared:
    """What the caller is told: the version made, and whether it is the record's first."""

    record_id: str
    version: int
    receipt: str
    warnings: list[dict[str, str]]


def put_record(event: Event) -> Declared:
    """Answer the PUT. Raises the refusals of DESIGN section 4."""
    asked = declaration_request.read(event, sessions.current(event))
    if asked.stands_on == precondition.NEW:
        create(asked)
        kept: tuple[Warned, ...] = ()
    else:
        kept = correct(asked)
    version = max(asked.stands_on, 0) + 1
    return Declared(
        record_id=asked.record_id,
        version=version,
        receipt=receipt(asked.record_id, version),
        warnings=[
            {"linkId": warned.link_id, "message": warned.message.in_(asked.language)}
            for warned in (*asked.declaration.warnings, *kept)
        ],
    )


def receipt(record_id: str, version: int) -> str:
    """The number that a person can write down: `79-K3QF-7M2A`; it opens nothing."""
    digest = bytes.fromhex(macs().of("receipt", record_id, str(version)))
    letters = base64.b32encode(digest[:5]).decode()
    return f"{config().province}-{letters[:4]}-{letters[4:]}"

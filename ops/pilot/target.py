"""The running local stack that a rehearsal calls, as its `stack.json` describes it."""

import http.client
import json
import random
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ops.errors import OpsError
from ops.local import stack_file
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation, read_location
from ops.poster_ids import PosterSigner
from so_suc_khoe_client import FacilityClient

PRACTITIONERS = [f"dien-tap-{number}" for number in range(20)]  # "rehearsal": user names; one alone reads only so much
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class PilotTarget:
    """Addresses, table names and the demonstration facility of one stack."""

    place: StackLocation
    province: str
    web_url: str
    sms_inbox_url: str
    tables: dict[str, str]
    insights_bucket: str
    facility_key_id: str
    facility_private_key: bytes

    def aws(self, service: str) -> Any:
        """A client of the emulator's `service`."""
        return create_client(self.place, service)

    def signer(self) -> PosterSigner:
        """What makes ids of posters for this province."""
        return PosterSigner.from_kms_key(self.aws("kms"), read_outputs(self.place)["PhoneMacKeyId"], self.province)

    def facility(self, source: str) -> FacilityClient:
        """The demonstration facility, calling from the address `source`."""
        return FacilityClient(
            self.web_url,
            self.facility_key_id,
            self.facility_private_key,
            practitioner=random.choice(PRACTITIONERS),  # noqa: S311 - guards nothing
            source_address=source,
            timeout=60,
        )

    def questionnaire(self) -> dict[str, Any]:
        """The form as the site serves it now."""
        parts = urlsplit(self.web_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/questionnaire.json")
            form: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise OpsError(f"{self.web_url}/questionnaire.json gives no form: is the stack up? (make up)") from error
        finally:
            connection.close()
        return form


def refuse_without_addresses(sample: str) -> None:
    """Raise OpsError where this machine cannot call from `sample`, one of the addresses of invented residents."""
    with socket.socket() as probe:
        try:
            probe.bind((sample, 0))
        except OSError as error:
            raise OpsError(
                f"Calls cannot come from {sample} here, and every resident calls from an address of its own in"
                " 127.0.0.0/8: run the pilot on Linux, where all of them are the machine itself."
            ) from error


def find_running_target() -> PilotTarget:
    """The stack of `SSK_LOCAL_DIR` (`.local`). Raises OpsError when there is none."""
    return read_target(read_location())


def read_target(place: StackLocation) -> PilotTarget:
    """The stack at `place`. Raises OpsError when there is none."""
    described = stack_file.read_stack_file(place)
    key_file = Path(described["demo_facility"]["private_key_file"])
    return PilotTarget(
        place=StackLocation(
            folder=place.folder,
            port=_port(described["web_url"]),
            emulator_port=_port(described["aws_endpoint_url"]),
            province=described["province"],
        ),
        province=described["province"],
        web_url=described["web_url"],
        sms_inbox_url=described["sms_inbox_url"],
        tables=described["tables"],
        insights_bucket=described["buckets"]["insights"],
        facility_key_id=described["demo_facility"]["key_id"],
        facility_private_key=(place.stack_file.parent / key_file).read_bytes(),
    )


def _port(url: str) -> int:
    return urlsplit(url).port or 80

"""`ssk sandbox`: invented people on the local stack, one in every state that a facility meets.

They are always the same people, so that a program's own tests can name them; who is there already is left as they are.
"""

import argparse
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from ops.errors import OpsError
from ops.local.stack_location import ROOT
from ops.pilot.caller import Caller
from ops.pilot.journey import NATIONAL_ID_SYSTEM, Journey, Outcome
from ops.pilot.residents import health_profile
from ops.pilot.residents.answers import AnswerSheet
from ops.pilot.residents.people import Account, Resident, ward_of
from ops.pilot.target import PilotTarget, find_running_target
from ops.pilot.timing import Stopwatch
from ops.whole_table import create_table
from so_suc_khoe_client import FacilityAnswer, FacilityClient

PIN = "270519"
EPISODE_FILE = ROOT / "tests/hospital_file/examples/01_outpatient_hypertension.xml"
SPACE = uuid.UUID("6f0b4d5e-52a1-4f3c-9f0e-7c9d2f1b8a10")
WIDEST = 140  # columns of the table: a number or an id that is cut short is of no use


@dataclass(frozen=True)
class Person:
    """One invented person: number and birth date are what a facility finds them by."""

    state: str
    name: str
    sex: str
    born: str
    number: str
    phone: str
    shares: bool = True
    after: Callable[["Sandbox", Caller, "Person"], None] | None = None

    @property
    def record_id(self) -> str:
        """The same in every sandbox."""
        return str(uuid.uuid5(SPACE, self.phone))

    @property
    def resident(self) -> Resident:
        """As the pilot's form takes them, with health drawn by their number."""
        profile = health_profile.draw_profile(random.Random(self.number), self.sex, 2026 - int(self.born[:4]))  # noqa: S311 - invented
        return Resident(
            record_id=self.record_id,
            relation="self",
            full_name=self.name,
            sex=self.sex,
            birth_date=self.born,
            address="12 Bình Quới",
            national_id=self.number,
            insurance_number=None,
            health=profile,
            sharing=self.shares,
            statistics=True,
            notices=False,
        )


@dataclass
class Sandbox:
    """The running stack, and what was done to it."""

    target: PilotTarget
    client: FacilityClient
    journey: Journey

    @classmethod
    def open(cls, target: PilotTarget) -> "Sandbox":
        """On a running local stack."""
        inbox = target.sms_inbox_url.removeprefix(target.web_url)
        ward = ward_of(target.province)
        poster = target.signer().poster_id(ward, "sandbox")
        sheet = AnswerSheet(target.questionnaire(), ward)
        client = target.facility("127.0.0.1")
        journey = Journey(target.web_url, inbox, poster, sheet, Stopwatch(), target.facility, lambda _: False)
        return cls(target, client, journey)

    def ensure(self, person: Person) -> bool:
        """Make the person unless they are there; whether they were made. Raises OpsError."""
        if self.is_there(person):
            return False
        with Caller(self.target.web_url, "127.0.0.1", Stopwatch()) as caller:
            account = Account(person.phone, "127.0.0.1", [person.resident])
            self.journey.sign_in(caller, account)
            self.journey.declare(caller, person.resident, Outcome(account))
            if person.after is not None:
                person.after(self, caller, person)
        return True

    def is_there(self, person: Person) -> bool:
        """Whether the record is there, by its id: its number may lead to another one once a card was seen."""
        answer = self.client.summary_by_id(person.record_id)
        if answer.status in (403, 404):  # not shared or closed; nobody
            return answer.status == 403
        _expect(answer)
        return True

    def see_card(self, person: Person) -> None:
        """A facility has seen the card."""
        _expect(self.client.verify(person.record_id, NATIONAL_ID_SYSTEM, person.number, person.born, permit_pin=False))


def _expect(answer: FacilityAnswer) -> FacilityAnswer:
    if answer.status != 200:
        raise OpsError(f"The demonstration facility was answered {answer.status}: {answer.body.decode()[:300]}")
    return answer


def _see_card(sandbox: Sandbox, _: Caller, person: Person) -> None:
    sandbox.see_card(person)


def _restrict(_: Sandbox, caller: Caller, person: Person) -> None:
    caller.call("pin", "PUT", "/v1/pin", {"pin": PIN}, expect=204)
    caller.call("pin", "POST", "/v1/pin/verify", {"pin": PIN}, expect=204)
    caller.call("restrict", "PUT", f"/v1/records/{person.record_id}/restriction", {"restricted": True}, expect=204)


def _send_episode(sandbox: Sandbox, _: Caller, person: Person) -> None:
    sandbox.see_card(person)
    _expect(sandbox.client.hospital_file(EPISODE_FILE.read_bytes()))


PEOPLE = (
    Person("declared, shares", "Phạm Văn Khai", "male", "1979-04-12", "079079000201", "0903000201"),
    Person(
        "declared, does not share", "Lê Thị Kín", "female", "1988-09-30", "079188000202", "0903000202", shares=False
    ),
    Person("card seen", "Võ Thị Thẻ", "female", "1965-01-17", "079165000203", "0903000203", after=_see_card),
    Person("several claim the number (first)", "Trần Văn Một", "male", "1990-06-05", "079090000204", "0903000204"),
    Person("several claim the number (second)", "Trần Văn Hai", "male", "1990-06-05", "079090000204", "0903000205"),
    Person("restricted", "Đỗ Thị Đóng", "female", "1972-11-21", "079172000206", "0903000206", after=_restrict),
    Person(
        "with an episode of a hospital",
        "Nguyễn Thị Thử",
        "female",
        "1956",
        "079156000123",
        "0903000207",
        after=_send_episode,
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Make who is missing, and tell all."""
    sandbox = Sandbox.open(find_running_target())
    rows = [{**describe(person), "made": sandbox.ensure(person)} for person in PEOPLE]
    if arguments.json:
        print(json.dumps({"people": rows}, ensure_ascii=False))
        return 0
    print_people(rows)
    return 0


def print_people(rows: list[dict[str, Any]]) -> None:
    """The table, whole on a narrow terminal too."""
    table = create_table("state", "name", "number", "born", "phone", "Patient")
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("state", "name", "number", "born", "phone", "record_id")))
    Console(width=max(WIDEST, Console().width)).print(table)


def describe(person: Person) -> dict[str, Any]:
    """What a program's own tests need to know of a person."""
    names = ("state", "name", "number", "born", "phone", "record_id")
    return {name: getattr(person, name) for name in names}

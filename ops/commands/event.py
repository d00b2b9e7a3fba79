"""`ssk event`: vouch for a campaign day, end it before its time, and watch how it goes."""

import argparse
import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from rich.console import Console
from rich.table import Table

from health_record.campaign_events import CampaignEvent
from health_record.instants import HOME_ZONE
from infrastructure.config.settings import PROVINCES, read_province
from ops.campaign_registry import MOST_POSTERS, CampaignRegistry, EventState, new_event_id
from ops.deployment import Deployment, add_province_argument, find_deployment, province_of, province_words
from ops.errors import OpsError
from ops.event_money import find_shortage
from ops.poster_ids import PosterSigner
from ops.whole_table import create_table

MESSAGES_PER_PERSON = 2  # whose codes nobody proves: one that is lost, and one more
MOST_PEOPLE = 100_000
PLACE_LETTERS = 80


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|end|watch")
    add = actions.add_parser("add", help="vouch for a campaign: its posters lift the limits of addresses")
    add.add_argument("--place", required=True, help="where it is, for who reads the list")
    add.add_argument("--poster", required=True, action="append", help="id of a poster there; may be repeated")
    add.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD, today unless given")
    add.add_argument("--from", dest="opens", required=True, type=_hour, help="HH:MM")
    add.add_argument("--until", required=True, type=_hour, help="HH:MM of the same day; then it ends by itself")
    add.add_argument("--people", required=True, type=_people, help="how many are expected")
    end = actions.add_parser("end", help="end an event before its time")
    watch = actions.add_parser("watch", help="scans, codes sent, proven and refused, declarations, until it ends")
    watch.add_argument("--every", type=float, default=10.0, metavar="SECONDS")
    watch.add_argument("--once", action="store_true", help="look once")
    for action in (end, watch):
        action.add_argument("id")
    for action in (add, actions.add_parser("list", help="all events"), end, watch):
        add_province_argument(action)
        action.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked and say so."""
    where = find_deployment(arguments)
    registry = CampaignRegistry(where.client("dynamodb"), where.outputs["TableAccess"], where.outputs["TableFacts"])
    if arguments.action == "watch":
        _watch(registry, arguments, time.sleep)
        return 0
    said, events = {"add": _add, "list": _list, "end": _end}[arguments.action](registry, arguments, where)
    if arguments.json:
        print(json.dumps({"events": [vars(event) for event in events]}, ensure_ascii=False))
    else:
        Console().print(said or _table(events))
    return 0


def _add(
    registry: CampaignRegistry, arguments: argparse.Namespace, where: Deployment
) -> tuple[str, list[CampaignEvent]]:
    now = datetime.now(UTC)
    day = arguments.day or now.astimezone(HOME_ZONE).date()
    opens, closes = (datetime.combine(day, hour.time(), HOME_ZONE) for hour in (arguments.opens, arguments.until))
    posters = tuple(dict.fromkeys(arguments.poster))
    if not opens < closes or closes <= now:
        raise OpsError("The event must end after it begins, and not before now.")
    if len(posters) > MOST_POSTERS:
        raise OpsError(f"An event has at most {MOST_POSTERS} posters; add a second one.")
    if len(arguments.place) > PLACE_LETTERS:
        raise OpsError(f"The place has at most {PLACE_LETTERS} letters.")
    signer = PosterSigner.from_kms_key(where.client("kms"), where.outputs["PhoneMacKeyId"], province_of(arguments))
    for poster in posters:
        if not signer.is_genuine(poster):
            raise OpsError(f"{poster} is no poster of this province; take the id that is printed under its QR code.")
    event = CampaignEvent(
        event=new_event_id(),
        place=arguments.place,
        posters=posters,
        day=day.isoformat(),
        opens_at=int(opens.timestamp()),
        closes_at=int(closes.timestamp()),
        people=arguments.people,
        messages=arguments.people * MESSAGES_PER_PERSON,
    )
    registry.add(event, now)
    _warn_of_money([each for each in registry.list() if each.day == event.day], province_of(arguments))
    watch = f"ssk event watch {event.event}{province_words(arguments)}"
    return f"Event {event.event} is vouched for; watch it with `{watch}`.", [event]


def _warn_of_money(events: list[CampaignEvent], code: str) -> None:
    if shortage := find_shortage(events, read_province(PROVINCES / f"{code}.toml")):
        Console(stderr=True, highlight=False).print(
            f"The events of this day may take {shortage.events:,} messages of its {shortage.day:,}. Who photographs "
            "their posters can then leave nothing for the rest of the day. Raise sms.daily_budget_vnd to "
            f"{shortage.needed_vnd:,} and deploy before the day, or expect fewer people."
        )


def _list(registry: CampaignRegistry, _: argparse.Namespace, __: Deployment) -> tuple[str, list[CampaignEvent]]:
    return "", registry.list()


def _end(registry: CampaignRegistry, arguments: argparse.Namespace, _: Deployment) -> tuple[str, list[CampaignEvent]]:
    event = registry.end(arguments.id, datetime.now(UTC))
    return f"Event {event.event} is over; ordinary limits hold.", [event]


def _watch(registry: CampaignRegistry, arguments: argparse.Namespace, pause: Callable[[float], None]) -> None:
    while True:
        state = registry.watch(arguments.id)
        if arguments.json:
            print(json.dumps(state.to_json(), ensure_ascii=False), flush=True)
        else:
            Console().print(_state_table(state))
        if arguments.once or not time.time() < state.event.closes_at:
            return
        pause(arguments.every)


def _table(events: list[CampaignEvent]) -> Table:
    table = create_table("event", "place", "day", "from", "until", "people", "posters")
    for event in events:
        hours = (_clock(event.opens_at), _clock(event.closes_at))
        table.add_row(event.event, event.place, event.day, *hours, str(event.people), "\n".join(event.posters))
    return table


def _state_table(state: EventState) -> Table:
    table = create_table(
        "scans", "codes sent", "proven", "no message, why", "declarations", "own money", title=_title(state)
    )
    refused = "\n".join(f"{reason} {count}" for reason, count in sorted(state.refused.items())) or "none"
    money = f"{state.open_messages} of {state.event.messages} messages"
    table.add_row(str(state.scans), str(state.sent), str(state.proven), refused, str(state.declared), money)
    return table


def _title(state: EventState) -> str:
    now = datetime.now(HOME_ZONE)
    hours = f"{_clock(state.event.opens_at)} to {_clock(state.event.closes_at)}"
    return f"{state.event.place}, {state.event.day} {hours}, looked at {now:%H:%M:%S}"


def _clock(instant: int) -> str:
    return datetime.fromtimestamp(instant, HOME_ZONE).strftime("%H:%M")


def _hour(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - an hour of any day
    except ValueError as error:
        raise argparse.ArgumentTypeError("an hour as 07:30") from error


def _people(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PEOPLE:
        raise argparse.ArgumentTypeError(f"people: 1 to {MOST_PEOPLE}")
    return int(text)

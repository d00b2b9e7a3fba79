"""What accounts are told of a card that was seen: whose it is at once, and who only claimed the number later.

An account that claims a number whose card it never showed may be a stranger's. Told at once that the number is another
record's now, it would learn when the person was at a facility; so its event appears at the beginning of the next month,
without a message. A number that was verified for a record is taken from somebody: they are told at once, also by SMS,
and so is who gets a number that they never declared. Each is told by what changes: a card seen again takes nothing.
"""

import datetime
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from functions.contribute.card.card_check import Card
from health_record.aws.transaction import Transaction
from health_record.identity import account_events, account_notices
from health_record.identity.message_texts import CredentialChange
from health_record.record.record_reader import DecryptedRecord

WITH_CARD = 10  # accounts that only claimed the number, in the 100 members of one transaction


def add_events(transaction: Transaction, card: Card) -> None:
    """The events of a card, as members of its transaction."""
    account, record_id = card.opened.meta.account, card.opened.record_id
    if card.permit_pin:
        transaction.add("event", account_events.put_item(account, "pin-permitted", record_id))
    if card.paper is not None:
        transaction.add("event", account_events.put_item(account, "paper-code", record_id))
    transaction.add("event", account_events.put_item(account, "card-seen", record_id))
    if card.adds_number:
        transaction.add("event", account_events.put_item(account, "number-added", record_id))
    if card.is_news and (card.settled or card.displaced):
        transaction.add("event", account_events.put_item(account, "second-claim", record_id))
    later = _begin_of_next_month(card)
    for other in card.losers:
        at = None if _had_verified(card, other) else later
        moved = account_events.put_item(other.meta.account, "number-moved", other.record_id, at=at)
        transaction.add("event", moved)
    for meta in card.displaced[:WITH_CARD]:
        transaction.add("event", account_events.put_item(meta.account, "number-moved", meta.record_id, at=later))


def tell_others(card: Card) -> None:
    """What the card's transaction has no room for, once it is made: the other events and the messages."""
    later = _begin_of_next_month(card)
    for meta in card.displaced[WITH_CARD:]:
        account_events.put(meta.account, "number-moved", meta.record_id, at=later)
    for account, phone, kind in _messages(card):
        account_notices.send(phone, kind, counted_by=account, facility_id=card.call.facility.id)


def _messages(card: Card) -> Iterator[tuple[str, str | None, CredentialChange]]:
    """Which account is told of what by message, and on which phone."""
    account, phone = card.opened.meta.account, card.opened.identity.phone
    if card.permit_pin:
        yield account, phone, "pin-permitted"
    if card.paper is not None:
        yield account, phone, "paper-code"
    if card.adds_number:
        yield account, phone, "number-added"
    for other in card.losers:
        if _had_verified(card, other):
            yield other.meta.account, other.identity.phone, "number-moved"


def _begin_of_next_month(card: Card) -> float:
    return begin_of_next_month(datetime.datetime.now(ZoneInfo(card.config.time_zone))).timestamp()


def begin_of_next_month(now: datetime.datetime) -> datetime.datetime:
    """The first instant of the month after `now`, in its time zone; pure."""
    in_next = now.replace(day=1) + datetime.timedelta(days=32)
    return in_next.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _had_verified(card: Card, other: DecryptedRecord) -> bool:
    """Whether a facility had seen a card for what the record loses, or stands before its person now."""
    return other.record_id in (card.opened.record_id, card.holder)

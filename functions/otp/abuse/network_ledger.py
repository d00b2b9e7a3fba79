"""What one network has caused today, and what it has proven: proof gives back what a message took.

    access  budget#network#<mac>#2026-11-23 / window    open, proven, wrong, b<bucket> messages,
                                                            last_block, run, ttl

`open` are messages whose codes nobody has proven (yet), without those that a campaign event paid. A network is
*trusted* while at least half of its codes are proven: then it may have as many open as it has proven, up to a ceiling,
without work. Beside that each has a share of the day's money.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from functions.otp.limits import Limits
from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure, read_conflicting_item, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.http.client_networks import widest_network
from health_record.http.event import Event, read_client_address
from health_record.table_keys import access_keys

KEPT_SECONDS = 3 * 86_400


class NetworkCrowdedError(Exception):
    """The network sends so much at once that work is asked for."""


class NetworkShareSpentError(Exception):
    """The network has had as many messages without proof as this one was to be paid as one of."""


@dataclass(frozen=True)
class NetworkLedger:
    """The ledger of one network and day as it was read. `block` is the thousand numbers of the phone, as a MAC."""

    name: str
    limits: Limits
    now: int
    block: str
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_trusted(self) -> bool:
        """Whether at least half of its codes were proven, and enough of them to speak of a share."""
        share = self.proven * 100 >= self.limits.network_proven_percent * (self.proven + self.open)
        return share and self.proven >= self.limits.network_proven_floor

    @property
    def is_new(self) -> bool:
        """Whether it has caused so few messages without proof that they count as anybody's."""
        return self.open < self.limits.network_free

    @property
    def is_crowded(self) -> bool:
        """Whether it sends so much at once, or such a run of numbers, that work is asked for."""
        return self._count(self._bucket) >= self.limits.network_soft or self._run > self.limits.run_length

    @property
    def is_guessing(self) -> bool:
        """Whether it has sent so many wrong codes today that its next messages ask for work; none is refused for it."""
        return self._count("wrong") >= self.limits.network_wrong_codes

    def has_share(self, messages: int) -> bool:
        """Whether one more message without proof is within `messages` of the day."""
        return self.open < messages

    def count_sent(self, table: str, messages: int | None, *, is_free: bool) -> None:
        """Count one more, of at most `messages` without proof; `is_free` if none of a bucket counts.

        None where a campaign event pays: then the message is none of those that the network's share is for, since who
        spends an event's money must not spend what holds after it.

        Raises NetworkShareSpentError and NetworkCrowdedError where others were faster: then what pays is decided anew.
        """
        limits = {"#open": messages, "#bucket": None if is_free else self.limits.network_soft}
        limits = {name: limit for name, limit in limits.items() if limit is not None}
        conditions = [f"attribute_not_exists({name}) OR {name} < :{name[1:]}" for name in limits]
        counted = {"#bucket": self._bucket} | ({} if messages is None else {"#open": "open"})
        values = {":one": 1, ":block": self.block, ":run": self._run, ":ttl": self.now + KEPT_SECONDS}
        try:
            idempotent_write.update_item(
                {
                    **self._request(table),
                    "UpdateExpression": "SET last_block = :block, run = :run, #ttl = :ttl ADD "
                    + ", ".join(f"{name} :one" for name in counted),
                    **_all_of(conditions),
                    "ExpressionAttributeNames": counted | {"#ttl": "ttl"},
                    "ExpressionAttributeValues": to_wire(
                        values | {f":{name[1:]}": limit for name, limit in limits.items()}
                    ),
                }
            )
        except Exception as error:
            if is_condition_failure(error):
                now = replace(self, item=read_conflicting_item(error) or {})
                full = messages is not None and not now.has_share(messages)
                raise (NetworkShareSpentError if full else NetworkCrowdedError) from error
            raise

    def refund_sent(self, table: str) -> None:
        """Take back from `count_sent` what the network's share is for.

        The bucket keeps it: a message that no channel takes has cost a request to each, and else they are without end.
        """
        idempotent_write.update_item(
            {
                **self._request(table),
                "UpdateExpression": "ADD #open :back",
                "ExpressionAttributeNames": {"#open": "open"},
                "ExpressionAttributeValues": to_wire({":back": -1}),
            }
        )

    def _request(self, table: str) -> dict[str, Any]:
        return {"TableName": table, "Key": wire_key(access_keys.rate_limit_key(self.name))}

    @property
    def open(self) -> int:
        """How many messages nobody has proven (yet)."""
        return max(0, self._count("open"))

    @property
    def proven(self) -> int:
        """How many messages were proven."""
        return self._count("proven")

    @property
    def _run(self) -> int:
        """How many messages in a row have gone to numbers of this thousand, this one counted."""
        return 1 + (self._count("run") if self.item.get("last_block") == self.block else 0)

    @property
    def _bucket(self) -> str:
        return f"b{self.now // self.limits.network_soft_seconds}"

    def _count(self, name: str) -> int:
        return int(self.item.get(name, 0))


def ledger_name(macs: KeyedHash, event: Event, day: str) -> str:
    """The budget that the caller's network has on a day: `network#<mac of an address or /48>#2026-11-23`"""
    network = macs.compute("address", widest_network(read_client_address(event)))
    return f"network#{network}#{day}"


def _all_of(conditions: list[str]) -> dict[str, str]:
    """The conditions as one; DynamoDB refuses parentheses around a whole that has some already."""
    if not conditions:
        return {}
    if len(conditions) == 1:
        return {"ConditionExpression": conditions[0]}
    return {"ConditionExpression": " AND ".join(f"({condition})" for condition in conditions)}


def count_wrong(table: str, name: str, now: int) -> None:
    """One more wrong code from the network."""
    idempotent_write.update_item(
        {
            "TableName": table,
            "Key": wire_key(access_keys.rate_limit_key(name)),
            "UpdateExpression": "SET #ttl = :ttl ADD wrong :one",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": to_wire({":one": 1, ":ttl": now + KEPT_SECONDS}),
        }
    )


def credit_proof(table: str, name: str, messages: int, *, of_share: int) -> None:
    """The network proved `messages`, and gets back what those `of_share` took: all but what an event paid."""
    idempotent_write.update_item(
        {
            "TableName": table,
            "Key": wire_key(access_keys.rate_limit_key(name)),
            "UpdateExpression": "ADD #open :back, proven :more",
            "ExpressionAttributeNames": {"#open": "open"},
            "ExpressionAttributeValues": to_wire({":back": -of_share, ":more": messages}),
        }
    )

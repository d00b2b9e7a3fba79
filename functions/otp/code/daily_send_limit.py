"""The daily limit: all messages of the day for one phone, whichever device asked for them.

    access  phone#<phone mac> / all    sends (instants of the last day), version, ttl

Each device has limits of its own. A phone that verifies again and again from new devices would have no limit without
this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.otp.settings import Limits
from health_record.aws.dynamo import to_wire, wire_key
from health_record.table_keys import access_keys

KEPT_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class DailySendLimit:
    """All messages for one phone, as they were read."""

    account: str
    item: Mapping[str, Any]

    def recent_sends(self, limits: Limits, now: int) -> list[int]:
        """The instants of the messages that still count."""
        return [at for at in map(int, self.item.get("sends", [])) if at + limits.sends_seconds > now]

    def consume(self, limits: Limits, now: int) -> dict[str, Any]:
        """The update that counts one more, if nobody has counted another since it was read."""
        before = int(self.item.get("version", 0))
        condition = "#version = :before" if before else "attribute_not_exists(#version)"
        values = {":before": before} if before else {}
        sends = [*self.recent_sends(limits, now), now]
        return self._change(sends, before + 1, condition, {**values, ":ttl": now + KEPT_SECONDS}, ", #ttl = :ttl")

    def refund(self) -> dict[str, Any]:
        """The update that takes back what `consume` did."""
        before = int(self.item.get("version", 0))
        sends = list(self.item.get("sends", []))
        return self._change(sends, before + 2, "#version = :begun", {":begun": before + 1})

    def _change(
        self, sends: list[int], version: int, condition: str, values: dict[str, Any], more: str = ""
    ) -> dict[str, Any]:
        names = {"#sends": "sends", "#version": "version", **({"#ttl": "ttl"} if more else {})}
        return {
            "Key": wire_key(access_keys.daily_sends_key(self.account)),
            "UpdateExpression": f"SET #sends = :sends, #version = :version{more}",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_wire({":sends": sends, ":version": version, **values}),
        }

"""What would fail before it fails: an account's quotas and limits, and what a deployed province needs to be well.

Each check is one function of the account and the settings; what it finds is a sentence and what to do about it.
"""

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.config.settings import SNS, Province
from ops.aws_account import EDGE_REGION, Account
from ops.cost import bill
from ops.stack_status import read_status

State = Literal["ok", "warning", "fault", "unknown"]
UNRESERVED = 100  # executions that Lambda keeps for functions without a number of their own
OLDEST_BACKUP = datetime.timedelta(hours=31)
BACKED_UP = ("TableRecords", "TableFacilities", "TableAudit")
PARTS = ("-edge", "", "-backup")


@dataclass(frozen=True)
class Finding:
    """What a check found. A `fault` stops a deployment or the service, a `warning` will."""

    check: str
    state: State
    text: str


class AccountChecks:
    """The checks of one province in one account."""

    def __init__(self, account: Account, province: Province, now: datetime.datetime) -> None:
        self._account, self._province, self._now = account, province, now

    def preflight(self) -> list[Finding]:
        """What a deployment needs of the account."""
        return self._run(
            self.concurrency, *self._if_by_sns(self.sandbox, self.monthly_limit, self.message_price, self.sender_id)
        )

    def all(self) -> list[Finding]:
        """The same, and whether the deployed province is well."""
        deployed = (self.stacks, self.subscriptions, self.certificate, self.backups, self.alarms, self.population)
        return self.preflight() + self._run(*deployed, *self._if_by_sns(self.delivery_log))

    def _if_by_sns(self, *checks: Callable[[], Finding]) -> tuple[Callable[[], Finding], ...]:
        return checks if SNS in self._province.sms.channels else ()

    def _run(self, *checks: Callable[[], Finding]) -> list[Finding]:
        return [self._guarded(check) for check in checks]

    def _guarded(self, check: Callable[[], Finding]) -> Finding:
        """A check that may not ask is no reason to leave the others out."""
        try:
            return dataclasses.replace(check(), check=check.__name__)
        except (BotoCoreError, ClientError, KeyError) as error:
            return Finding(check.__name__, "unknown", f"Could not be looked at: {error}")

    def concurrency(self) -> Finding:
        """Whether Lambda will set aside what `[concurrency]` says."""
        limit = self._client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
        asked = self._province.all_reserved_concurrency
        if asked and limit - asked < UNRESERVED:
            return _fault(
                f"[concurrency] sets {asked} executions aside of {limit}, and Lambda keeps {UNRESERVED} for all: "
                f"ask for a quota of {asked + UNRESERVED}, or set every number in [concurrency] to 0."
            )
        if limit < 1_000:
            return _warning(f"The account has {limit} executions at once; a launch day needs 1,000. Ask for the quota.")
        return _ok(f"{limit} executions at once, of which {asked} are set aside.")

    def sandbox(self) -> Finding:
        """Whether messages go to every phone."""
        if self._client("sns").get_sms_sandbox_account_status()["IsInSandbox"]:
            return _warning(
                "The account is in the SMS sandbox: only phones that were verified get codes. Ask to leave it."
            )
        return _ok("Messages go to every phone.")

    def monthly_limit(self) -> Finding:
        """Whether AWS lets as much be spent on messages as the alarms believe."""
        attributes = self._client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
        limit, told = float(attributes.get("MonthlySpendLimit", 1)), self._province.sms.monthly_limit_usd
        if limit < told:
            return _warning(
                f"AWS stops messages at {limit:,.0f} USD a month, sms.monthly_limit_usd says {told:,}: ask for more, "
                "then set it (`aws sns set-sms-attributes --attributes MonthlySpendLimit=...`)."
            )
        if limit > told:
            return _warning(
                f"AWS allows {limit:,.0f} USD a month, sms.monthly_limit_usd says {told:,}: alarms ring early."
            )
        return _ok(f"Messages for {told:,} USD a month.")

    def message_price(self) -> Finding:
        """Whether a message is booked at what SNS charges at least: the day's money is counted by it."""
        prices = bill.read_prices()
        charged = round(prices.total(bill.read_usage()["message_by_sns"]) * prices.vnd_per_usd)
        booked = self._province.sms.price_vnd
        if booked < charged:
            return _warning(
                f"SNS charges about {charged:,} đồng a message, sms.price_vnd books {booked:,}: a day's money is spent "
                "before the service knows. Set the price of your bill."
            )
        return _ok(f"A message is booked at {booked:,} đồng; the list price of SNS is about {charged:,}.")

    def sender_id(self) -> Finding:
        """Whether Vietnam's carriers know the name that messages come from."""
        sender = self._province.sms.sender_id
        found = self._client("pinpoint-sms-voice-v2").describe_sender_ids()["SenderIds"]
        known = [one for one in found if one["SenderId"] == sender and one["IsoCountryCode"] == "VN"]
        if not known:
            return _warning(f"The sender id {sender} is not requested for Vietnam: carriers drop its messages.")
        if not known[0].get("Registered"):
            return _warning(f"The sender id {sender} is requested and not registered yet.")
        return _ok(f"Messages come from {sender}.")

    def delivery_log(self) -> Finding:
        """Whether SNS tells what becomes of messages, as the settings say: its lines hold numbers."""
        names = ["DeliveryStatusIAMRole", "DeliveryStatusSuccessSamplingRate"]
        attributes = self._client("sns").get_sms_attributes(attributes=names)["attributes"]
        role = self._outputs("")["SmsDeliveryRoleArn"] if self._province.sms.delivery_log else ""
        if attributes.get(names[0], "") != role:
            return _warning(
                f"SNS {'writes' if attributes.get(names[0]) else 'does not write'} its delivery log, sms.delivery_log "
                f"says otherwise: `aws sns set-sms-attributes --attributes {names[0]}={role},{names[1]}=100`."
            )
        if role and attributes.get(names[1], "100") != "100":
            return _warning(f"SNS tells of {attributes[names[1]]} % of what was delivered: set {names[1]}=100.")
        return _ok("SNS tells what becomes of each message." if role else "SNS writes no numbers into a log.")

    def stacks(self) -> Finding:
        """Whether all three stacks are there and at rest."""
        states = {name: read_status(self._cloudformation(name), name) for name in self._names()}
        missing = [name for name, state in states.items() if state is None]
        if missing:
            return _fault(f"Not deployed: {', '.join(missing)}.")
        restless = [f"{name} is {state}" for name, state in states.items() if state and not state.endswith("_COMPLETE")]
        return _fault("; ".join(restless) + ".") if restless else _ok("All three stacks are deployed.")

    def subscriptions(self) -> Finding:
        """Whether somebody hears the alarms of both regions."""
        unheard = []
        for part, region in (("", self._province.region), ("-edge", EDGE_REGION)):
            topic = self._outputs(part)["AlarmTopicArn"]
            sns = self._account.client("sns", region)
            heard = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
            if not any(one["SubscriptionArn"].startswith("arn:") for one in heard):
                unheard.append(region)
        if unheard:
            receiver = self._province.alarms.receiver
            return _fault(
                f"Nobody hears alarms from {' and '.join(unheard)}: {receiver} has to confirm the e-mail of SNS."
            )
        return _ok("Alarms of both regions are heard.")

    def certificate(self) -> Finding:
        """Whether browsers will accept the site."""
        arn = self._outputs("-edge")["CertificateArn"]
        told = self._account.client("acm", EDGE_REGION).describe_certificate(CertificateArn=arn)["Certificate"]
        return _ok("The certificate is issued.") if told["Status"] == "ISSUED" else _fault(f"It is {told['Status']}.")

    def backups(self) -> Finding:
        """Whether each table that may be kept has a copy of the last night."""
        old = [name for name in BACKED_UP if self._newest_copy(self._outputs("")[name]) < self._now - OLDEST_BACKUP]
        return (
            _fault(f"No backup since yesterday: {', '.join(old)}.") if old else _ok("Every table has a fresh backup.")
        )

    def _newest_copy(self, table: str) -> datetime.datetime:
        made = self._client("dynamodb").describe_table(TableName=table)["Table"]
        pages = self._client("backup").get_paginator("list_recovery_points_by_resource")
        points = [one for page in pages.paginate(ResourceArn=made["TableArn"]) for one in page["RecoveryPoints"]]
        done = [one["CreationDate"] for one in points if one["Status"] == "COMPLETED"]
        newest: datetime.datetime = max(done, default=made["CreationDateTime"])
        return newest

    def alarms(self) -> Finding:
        """Whether something rings now."""
        ringing = self._client("cloudwatch").describe_alarms(StateValue="ALARM", AlarmTypes=["MetricAlarm"])
        said = [one["AlarmDescription"].partition(" https://")[0] for one in ringing["MetricAlarms"]]
        return _warning(" ".join(said)) if said else _ok("No alarm rings.")

    def population(self) -> Finding:
        """Whether the department gave the figures that shares are reckoned by."""
        bucket = self._outputs("")["InsightsBucket"]
        found = self._client("s3").list_objects_v2(Bucket=bucket, Prefix="reference/population.csv")
        if not found.get("KeyCount"):
            return _warning("reference/population.csv is not there: only the province's totals are published.")
        return _ok("The population is known.")

    def _client(self, service: str) -> Any:
        return self._account.client(service, self._province.region)

    def _cloudformation(self, stack: str) -> Any:
        region = EDGE_REGION if stack.endswith("-edge") else self._province.region
        return self._account.client("cloudformation", region)

    def _names(self) -> list[str]:
        return [self._province.stack_name + part for part in PARTS]

    def _outputs(self, part: str) -> dict[str, str]:
        name = self._province.stack_name + part
        stacks = self._cloudformation(name).describe_stacks(StackName=name)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stacks[0].get("Outputs", [])}


def worst(findings: Sequence[Finding]) -> State:
    """The state that counts."""
    order: tuple[State, ...] = ("fault", "unknown", "warning", "ok")
    return min((finding.state for finding in findings), key=order.index, default="ok")


def _ok(text: str) -> Finding:
    return Finding("", "ok", text)


def _warning(text: str) -> Finding:
    return Finding("", "warning", text)


def _fault(text: str) -> Finding:
    return Finding("", "fault", text)

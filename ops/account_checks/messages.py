"""What Amazon SNS needs to carry a province's text messages. A province whose gateway carries them all needs none."""

import fnmatch
import json
from typing import Any

from botocore.exceptions import ClientError

from ops.account_checks.findings import Finding, ok, unknown, warning
from ops.account_checks.inspected import Inspected
from ops.cost import bill

VOICE = "pinpoint-sms-voice-v2"  # End User Messaging SMS, which carries what SNS takes
SEND = "sms-voice:SendTextMessage"


def sandbox(look: Inspected) -> Finding:
    """Whether messages go to every phone."""
    if look.client("sns").get_sms_sandbox_account_status()["IsInSandbox"]:
        return warning("The account is in the SMS sandbox: only phones that were verified get codes. Ask to leave it.")
    return ok("Messages go to every phone.")


def monthly_limit(look: Inspected) -> Finding:
    """Whether AWS lets as much be spent on messages as the alarms believe."""
    attributes = look.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit, told = float(attributes.get("MonthlySpendLimit", 1)), look.province.sms.monthly_limit_usd
    if limit < told:
        return warning(
            f"AWS stops messages at {limit:,.0f} USD a month, sms.monthly_limit_usd says {told:,}: ask for more, "
            "then set it (`aws sns set-sms-attributes --attributes MonthlySpendLimit=...`)."
        )
    if limit > told:
        return warning(f"AWS allows {limit:,.0f} USD a month, sms.monthly_limit_usd says {told:,}: alarms ring early.")
    return ok(f"Messages for {told:,} USD a month.")


def message_price(look: Inspected) -> Finding:
    """Whether a message is booked at what SNS charges at least: the day's money is counted by it."""
    prices = bill.read_prices()
    charged = round(prices.total(bill.read_usage()["message_by_sns"]) * prices.vnd_per_usd)
    booked = look.province.sms.price_vnd
    if booked < charged:
        return warning(
            f"SNS charges about {charged:,} đồng a message, sms.price_vnd books {booked:,}: a day's money is spent "
            "before the service knows. Set the price of your bill."
        )
    return ok(f"A message is booked at {booked:,} đồng; the list price of SNS is about {charged:,}.")


def sender_id(look: Inspected) -> Finding:
    """Whether Vietnam's carriers know the name that messages come from."""
    sender, known = look.province.sms.sender_id, _find_sender_id(look)
    if known is None:
        return warning(f"The sender id {sender} is not requested for Vietnam: carriers drop its messages.")
    if not known.get("Registered"):
        return warning(f"The sender id {sender} is requested and not registered yet.")
    return ok(f"Messages come from {sender}.")


def sender_policy(look: Inspected) -> Finding:
    """Whether SNS may send in that name: those requested since 2024-09-25 say so in a policy of their own.

    Without it SNS answers success, and the carrier gets another name.
    https://docs.aws.amazon.com/sns/latest/dg/sns-sms-access-management.html
    https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_GetResourcePolicy.html
    """
    known = _find_sender_id(look)
    if known is None:
        return unknown("Seen once the sender id is requested.")
    try:
        policy = look.client(VOICE).get_resource_policy(ResourceArn=known["SenderIdArn"]).get("Policy")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        policy = None
    if not policy:
        return warning(
            "The sender id has no policy of its own. One requested before 2024-09-25 needs none; else SNS sends in "
            "another name: let `sns.amazonaws.com` use it, in the console of End User Messaging SMS."
        )
    return _judge(json.loads(policy)["Statement"])


def _judge(statements: Any) -> Finding:
    """What a policy says of SNS, as far as it can be told from outside."""
    of_sns = [one for one in _listed(statements) if _is_of_sns(one) and _is_of_sending(one)]
    if any(one["Effect"] == "Deny" for one in of_sns):
        return warning("The sender id's policy refuses SNS something: look at it in the console.")
    if not of_sns:
        return warning("The sender id's policy does not let `sns.amazonaws.com` send: messages carry another name.")
    if all(one.get("Condition") for one in of_sns):
        return ok("SNS may use the sender id under conditions, which nobody can try from here: send one message.")
    return ok("SNS may use the sender id.")


def _is_of_sns(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal", {})
    named = ["*"] if principal == "*" else [*_listed(principal.get("Service", [])), *_listed(principal.get("AWS", []))]
    return bool({"*", "sns.amazonaws.com"} & set(named))


def _is_of_sending(statement: dict[str, Any]) -> bool:
    return any(fnmatch.fnmatchcase(SEND.lower(), one.lower()) for one in _listed(statement.get("Action", [])))


def _find_sender_id(look: Inspected) -> dict[str, Any] | None:
    pages = look.client(VOICE).get_paginator("describe_sender_ids").paginate()
    found = [one for page in pages for one in page["SenderIds"]]
    wanted = look.province.sms.sender_id
    return next((one for one in found if one["SenderId"] == wanted and one["IsoCountryCode"] == "VN"), None)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

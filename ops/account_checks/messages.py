"""What Amazon SNS needs to carry a province's text messages. A province whose gateway carries them all needs none."""

from ops.account_checks.findings import Finding, ok, warning
from ops.account_checks.inspected import MAIN, Inspected
from ops.cost import bill


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
    sender = look.province.sms.sender_id
    found = look.client("pinpoint-sms-voice-v2").describe_sender_ids()["SenderIds"]
    known = [one for one in found if one["SenderId"] == sender and one["IsoCountryCode"] == "VN"]
    if not known:
        return warning(f"The sender id {sender} is not requested for Vietnam: carriers drop its messages.")
    if not known[0].get("Registered"):
        return warning(f"The sender id {sender} is requested and not registered yet.")
    return ok(f"Messages come from {sender}.")


def delivery_log(look: Inspected) -> Finding:
    """Whether SNS tells what becomes of messages, as the settings say: its lines hold numbers."""
    names = ["DeliveryStatusIAMRole", "DeliveryStatusSuccessSamplingRate"]
    wanted = look.province.sms.delivery_log
    attributes = look.client("sns").get_sms_attributes(attributes=names)["attributes"]
    role = look.outputs(MAIN)["SmsDeliveryRoleArn"] if wanted else ""
    if attributes.get(names[0], "") != role:
        return warning(
            f"SNS {'writes' if attributes.get(names[0]) else 'does not write'} its delivery log, sms.delivery_log "
            f"says otherwise: `aws sns set-sms-attributes --attributes {names[0]}={role},{names[1]}=100`."
        )
    if role and attributes.get(names[1], "100") != "100":
        return warning(f"SNS tells of {attributes[names[1]]} % of what was delivered: set {names[1]}=100.")
    return ok("SNS tells what becomes of each message." if role else "SNS writes no numbers into a log.")

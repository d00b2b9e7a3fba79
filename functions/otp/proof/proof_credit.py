"""What a proven code gives back: the money of its messages, to the networks and events that they were charged to."""

from collections import Counter

from functions.otp.abuse import event_money, network_ledger
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code.code_state import CodeState
from functions.otp.code.send_policy import SentMessage
from functions.otp.proof.verify_attempt import VerifyAttempt
from health_record.observability import count_metric, log_event

IN_TIME_SECONDS = 300  # a code that is proven so soon after its newest message arrived in time


def credit(attempt: VerifyAttempt, state: CodeState, newest: SentMessage, messages: list[SentMessage]) -> None:
    """Give back what the prover's `messages` took; a person who has proven the phone does not wait for that.

    `newest` carried the code, whoever caused it: the breakers and the carrier's metric count codes, not callers.
    """
    if attempt.now - newest.at <= IN_TIME_SECONDS and (carrier := newest.charge.get("carrier")):
        count_metric("CarrierCodesProven", carrier=str(carrier))
    try:
        unproven = [message.at for message in messages if message.charge.get("unproven")]
        spend = SmsSpend(attempt.config, attempt.limits, attempt.now)
        spend.count_verified(newest.at, state.item.get("poster"), unproven_at=unproven)
        by_event = [message for message in messages if message.charge.get("event")]
        ledgers = Counter(str(message.charge["ledger"]) for message in messages if message.charge.get("ledger"))
        paid = Counter(str(message.charge.get("ledger")) for message in by_event)
        for name, many in ledgers.items():
            network_ledger.credit_proof(attempt.table, name, many, of_share=many - paid[name])
        events = Counter(str(message.charge["event"]) for message in by_event)
        for event, many in events.items():
            event_money.credit_proof(attempt.table, event, many, attempt.now)
    except Exception as error:  # noqa: BLE001 - the session is open already
        log_event("verification_counter_failed", error=type(error).__name__)

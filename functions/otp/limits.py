"""Every limit of the function: one dataclass, each with its unit, what it bounds and why it has its number.

The table in docs/sign-in.md is written from it (`python -m tests.otp.limits_table`). A province changes a limit in the
table `[limits]` of its settings file, which arrives as the environment variable `SSK_<FIELD>`.
"""

from dataclasses import dataclass, field
from typing import Any


def limit(default: int, unit: str, what: str, why: str) -> Any:
    """A field with its default and what the page says of it."""
    return field(default=default, metadata={"unit": unit, "what": what, "why": why})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Every limit of codes, fraud and PINs."""

    code_seconds: int = limit(600, "s", "life of a code", "NIST SP 800-63B-4 section 3.1.3.2: at most 10 minutes")
    same_code_seconds: int = limit(300, "s", "life left with which a code is sent again", "time to read and type")
    code_tries: int = limit(
        5,
        "tries",
        "tries of an id that sent a message, or of a known device",
        "at 5 messages, and 5 of unknown outcome, half of 100 guesses a day (NIST)",
    )
    network_tries: int = limit(
        4, "tries", "tries of all other ids in a /24 or /48, for a code", "a stranger nearby does not spend all"
    )
    shared_tries: int = limit(15, "tries", "tries of all other ids, for a code", "as above")
    reload_tries: int = limit(
        1, "tries", "tries of other ids of the network that a message was for, beside its own", "who reloads the page"
    )
    shared_day_tries: int = limit(
        25, "tries", "tries of all other ids a day, for a phone", "with those of messages 100 guesses a day"
    )
    late_tries: int = limit(
        200,
        "tries",
        "tries a day of a /24 or /48 at a phone's codes that are over, each of which might get a message",
        "with 100 networks a hit in ten days",
    )
    device_tries: int = limit(
        15, "tries", "tries of all known devices at a code that none of them caused", "as those of strangers"
    )
    device_day_tries: int = limit(50, "tries", "the same a day, for a phone", "as those of strangers")
    paper_tries: int = limit(
        5, "tries", "tries at a paper code, of a known device or a /24 or /48", "a stranger does not spend the owner's"
    )
    paper_shared_tries: int = limit(
        5_000,
        "tries",
        "tries at a paper code of all networks together",
        "of ten digits: odds of one in two million; a hundred networks do not use them up",
    )
    cooldown_seconds: int = limit(
        60, "s", "time between two messages to a phone", "a slow message arrives in that time"
    )
    sends: int = limit(
        5,
        "messages",
        "messages a day that nobody proves: strangers together, each known device",
        "several relatives share a phone",
    )
    network_sends: int = limit(
        2, "messages", "messages a day without proof of one network, for a phone", "one and one more"
    )
    kept_sends: int = limit(
        2,
        "messages",
        "messages a day for networks that caused none, for a phone",
        "three networks leave one to the owner",
    )
    renewed_sends: int = limit(
        3,
        "messages",
        "messages a day beyond these, for who types a code of the day too late, for a phone",
        "strangers, who read no message, cannot cause them",
    )
    unknown_times: int = limit(
        4,
        "times",
        "the three limits of messages before, with those of unknown outcome",
        "a silent channel spends no day",
    )
    device_sends: int = limit(10, "messages", "messages of all known devices that nobody proves", "5 for each of two")
    proven_sends: int = limit(20, "messages", "messages a day that were proven", "a phone is no tap of money")
    sends_seconds: int = limit(86_400, "s", "the day of a phone's messages", "")
    attempt_seconds: int = limit(
        120, "s", "how long a repeated call gets the lost answer", "a page tries again within a minute"
    )
    credential_changes: int = limit(
        20,
        "times",
        "changes a day of what one holder set: a new PIN, a passkey that is added",
        "each is an event, and buries none of somebody else's in a list of fifty",
    )
    device_days: int = limit(180, "days", "life of a known device", "between two yearly declarations")
    known_devices: int = limit(
        10, "devices", "known devices of an account; beyond them the one used least lately ends", "as those of a PIN"
    )
    network_soft: int = limit(
        25,
        "messages",
        "messages in a bucket without work, from a network that is not proven",
        "Login.gov counts 25 as well",
    )
    network_soft_seconds: int = limit(300, "s", "a bucket of a network's messages", "")
    network_wrong_codes: int = limit(
        60,
        "codes",
        "wrong codes a day, of a network that is not proven, before work",
        "a hall mistypes one code in twenty",
    )
    network_free: int = limit(
        3, "messages", "messages without proof that count as anybody's", "a newcomer on mobile data"
    )
    network_proven_percent: int = limit(50, "%", "share of proven codes that opens a network", "pumping proves nothing")
    network_proven_floor: int = limit(
        5, "codes", "proven codes that a network needs for that", "a share of two means nothing"
    )
    network_share_percent: int = limit(
        5, "%", "a network's share of the day's money without proof", "one attacker cannot spend it"
    )
    trusted_share_percent: int = limit(
        15, "%", "the same beside it for as many codes as the network has proven", "nor the one who sits behind a hall"
    )
    unproven_percent: int = limit(
        50, "%", "share of the day's money of all networks without proof", "a hundred cannot either"
    )
    new_percent: int = limit(
        75, "%", "the same with the first messages of networks, which count for it as well", "the rest is for proof"
    )
    run_length: int = limit(
        10, "messages", "messages in a row to one thousand numbers before work", "families buy two or three in a row"
    )
    breaker_seconds: int = limit(3600, "s", "how far breakers look back", "")
    breaker_bucket_seconds: int = limit(600, "s", "a bucket of the breakers", "")
    breaker_province_floor: int = limit(200, "codes", "unverified codes an hour, province", "the launch day passes")
    breaker_poster_floor: int = limit(30, "codes", "unverified codes an hour, poster", "a rehearsal passes")
    breaker_percent: int = limit(50, "%", "share of unverified codes", "pumping leaves nearly all unverified")
    breaker_now_times: int = limit(
        3, "times", "floors of codes that may still be verified", "people take a minute or two to type"
    )
    free_percent: int = limit(70, "%", "share of the day's money without work", "the rest is a reserve")
    pace_percent: int = limit(
        25,
        "%",
        "share of the day's money in an hour without work",
        "2,500 in an hour pass with 20 million VND a day at 2,000",
    )
    known_percent: int = limit(
        120, "%", "share of the day's money where messages to known devices end", "they go on when the cap is reached"
    )
    money_floor: int = limit(
        200, "messages", "messages that money never asks work for", "a day and an hour; as the breaker's floor"
    )
    work_bits: int = limit(16, "bits", "zero bits of a work", "2 to 4 s on a cheap phone, over 25 s once in a thousand")
    work_bits_most: int = limit(
        18, "bits", "zero bits of a work at most, for networks that prove little", "8 to 14 s on a cheap phone"
    )
    work_bits_behind: int = limit(
        2, "bits", "zero bits that work may be behind", "who worked a minute ago is not sent back"
    )
    work_seconds: int = limit(600, "s", "life of a work", "")
    pin_tries: int = limit(
        5,
        "tries",
        "wrong PINs in the window, of each device that knows the PIN, and of all others together",
        "then viewing is locked for them, declaring is not",
    )
    pin_tries_seconds: int = limit(86_400, "s", "the window of wrong PINs", "")
    pin_unused_days: int = limit(
        365, "days", "time after which an unused number opens nothing", "operators give numbers to others"
    )

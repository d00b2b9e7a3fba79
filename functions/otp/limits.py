"""Every limit of the function: one dataclass, each changeable by an environment variable `SSK_<FIELD>`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Every limit of codes, fraud and PINs; why each has its number stands in docs/security.md."""

    code_seconds: int = 600
    same_code_seconds: int = 300  # a code that lives for so long is sent again; else a new one beside it
    code_tries: int = 5  # of each id whose call sent a message, and of each known device
    network_tries: int = 4  # of all other ids in one /24 or /56 ...
    shared_tries: int = 15  # ... and of all of them together
    paper_tries: int = 5  # at a paper code: for each known device, and for one /24 or /56 ...
    paper_shared_tries: int = 500  # ... and for all of them together
    cooldown_seconds: int = 60
    sends: int = 5  # messages that nobody proved: for strangers together, and for each known device
    network_sends: int = 2  # of them for one network
    kept_sends: int = 2  # the last ones are for networks that caused none
    device_sends: int = 10  # for all known devices together
    proven_sends: int = 20  # messages that were proven
    sends_seconds: int = 86_400
    attempt_seconds: int = 120  # so long a repeated call gets the answer that was lost
    device_days: int = 180

    # Per network (an address, or a /48): proof gives back what a message took.
    network_soft: int = 25  # messages in a bucket before work is asked for
    network_soft_seconds: int = 300
    network_free: int = 3  # messages without proof that count as anybody's
    network_proven_percent: int = 50  # from this share of proven codes on it has no limit of its own ...
    network_proven_floor: int = 5  # ... and so many of them
    network_share_percent: int = 5  # of the day's money for codes that nobody proves ...
    unproven_percent: int = 50  # ... and for all such networks together
    run_length: int = 10  # more messages in a row to one thousand numbers ask for work

    # Province and poster: with more unverified codes than the floor, and this share of all, everyone is asked for work.
    breaker_seconds: int = 3600
    breaker_bucket_seconds: int = 600
    breaker_province_floor: int = 200
    breaker_poster_floor: int = 30
    breaker_percent: int = 50
    breaker_now_times: int = 3  # floors of codes that may still be verified: so many times the ones above

    # Money: percent of the day's.
    free_percent: int = 70  # the rest is for messages with work
    pace_percent: int = 25  # in an hour; beyond it everyone is asked for work, with rising bits
    known_percent: int = 120  # where messages to known devices end as well
    money_floor: int = 200  # so many messages of a day, and of an hour, are never asked for work for money's sake

    work_bits: int = 16
    work_bits_most: int = 20  # for a network that proves little; a trusted one never gets more than `work_bits`
    work_bits_behind: int = 2  # work asked for when less was needed still counts
    work_seconds: int = 600

    pin_tries: int = 5
    pin_tries_seconds: int = 86_400
    pin_unused_days: int = 365

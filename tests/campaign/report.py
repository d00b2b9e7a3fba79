"""The day as tables: who waited how long and for what, and what the attackers got."""

import statistics
from collections import Counter
from collections.abc import Sequence

from tests.campaign.launch_day import BUDGET_VND, PRICE_VND, Day
from tests.campaign.people import OWN_MISTAKE, Person

REASONS_SHOWN = 5


def tables(day: Day) -> str:
    """Markdown, as it stands in docs/quality.md."""
    groups = list(dict.fromkeys(person.group for person in sorted(day.people, key=lambda person: person.group)))
    rows = [
        "| people | of them in | lost | wait for a code, median | all told, median | 95 % | longest | "
        "what the longest tenth waited for |",
        "|---|---|---|---|---|---|---|---|",
        *[_row(group, [person for person in day.people if person.group == group]) for group in groups],
        _row("all", day.people),
        "",
        "| attacker | steps | messages | refused | others' sessions |",
        "|---|---|---|---|---|",
        *[
            f"| {one.name} | {sum(one.steps.values())} | {one.messages} | {_most(one.refusals)} | {one.opened} |"
            for one in day.attackers
        ],
        "",
        _money(day),
        *([_watched(day)] if day.event else []),
    ]
    return "\n".join(rows)


def findings(day: Day) -> list[str]:
    """What a launch day must not show; empty where all is well."""
    found = [
        f"person {person.number} ({person.group}) is lost after {person.waited:.0f} s: {dict(person.waits)}, "
        f"refused {dict(person.refusals)}"
        for person in day.lost
    ]
    found += [f"{one.name} opened {one.opened} sessions of others" for one in day.attackers if one.opened]
    if day.spent_vnd > BUDGET_VND:
        found.append(f"{day.spent_vnd} VND were spent of {BUDGET_VND}")
    return found


def median_wait_for_code(people: Sequence[Person]) -> float:
    """Seconds of waiting, without those of typing and of people's own mistakes."""
    own = ("typing", OWN_MISTAKE)
    return statistics.median(person.waited - sum(person.waits[name] for name in own) for person in people)


def median_delay(day: Day) -> float:
    """Seconds that the channel took for a message."""
    assert day.channel
    return statistics.median(day.channel.delays)


def _row(group: str, people: Sequence[Person]) -> str:
    waits = sorted(person.waited for person in people)
    slow = sorted(people, key=lambda person: person.waited)[-max(1, len(people) // 10) :]
    reasons: Counter[str] = Counter()
    for person in slow:
        reasons.update(person.waits)
    lost = sum(person.proven is None or not person.declared for person in people)
    times = (median_wait_for_code(people), statistics.median(waits), waits[int(len(waits) * 0.95)], waits[-1])
    return (
        f"| {group}: {len(people)} | {len(people) - lost} | {lost} | "
        + " | ".join(f"{seconds:.0f} s" for seconds in times)
        + f" | {_shares(reasons)} |"
    )


def _shares(reasons: Counter[str]) -> str:
    whole = max(1, sum(reasons.values()))
    return ", ".join(f"{name} {count * 100 // whole} %" for name, count in reasons.most_common(REASONS_SHOWN))


def _most(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"


def _money(day: Day) -> str:
    assert day.channel
    attackers = sum(one.messages for one in day.attackers)
    outcomes = ", ".join(f"{name} {count}" for name, count in sorted(day.channel.outcomes.items()))
    return (
        f"The channel took a median of {median_delay(day):.0f} s ({outcomes}). "
        f"The day cost {day.spent_vnd:,} of {BUDGET_VND:,} VND, of which the attackers {attackers * PRICE_VND:,}."
    )


def _watched(day: Day) -> str:
    state = day.event
    assert state
    refused = ", ".join(f"{reason} {count}" for reason, count in sorted(state.refused.items())) or "none"
    return (
        f"\n`ssk event watch` at the end: {state.scans} scans, {state.sent} codes sent, {state.proven} proven, "
        f"{state.declared} declarations; no message: {refused}; {state.open_messages} of {state.event.messages} "
        "messages of the event's own money without proof."
    )

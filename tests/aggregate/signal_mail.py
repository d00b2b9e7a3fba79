"""A department that is mailed the signals of its province, and answers them by `ssk signals`."""

import argparse
import json
import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from functions.aggregate.count import engine
from functions.aggregate.forecast import series
from functions.aggregate.protect import cells
from functions.aggregate.publish import signal_notices
from health_record import settings as health_settings
from ops.commands import signals as command
from ops.deployment import Deployment
from tests import roles
from tests.aggregate.conftest import Province, resident
from tests.conftest import aws

WEEKS = series.run_of("2023-W40", "2026-W47")
KEPT = "released/province=79/week={week}/perturbed.parquet"
TOPIC = "signals-of-the-department"


def keep_release(
    province: Province, elsewhere: dict[str, int], *, week: str = "2026-W52", newest: dict[str, int] | None = None
) -> None:
    """The noisy counts that a week's release is made of: dengue as the facilities beside the busiest had it.

    `newest` are the counts of all facilities of the weeks that this release closes.
    """
    measures = {cells.ELSEWHERE: elsewhere, cells.DIAGNOSES: newest or {}}
    noisy = {(name, "A91", "week", week): people for name, weeks in measures.items() for week, people in weeks.items()}
    with tempfile.TemporaryDirectory() as folder:
        path, connection = Path(folder) / "perturbed.parquet", duckdb.connect()
        engine.create_table(connection, "perturbed", cells.COLUMNS, cells.rows(noisy))
        engine.write_parquet(connection, "perturbed", path)
        province.s3.put_object(Bucket="insights", Key=KEPT.format(week=week), Body=path.read_bytes())


def quiet_weeks() -> dict[str, int]:
    """About 22 people a week for three years."""
    return {week: 22 + round(6 * math.sin(place / 8)) for place, week in enumerate(WEEKS)}


def open_mailbox(province: Province, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A province with three quiet years of dengue and an outbreak in the newest weeks that are closed."""
    counts = quiet_weeks() | dict.fromkeys(WEEKS[-3:], 75)
    closed = {"A91": counts, "J10": dict.fromkeys(WEEKS, 25)}
    state = {"date": "2026-12-14", "full_week": None, "full": {}, "seen": {}, "closed": closed}
    province.s3.put_object(Bucket="insights", Key="released/province=79/state.json", Body=json.dumps(state).encode())
    province.put(resident("one"))
    keep_release(province, counts)
    sns = aws("sns")
    monkeypatch.setenv("SSK_SIGNAL_TOPIC_ARN", sns.create_topic(Name=TOPIC)["TopicArn"])
    health_settings.forget()
    sent: list[dict[str, Any]] = []

    real = signal_notices.clients.client

    class Mail:
        def publish(self, **message: Any) -> None:
            roles.check("aggregate", "sns", "Publish", message)
            sent.append(message)
            real("sns").publish(**message)

    monkeypatch.setattr(signal_notices.clients, "client", lambda name: Mail() if name == "sns" else real(name))
    return sent


def give_word(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The department's `ssk signals`, against the province's bucket."""
    where = Deployment({"InsightsBucket": "insights"}, aws)
    monkeypatch.setattr(command, "find_deployment", lambda _: where)

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        return command.run(parser.parse_args(words))

    return run

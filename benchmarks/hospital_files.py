"""A hospital's episode file through the whole handler: a common one, a long stay, and the worst that is taken.

Memory is what Python asked for at most during the call (tracemalloc), the body included.
"""

import datetime
import functools
import itertools
import json
import re
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Row, cpu_ms, measure_in_turn, median_row
from benchmarks.meter import Meter, run_metered
from functions.contribute import daily_quota
from functions.contribute.hospital_file import intake
from health_record import exact_json
from health_record.aws.envelope_encryption import DataKey, decrypt, encrypt
from health_record.aws.rate_limits import Window
from health_record.episode import derive, extract
from health_record.record.episodes import pack_extract, unpack_extract
from so_suc_khoe_client.client import FacilityAnswer
from so_suc_khoe_client.hospital_files.sender import Sender
from tests.conftest import province_world
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.files import OUTPATIENT, inside
from tests.hospital_file.kept import kept

SECTION = "a hospital's episode file, by the whole handler"
WOMAN = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
DAY = datetime.date(2026, 11, 29)
LARGEST = 4 * 1024 * 1024
EPISODES = 50
MONTH_OF_OUTPATIENT = 2026 * 12 + 9  # October, from 0
ROW = re.compile(r"<CHI_TIET_CLS>.*?</CHI_TIET_CLS>", re.DOTALL)


def rows(times: int = 5) -> list[Row]:
    """Own time and memory of files by size, of a summary of 200 episodes, and of the command with 1,000."""
    files = {
        "an episode of 40 KB": outpatient(0, 40 * 1024),
        "an episode of 3 MB": outpatient(0, 3 * 1024 * 1024),
        "50 episodes in 4 MB": many(EPISODES, LARGEST - 4096),
    }
    found = []
    intake.ENOUGH_SECONDS = 600  # the emulated AWS takes longer than the real one, and has its time
    # One person has more of one day here than anybody may.
    daily_quota.KILOBYTES = (Window(86_400, 10**9), Window(30 * 86_400, 10**9))
    with province_world() as world, run_metered() as meter:
        store_resident(world, WOMAN)
        desk = register(world, provider_code="79999", daily_patients=200)
        for name, file in files.items():
            found += _sent(meter, desk, name, file, times)
    found += _by_command(episodes=1000)
    found.append(_derived(times))
    found.append(_summarised(times))
    return found


def outpatient(number: int, size: int) -> bytes:
    """The outpatient example with as many results as make about `size` bytes."""

    def grow(text: str) -> str:
        row = ROW.search(text)
        assert row is not None
        missing = (size - len(OUTPATIENT)) * 3 // 4
        more = [_result(row[0], place) for place in range(max(0, missing // len(row[0].encode())))]
        return text.replace("</DSACH_CHI_TIET_CLS>", "".join(more) + "</DSACH_CHI_TIET_CLS>")

    return inside(inside(OUTPATIENT, grow, "XML4"), lambda text: text.replace("799992026100500001", f"LK{number:04}"))


def _result(row: str, place: int) -> str:
    value = f"<GIA_TRI>{place % 97}.{place % 7}</GIA_TRI>"
    return row.replace("<STT>1<", f"<STT>{100 + place}<").replace("<GIA_TRI/>", value)


def many(episodes: int, size: int) -> bytes:
    """A file of `episodes` of one person, about `size` bytes together."""
    single = [outpatient(number, size // episodes - 400) for number in range(episodes)]
    before, _, rest = single[0].partition(b"<HOSO>")
    after = rest.partition(b"</HOSO>")[2]
    inner = b"".join(b"<HOSO>" + file.partition(b"<HOSO>")[2].partition(b"</HOSO>")[0] + b"</HOSO>" for file in single)
    return before.replace(b"<SOLUONGHOSO>1<", f"<SOLUONGHOSO>{episodes}<".encode()) + inner + after


def _sent(meter: Meter, desk: Desk, name: str, file: bytes, times: int) -> list[Row]:
    """Kept anew each time: each file is a day younger and has another value."""
    for turn in range(times + 1):
        newer = file.replace(b"<NGAYLAP>20261005<", f"<NGAYLAP>202611{turn + 1:02}<".encode())
        newer = inside(newer, functools.partial(_with_weight, 58 + turn), "XML1")
        if turn == 1:
            meter.own.pop(name)
        answers: list[bytes] = []
        if turn == times:
            tracemalloc.start()
        meter.run(name, functools.partial(_send, desk, newer, answers))
        statuses = {entry["response"]["status"][:3] for entry in json.loads(answers[-1])["entry"]}
        assert statuses <= {"200", "201"}, statuses
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    figures = meter.own[name][:-1]  # the last one was slowed by the measuring of memory
    note = f"{len(file) // 1024} KB, {meter.calls[name]} AWS calls, {peak / 1024**2:.0f} MB at most"
    return [median_row(SECTION, name, figures, "CPU ms", note=note)]


def _with_weight(kilograms: int, text: str) -> str:
    return text.replace("58.50", f"{kilograms}.50")


def _send(desk: Desk, file: bytes, answers: list[bytes]) -> None:
    answers.append(desk.hospital_file(file).body)


class _Taker:
    """A service that takes every episode at once: what is left is the command's own work."""

    def hospital_file(self, file: bytes, *, card_seen: Sequence[str] = ()) -> FacilityAnswer:  # noqa: ARG002 - the client has it
        """201 for each episode."""
        entry = {"response": {"status": "201 Created", "outcome": {"issue": []}}}
        entries = [entry] * file.count(b"<HOSO>")
        return FacilityAnswer(200, {}, json.dumps({"entry": entries}).encode())


def _by_command(episodes: int, rounds: int = 3) -> list[Row]:
    """One file an episode, sent the first time, and looked at again after a restart: ledger and answers included."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(episodes):
            (Path(folder) / f"{number:05}.xml").write_bytes(outpatient(number, 20_000))
        states = itertools.count()

        def send() -> float:
            sender = Sender(_Taker(), Path(folder) / f"state{next(states)}")
            return _spent(sender, folder, kept=episodes)

        def send_again() -> float:
            return _spent(Sender(_Taker(), Path(folder) / "state0"), folder, kept=0)

        figures = measure_in_turn({"first": send, "again": send_again}, rounds)
    name = f"{episodes} episodes by the command"
    first, again = (statistics.median(figures[which]) for which in ("first", "again"))
    note = f"{first / episodes:.2f} ms an episode, without the network"
    return [
        median_row(SECTION, name, figures["first"], "CPU ms", note=note),
        median_row(
            SECTION, f"{name}, sent before", figures["again"], "CPU ms", ratio=again / first, against="the first time"
        ),
    ]


def _spent(sender: Sender, folder: str, kept: int) -> float:
    """CPU milliseconds of sending all files of a folder."""
    started = time.process_time_ns()
    for path in sorted(Path(folder).glob("*.xml")):
        sender.send_file(path)
    assert sender.progress.kept == kept, str(sender.progress)
    return (time.process_time_ns() - started) / 1e6


def _derived(times: int) -> Row:
    episode = kept(outpatient(0, 40 * 1024))
    return median_row(SECTION, "40 KB to FHIR resources", cpu_ms(lambda: derive.resources(episode), times), "CPU ms")


def _summarised(times: int) -> Row:
    """What 200 episodes, one in each month, cost a summary: unsealing, reading and choosing."""
    key = DataKey(b"k" * 32)
    episode = kept(OUTPATIENT)
    sealed = []
    for number in range(200):
        content = exact_json.dumps({**extract.extract_of(episode), "key": f"LK{number}"})
        year, month = divmod(MONTH_OF_OUTPATIENT - number, 12)
        content = content.replace('"202610', f'"{year}{month + 1:02}')
        packed = pack_extract({"content": json.loads(content)})
        sealed.append(encrypt(key, "record#x", f"episode#{number}", packed))

    def summarise() -> None:
        extracts = [
            episode.with_content(unpack_extract(decrypt(key, "record#x", f"episode#{number}", blob))["content"])
            for number, blob in enumerate(sealed)
        ]
        extract.summarised(extracts, DAY)

    size = sum(map(len, sealed)) / 1024
    return median_row(
        SECTION, "200 episodes in a summary", cpu_ms(summarise, times), "CPU ms", note=f"{size:.0f} KB of extracts"
    )

"""The command `ssk-hospital-files`: send files, or watch a folder and send what the hospital's software puts there."""

import argparse
import contextlib
import math
import os
import re
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from so_suc_khoe_client.client import FacilityClient
from so_suc_khoe_client.hospital_files import envelope, troubles
from so_suc_khoe_client.hospital_files.ledger import LEDGER
from so_suc_khoe_client.hospital_files.sender import CannotSendError, Progress, Sender

SUFFIXES = frozenset({".xml", ".txt", ".b64", ".base64"})
GATEWAY_SUFFIX = ".json"  # what was made for the insurance fund's gateway; folders have other JSON too
PRACTITIONER = re.compile("[!-~](?:[ -~]{0,62}[!-~])?")  # as the service asks of the header
SETTLED_SECONDS = 5  # a file that was written to within these is still being written


FINE, NOT_ALL, NOTHING_CAN = 0, 1, 2  # how the command ends


def main(arguments: list[str] | None = None) -> int:
    """0: all was taken or is of people without a record; 1: something is refused or not sent; 2: nothing can be."""
    code, said = _carry_out(_parser().parse_args(arguments))
    try:
        sys.stdout.flush()
    except OSError:
        code, said = code or NOT_ALL, said or troubles.CLOSED
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python ends with 120 and a trace
    if said:
        with contextlib.suppress(OSError):
            print(f"\n{said}", file=sys.stderr)
    return code


def _carry_out(options: argparse.Namespace) -> tuple[int, str]:
    """How the command ends, and what stopped it in words."""
    try:
        return _with_sender(options), ""
    except CannotSendError as error:
        return NOTHING_CAN, str(error)
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, OSError) and troubles.is_closed_output(error):
            return NOT_ALL, troubles.CLOSED
        return NOTHING_CAN, _state_trouble(options.state, error)
    except KeyboardInterrupt:
        return (NOT_ALL, troubles.STOPPED) if options.action == "send" else (FINE, "")


def _with_sender(options: argparse.Namespace) -> int:
    sender = _sender(options)
    try:
        if options.action == "send":
            return _send(sender, options.paths)
        _watch(sender, options.folder, options.every)
    finally:
        sender.write_outcomes()
    return FINE


def _state_trouble(state: Path, error: OSError | sqlite3.Error) -> str:
    """What to do about a ledger that cannot be used, or a folder in which nothing can be written."""
    sentence = troubles.sentence_of(error)
    return f"{state / LEDGER if sentence in troubles.OF_THE_LEDGER else state}: {sentence}: {error}"


def _send(sender: Sender, paths: list[Path]) -> int:
    """Send all files once, and say where what became of each is written."""
    files = list(_files(paths))
    sender.progress.turns = len(files)
    for turn, path in enumerate(files, 1):
        sender.progress.turn = turn
        complete = sender.send_file(path)
        _say(sender.progress)
        if not complete and sender.is_cut_off:
            print(
                f"\nKhông tới được máy chủ (the server is not reached): {len(files) - turn} tệp chưa gửi (files left)."
            )
            break
    _say(sender.progress, end="\n")
    print(f"What became of each episode: {sender.write_outcomes()}")
    refused = sender.refused_files()
    if refused:
        print(
            f"{len(refused)} stand refused, now or from before: why, and what to mend: {sender.folder / 'refused.csv'}"
        )
    _tell_what_is_left(sender.progress)
    is_refused = not {name for path in files for name in (path.name, str(path.absolute()))}.isdisjoint(refused)
    return NOT_ALL if is_refused or sender.progress.failed else FINE


def _tell_what_is_left(progress: Progress) -> None:
    """When to run the command again; or that there was nothing to do, which also tries neither key nor server."""
    if again := progress.failed - progress.tomorrow:
        print(f"{again} were not sent: run the same command again.")
    if progress.tomorrow:
        print(
            f"{progress.tomorrow} đợt vượt mức trong ngày: mai chạy lại đúng lệnh này "
            "(beyond a limit of the day: run the same command tomorrow; the reason stands in outcomes.csv)."
        )
    if progress.unchanged and not (progress.files or progress.failed):
        print(
            f"{progress.unchanged} tệp không có gì mới từ lần trước: chưa gọi máy chủ "
            "(files with nothing new since the last time: the server was not called)."
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ssk-hospital-files", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    send = actions.add_parser("send", help="send files, and all files of folders, then end")
    send.add_argument("paths", nargs="+", type=Path)
    watch = actions.add_parser("watch", help="watch a folder, its folders included, until Ctrl+C")
    watch.add_argument("folder", type=Path)
    watch.add_argument("--every", type=float, default=30, help="seconds between two looks")
    for action in (send, watch):
        action.add_argument("--server", required=True, help="e.g. https://suckhoe.example")
        action.add_argument("--key-id", required=True, help="as registered, e.g. 79999.1")
        action.add_argument("--key", required=True, type=Path, help="file with the private key (PEM)")
        action.add_argument("--practitioner", required=True, help="who answers for the sending, e.g. a licence number")
        action.add_argument("--state", type=Path, default=Path("ssk-hospital-files"), help="folder of the ledger")
        action.add_argument(
            "--again-days", type=int, default=0, metavar="DAYS", help="try people without a record again, up to 90 days"
        )
        action.add_argument(
            "--card-seen", type=Path, help="file with one MA_LK a line whose card was seen at reception"
        )
    return parser


def _sender(options: argparse.Namespace) -> Sender:
    with _reading("--key", options.key):
        pem = options.key.read_bytes()
        client = FacilityClient(options.server, options.key_id, pem, practitioner=options.practitioner, timeout=60)
    with _reading("--card-seen", options.card_seen):
        seen = options.card_seen.read_text(encoding="utf-8-sig").split("\n") if options.card_seen else []
    if not 0 <= options.again_days <= 90:
        raise CannotSendError("--again-days: 0 to 90")
    _check_address(options.server)
    if PRACTITIONER.fullmatch(options.practitioner) is None:
        raise CannotSendError(
            "--practitioner: 1-64 ký tự không dấu, ví dụ số chứng chỉ hay tên đăng nhập "
            "(1-64 ASCII characters, such as a licence number or a user name)"
        )
    card_seen = frozenset(line.strip() for line in seen if line.strip())
    return Sender(client, options.state, again_days=options.again_days, card_seen=card_seen, tell=_say, warn=_warn)


@contextlib.contextmanager
def _reading(option: str, file: Path | None) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        raise CannotSendError(f"{option}: {file}: không đọc được (cannot be read): {error}") from error


def _check_address(server: str) -> None:
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CannotSendError("--server: cần cả https:// (an address with https://), https://suckhoe.example")


def _watch(sender: Sender, folder: Path, every: float) -> None:
    if not folder.is_dir():
        raise CannotSendError(f"{folder} is no folder")
    while True:
        before = str(sender.progress)
        for path in _files([folder], settled_before=time.time() - SETTLED_SECONDS):
            if not sender.send_file(path) and sender.is_cut_off:
                break  # nor would the others be sent
        if str(sender.progress) != before:
            sender.write_outcomes()
        time.sleep(every)


def _files(paths: list[Path], settled_before: float = math.inf) -> Iterator[Path]:
    """Of two files with one episode and one NGAYLAP the later one arrives later, and is the one that counts."""
    for path in paths:
        if path.is_dir():
            found = (Path(folder) / name for folder, _, names in os.walk(path) for name in names)
            aged = [(age, str(each), each) for each in found if _may_hold_episodes(each) for age in _age(each)]
            yield from (each for age, _, each in sorted(aged) if age < settled_before)
        elif path.is_file():
            yield path
        else:
            raise CannotSendError(f"{path} is not there")


def _may_hold_episodes(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix != GATEWAY_SUFFIX:
        return suffix in SUFFIXES
    try:
        with path.open("rb") as file:
            return envelope.is_gateway_json(file.read(envelope.HEAD_OF_JSON))
    except OSError:
        return True  # sending it tells why it cannot be read


def _age(path: Path) -> list[float]:
    """When it was written; nothing of a file that was moved away meanwhile, or of a link that leads nowhere."""
    try:
        return [path.stat().st_mtime]
    except OSError:
        return []


def _say(progress: Progress, end: str = "") -> None:
    print(f"\r{progress}", end=end, flush=True)


def _warn(text: str) -> None:
    print(f"\n{text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

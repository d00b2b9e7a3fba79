"""`ssk posters`: print-ready posters of a deployed province, each with a QR that only this province could make.

The ids are signed by the key of the deployed stack, so posters follow a deployment: the province in the AWS account of
the environment, else the local stack, whose posters are marked as samples.
"""

import argparse
import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from health_record import wards
from ops.deployment import Deployment, find_in_aws_or_local
from ops.errors import OpsError
from ops.poster_ids import PosterSigner
from ops.posters import page, stations
from ops.posters.page import Poster
from ops.posters.stations import Station
from ops.progress_bar import ProgressBar

LIST = "posters.csv"


@dataclass(frozen=True)
class PosterFiles:
    """A line of the list that goes to the printer and to those who hang them up."""

    ward: str
    ward_name: str
    station: str
    name: str
    poster: str
    url: str
    a4: str
    a5: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--province", required=True, metavar="CODE", help="the province, e.g. 79")
    parser.add_argument("--ward", metavar="CODE", help="one ward, e.g. 26911; default: every ward")
    parser.add_argument("--stations", type=int, default=1, metavar="N", help="posters for each ward, numbered (1)")
    parser.add_argument("--places", type=Path, metavar="FILE", help="instead: CSV with the columns ward, station, name")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the PDF files go")
    parser.add_argument("--check", action="store_true", help="read every poster back: blurred, turned, dimmed")
    parser.add_argument("--json", action="store_true", help="print one JSON object with every poster as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Make A4 and A5 of every station, and a list of them."""
    places = _places(arguments)
    where = find_in_aws_or_local(arguments.province)
    folder: Path = arguments.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ProgressBar(len(places), "posters") as bar:
            made = [_make(poster, place, folder, bar) for place, poster in _posters(places, where, arguments.province)]
        if arguments.check:
            _check(made, folder)
        _write_list(folder / LIST, made)
    except OSError as error:
        raise OpsError(f"The posters could not be written to {folder}: {error.strerror}.") from error
    print(f"{len(made)} posters, each as A4 and A5, are in {folder}; {LIST} lists them. They open {where.origin}.")
    if where.is_local:
        print("They are samples of the local stack, marked as such: nobody else could open them.")
    if arguments.json:
        print(json.dumps({"posters": [asdict(one) for one in made]}, ensure_ascii=False))
    return 0


def _places(arguments: argparse.Namespace) -> list[Station]:
    if arguments.places:
        return stations.read_stations(arguments.province, arguments.ward, arguments.places)
    return stations.number_stations(arguments.province, arguments.ward, arguments.stations)


def _posters(places: Iterable[Station], where: Deployment, province: str) -> Iterable[tuple[Station, Poster]]:
    signer = PosterSigner.from_kms_key(where.client("kms"), where.outputs["PhoneMacKeyId"], province)
    names = wards.list_wards(province)
    for place in places:
        poster_id = signer.poster_id(place.ward, place.station)
        yield (
            place,
            Poster(
                poster_id=poster_id,
                ward=names[place.ward],
                province=wards.province_name(province),
                station=place.name,
                url=f"{where.origin}/?p={poster_id}",
                address=where.origin.partition("://")[2],
                hotline=where.hotline,
                sample=where.is_local,
            ),
        )


def _make(poster: Poster, place: Station, folder: Path, bar: ProgressBar) -> PosterFiles:
    files = {size: f"{place.ward}-{place.station}-{size}.pdf" for size in page.SIZES}
    for size, name in files.items():
        page.draw_poster(poster, folder / name, size)
    bar.advance()
    return PosterFiles(
        place.ward, poster.ward, place.station, place.name, poster.poster_id, poster.url, *files.values()
    )


def _check(made: list[PosterFiles], folder: Path) -> None:
    """Raises OpsError for the first poster that a phone in bad light could not read."""
    from ops.posters import reading

    with ProgressBar(len(made), "posters read back") as bar:
        for one in made:
            for name in (one.a4, one.a5):
                for photograph in reading.find_unreadable(folder / name, one.url):
                    raise OpsError(f"{name} cannot be read when it is {photograph}.")
            bar.advance()


def _write_list(file: Path, made: list[PosterFiles]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(PosterFiles.__dataclass_fields__))
        writer.writeheader()
        writer.writerows(asdict(one) for one in made)

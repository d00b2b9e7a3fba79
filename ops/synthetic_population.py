"""A reference population that is invented, for stacks without the department's own figures.

The province's total is real (resolution 202/2025/QH15, "quy mô dân số", and where a province was not merged the General
Statistics Office's average of 2024); how it is spread over wards, sexes and ages is made up, and every row says so.
"""

import csv
import io
import random
from collections.abc import Sequence

from health_record import wards

SOURCE = "synthetic"
YEAR = 2026
PEOPLE = {
    "01": 8_717_600,
    "04": 558_500,
    "08": 1_865_270,
    "11": 656_700,
    "12": 495_500,
    "14": 1_330_600,
    "15": 1_778_785,
    "19": 1_799_489,
    "20": 814_000,
    "22": 1_396_500,
    "24": 3_619_433,
    "25": 4_022_638,
    "31": 4_664_124,
    "33": 3_567_943,
    "37": 4_412_264,
    "38": 3_764_200,
    "40": 3_831_694,
    "42": 1_329_800,
    "44": 1_870_845,
    "46": 1_178_600,
    "48": 3_065_628,
    "51": 2_161_755,
    "52": 3_583_693,
    "56": 2_243_554,
    "66": 3_346_853,
    "68": 3_872_999,
    "75": 4_491_408,
    "79": 14_002_598,
    "80": 3_254_170,
    "82": 4_370_046,
    "86": 4_257_581,
    "91": 4_952_238,
    "92": 4_199_824,
    "96": 2_606_672,
}
SEXES = {"male": 0.496, "female": 0.504}
# Percent of people in each five-year band, after the shape of the census of 2019.
AGES = {
    "0-4": 7.7, "5-9": 8.2, "10-14": 7.6, "15-19": 6.9, "20-24": 6.8, "25-29": 8.1, "30-34": 8.5, "35-39": 8.0,
    "40-44": 7.2, "45-49": 6.6, "50-54": 6.0, "55-59": 5.4, "60-64": 4.6, "65-69": 3.4, "70-74": 2.1, "75-79": 1.2,
    "80-84": 0.9, "85+": 0.8,
}  # fmt: skip
# A ward is a town quarter, a commune lies in the country, a special zone is an island.
SIZES = {"Phường": (60, 140), "Xã": (25, 70), "Đặc khu": (3, 8)}


def build_population(province: str, people: int | None = None) -> bytes:
    """`reference/population.csv` for the province: the same bytes every time, summing to `people` exactly.

    Raises KeyError for an unknown province.
    """
    total = PEOPLE[province] if people is None else people
    codes = wards.list_wards(province)
    sizes = [_size(code, name) for code, name in sorted(codes.items())]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["ward", "sex", "age_band", "population", "year", "source"])
    for code, living in zip(sorted(codes), _shared(total, sizes), strict=True):
        shares = [SEXES[sex] * percent for sex in SEXES for percent in AGES.values()]
        places = [(sex, band) for sex in SEXES for band in AGES]
        for (sex, band), count in zip(places, _shared(living, shares), strict=True):
            writer.writerow([code, sex, band, count, YEAR, SOURCE])
    return text.getvalue().encode()


def _size(code: str, name: str) -> float:
    low, high = next((size for kind, size in SIZES.items() if name.startswith(kind)), SIZES["Xã"])
    return random.Random(f"population {code}").uniform(low, high)  # noqa: S311 - invented figures, no secret


def _shared(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts by weight; the parts with the largest remainders take what is over."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts

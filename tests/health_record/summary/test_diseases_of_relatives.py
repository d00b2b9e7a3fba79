"""A relative's disease among a person's own is shown, and does not stand before theirs."""

import pytest

from health_record.summary.urgency import VITAL, urgency
from tests.lookup.doctor import condition

OF_RELATIVES = [
    "Mẹ ĐTĐ",
    "Mẹ đái tháo đường",
    "Mẹ bị tiểu đường típ 2",
    "Bố K gan",
    "Bố mẹ ĐTĐ",
    "Cha mất do NMCT",
    "Anh trai K đại tràng",
    "Bà ngoại ung thư vú",
    "TS gia đình: bố NMCT",
    "Tiền sử gia đình mẹ suy tim",
    "Mẹ tử vong do K vú",
    "Mẹ hen và bản thân khỏe mạnh",
    "Mẹ bị hen, bản thân bình thường",
]
OF_THE_PERSON = [
    "ĐTĐ típ 2",
    "K gan",
    "NMCT cũ, mẹ ĐTĐ",
    "Bố mẹ ĐTĐ, bản thân NMCT cũ",
    "Mẹ ĐTĐ. Bản thân suy tim",
    "Con của mẹ ĐTĐ",
    "Mẹ đái tháo đường thai kỳ",
    "Mẹ HIV",
    "Mẹ tiền sản giật",
    "Mẹ mang thai 30 tuần",
    "Mẹ lao phổi",
    "Mẹ hemophilia A",
    "Ba bệnh van tim",
    "TS gia đình tăng thân nhiệt ác tính",
    "Bố tăng thân nhiệt ác tính",
    "Anh trai hội chứng Brugada",
    "Bố bệnh cơ tim phì đại",
    "Mẹ nhược cơ",
    "Em bé suy hô hấp",
    "Suy thận mạn, ghép thận từ mẹ",
    "Mẹ bị hen và bản thân suy tim",
    "Mẹ bị hen và bệnh nhân bị suy tim",
    "Mẹ bị hen. Trẻ bị suy tim",
    "Suy tim, mẹ bị hen",
    "Me bi hen va ban than suy tim",
]


@pytest.mark.parametrize("name", OF_RELATIVES)
def test_a_relatives_disease_is_not_urgent(name: str) -> None:
    assert urgency(condition(name)) != VITAL


@pytest.mark.parametrize("name", OF_THE_PERSON)
def test_the_persons_own_and_what_is_handed_on_are(name: str) -> None:
    assert urgency(condition(name)) == VITAL

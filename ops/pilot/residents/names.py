"""Vietnamese names put together from common parts; whoever bears such a name is not meant."""

import random

# Family names, and how many of a hundred people bear each (a rounded guess; the rest share the smaller ones).
SURNAMES: dict[str, float] = {
    **{"Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Huỳnh": 5, "Phan": 5, "Võ": 4, "Đặng": 2, "Bùi": 2},
    **{"Đỗ": 1.5, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1, "Lý": 1, "Trương": 1, "Đinh": 1, "Lâm": 1, "Mai": 0.5},
}
MIDDLE = {
    "male": ("Văn", "Hữu", "Minh", "Quốc", "Thanh", "Đức", "Công", "Hoàng", "Anh", "Gia", "Ngọc", "Tấn"),
    "female": ("Thị", "Thị Ngọc", "Thị Kim", "Ngọc", "Thanh", "Bích", "Minh", "Hồng", "Thùy", "Mỹ", "Khánh", "Thu"),
}
_OF_MEN = """An Bình Cường Dũng Duy Đạt Hải Hào Hiếu Hòa Hùng Huy Khang Khoa Kiên Lâm Long Lộc Nam Nghĩa Nhân Phát
Phong Phúc Phước Quang Quân Sang Sơn Tài Tâm Tân Thắng Thành Thịnh Tiến Toàn Trí Trung Tú Tuấn Tùng Việt Vinh"""
_OF_WOMEN = """An Anh Châu Chi Cúc Diễm Dung Đào Giang Hà Hạnh Hiền Hoa Hồng Huệ Hương Lan Lệ Liên Linh Loan Ly Mai My
Nga Ngân Nhi Như Nhung Oanh Phương Quyên Tâm Thảo Thoa Thu Thủy Tiên Trang Trâm Trinh Trúc Tuyết Vân Vy Xuân Yến"""
GIVEN = {"male": _OF_MEN.split(), "female": _OF_WOMEN.split()}


def draw_surname(chance: random.Random) -> str:
    """A family name, as often as it is met."""
    return chance.choices(list(SURNAMES), list(SURNAMES.values()))[0]


def draw_full_name(chance: random.Random, family: str, sex: str) -> str:
    """Family, middle and given name, in this order."""
    return f"{family} {chance.choice(MIDDLE[sex])} {chance.choice(GIVEN[sex])}"

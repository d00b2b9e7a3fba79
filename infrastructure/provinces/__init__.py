"""The provinces since July 2025 by code: the name, and the codes of the provinces merged into each, its own included.

Source: Resolution 202/2025/QH15, by way of vietnamadminunits 1.0.4 (MIT), checked against vietnam-provinces 2026.9.0.
"""

# Cities under the central government, with the three of 2026: Đồng Nai in April, Quảng Ninh and Bắc Ninh in September.
CENTRAL_CITIES = frozenset({"01", "22", "24", "31", "46", "48", "75", "79", "92"})

PROVINCES_SINCE_JULY_2025: dict[str, tuple[str, tuple[str, ...]]] = {
    "01": ("Hà Nội", ("01",)),
    "04": ("Cao Bằng", ("04",)),
    "08": ("Tuyên Quang", ("02", "08")),
    "11": ("Điện Biên", ("11",)),
    "12": ("Lai Châu", ("12",)),
    "14": ("Sơn La", ("14",)),
    "15": ("Lào Cai", ("10", "15")),
    "19": ("Thái Nguyên", ("06", "19")),
    "20": ("Lạng Sơn", ("20",)),
    "22": ("Quảng Ninh", ("22",)),
    "24": ("Bắc Ninh", ("24", "27")),
    "25": ("Phú Thọ", ("17", "25", "26")),
    "31": ("Hải Phòng", ("30", "31")),
    "33": ("Hưng Yên", ("33", "34")),
    "37": ("Ninh Bình", ("35", "36", "37")),
    "38": ("Thanh Hóa", ("38",)),
    "40": ("Nghệ An", ("40",)),
    "42": ("Hà Tĩnh", ("42",)),
    "44": ("Quảng Trị", ("44", "45")),
    "46": ("Huế", ("46",)),
    "48": ("Đà Nẵng", ("48", "49")),
    "51": ("Quảng Ngãi", ("51", "62")),
    "52": ("Gia Lai", ("52", "64")),
    "56": ("Khánh Hòa", ("56", "58")),
    "66": ("Đắk Lắk", ("54", "66")),
    "68": ("Lâm Đồng", ("60", "67", "68")),
    "75": ("Đồng Nai", ("70", "75")),
    "79": ("Hồ Chí Minh", ("74", "77", "79")),
    "80": ("Tây Ninh", ("72", "80")),
    "82": ("Đồng Tháp", ("82", "87")),
    "86": ("Vĩnh Long", ("83", "84", "86")),
    "91": ("An Giang", ("89", "91")),
    "92": ("Cần Thơ", ("92", "93", "94")),
    "96": ("Cà Mau", ("95", "96")),
}

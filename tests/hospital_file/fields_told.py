"""Where each kept field of XML1 to XML5 is read: a test sends each and looks for it there.

`summary`: in words in `$summary`. `papers`: in words in the episode's Composition (`$everything`, own page). `data`:
for software, in `$everything`. `decides`: what a line is taken for. `key`: what joins lines. `kept`: in the sealed file
alone.
"""

from typing import Literal, NamedTuple

Where = Literal["summary", "papers", "data", "decides", "key", "kept"]


class Told(NamedTuple):
    """`sent` in `row` of its table is found as `found`; where neither is given, a name of its own is sent and found."""

    where: Where
    sent: str = ""
    found: str = ""
    row: int = 1


SUMMARY, PAPERS, DATA, DECIDES, KEY, KEPT = (
    Told(where) for where in ("summary", "papers", "data", "decides", "key", "kept")
)
FIELDS: dict[str, dict[str, Told]] = {
    "XML1": {
        "MA_LK": KEY,
        "STT": KEY,
        "NHOM_MAU": Told("summary", "AB Rh-", "AB Rh-"),
        "LY_DO_VV": SUMMARY,
        "LY_DO_VNT": SUMMARY,
        "MA_LY_DO_VNT": KEPT,
        "CHAN_DOAN_VAO": PAPERS,
        "CHAN_DOAN_RV": SUMMARY,
        "MA_BENH_CHINH": Told("summary", "A90", "ICD-10 A90"),
        "MA_BENH_KT": Told("summary", "Q90.9", "Q90.9"),
        "MA_BENH_YHCT": Told("data", "U55.011", "U55.011"),
        "MA_PTTT_QT": Told("summary", "47.01", "ICD-9-CM 47.01"),
        "MA_NOI_DI": Told("summary", "79001", "từ nơi (from): 79001"),
        "MA_NOI_DEN": Told("summary", "79002", "chuyển đến (to): 79002"),
        "MA_TAI_NAN": Told("summary", "5", "tai nạn, mã 5"),
        "NGAY_VAO": Told("summary", "202611200801", "08:01 20/11/2026"),
        "NGAY_VAO_NOI_TRU": KEPT,
        "NGAY_RA": Told("summary", "202611201011", "10:11 20/11/2026"),
        "PP_DIEU_TRI": PAPERS,
        "KET_QUA_DTRI": Told("summary", "4", "Nặng hơn (Worse)"),
        "MA_LOAI_RV": Told("summary", "2", "Chuyển viện theo chuyên môn (Referred)"),
        "GHI_CHU": SUMMARY,
        "MA_LOAI_KCB": Told("summary", "12", "Khám bệnh tại nhà"),
        "MA_KHOA": Told("summary", "K02", "K02"),
        "MA_CSKCB": KEY,
        "CAN_NANG": Told("summary", "61.7", "61,7 (61.7) kg"),
        "NGAY_TAI_KHAM": DECIDES,  # the appointment, where there is no XML14
        "MA_HSBA": DATA,
    },
    "XML2": {
        "MA_LK": KEY,
        "STT": KEY,
        "MA_THUOC": Told("data", "40.17", "40.17"),
        "MA_NHOM": DECIDES,
        "TEN_THUOC": SUMMARY,
        "DON_VI_TINH": DATA,
        "HAM_LUONG": SUMMARY,
        "DUONG_DUNG": Told("summary", "2.10", "mã đường dùng 2.10"),
        "DANG_BAO_CHE": SUMMARY,
        "LIEU_DUNG": Told("summary", "1 viên * 2 lần/ngày * 27 ngày", "1 viên * 2 lần/ngày * 27 ngày"),
        "CACH_DUNG": SUMMARY,
        "SO_DANG_KY": DATA,
        "SO_LUONG": Told("data", "17", "17"),
        "MA_KHOA": KEPT,
        "MA_BAC_SI": DATA,
        "MA_DICH_VU": KEPT,
        "NGAY_YL": Told("summary", "202611200802", "từ (from) 20/11/2026"),
        "NGAY_TH_YL": KEPT,
    },
    "XML3": {
        "MA_LK": KEY,
        "STT": KEY,
        "MA_DICH_VU": Told("data", "01.0001", "01.0001"),
        "MA_PTTT_QT": Told("data", "45.16", "45.16"),
        "MA_NHOM": DECIDES,
        "TEN_DICH_VU": SUMMARY,
        "DON_VI_TINH": KEPT,
        "SO_LUONG": DECIDES,
        "MA_KHOA": KEPT,
        "MA_BAC_SI": KEPT,
        "NGUOI_THUC_HIEN": DATA,
        "MA_BENH": Told("summary", "K25.4", "K25.4"),
        "MA_BENH_YHCT": KEPT,
        "NGAY_YL": DECIDES,
        "NGAY_TH_YL": Told("summary", "202611200807", "08:07 20/11/2026"),
        "NGAY_KQ": Told("data", "202611200959", "2026-11-20T09:59:00+07:00", 8),
        "PP_VO_CAM": Told("summary", "1", "Gây mê (general anaesthesia)"),
        "VI_TRI_TH_DVKT": Told("summary", "123", "mã vị trí 123"),
    },
    "XML4": {
        "MA_LK": KEY,
        "STT": KEY,
        "MA_DICH_VU": KEY,
        "MA_CHI_SO": Told("data", "CS-17", "CS-17", 2),
        "TEN_CHI_SO": Told("summary", "Chỉ số 17", "Chỉ số 17", 2),
        "GIA_TRI": Told("summary", "17.3", "17.3", 3),
        "DON_VI_DO": Told("summary", "mmol/17", "mmol/17", 4),
        "MO_TA": SUMMARY,
        "KET_LUAN": SUMMARY,
        "NGAY_KQ": Told("summary", "202611200853", "08:53 20/11/2026", 5),
        "MA_BS_DOC_KQ": DATA,
    },
    "XML5": {
        "MA_LK": KEY,
        "STT": KEY,
        "DIEN_BIEN_LS": PAPERS,
        "GIAI_DOAN_BENH": PAPERS,
        "HOI_CHAN": PAPERS,
        "PHAU_THUAT": PAPERS,
        "THOI_DIEM_DBLS": Told("papers", "202611200811", "20/11/2026 08:11"),
        "NGUOI_THUC_HIEN": KEPT,
    },
}

"""What the rows and columns of published tables are called, in both languages."""

import datetime as dt

from functions.aggregate.count import age_bands, code_catalogue
from functions.aggregate.publish import suppression
from health_record import wards
from health_record.language import Text

FIXED = {
    "male": Text("Nam", "Male"),
    "female": Text("Nữ", "Female"),
    "other": Text("Khác", "Other"),
    "unknown": Text("Không rõ", "Unknown"),
    "yes": Text("Có", "Yes"),
    "no": Text("Không", "No"),
    "residents": Text("Số người", "People"),
    "visits": Text("Mở trang từ áp phích", "Opened the page from a poster"),
    "codes": Text("Xác minh số điện thoại", "Proved their phone"),
    "submissions": Text("Đã khai", "Declared"),
    "crude": Text("Thô", "Crude"),
    "age_standardised": Text("Chuẩn hóa theo tuổi (WHO)", "Age-standardised (WHO)"),
    "post_stratified": Text("Hiệu chỉnh theo dân số", "Weighted to the population"),
    "median": Text("Dự báo (trung vị)", "Forecast (median)"),
    **{f"low_{level}": Text(f"Thấp {level} %", f"Low {level} %") for level in (50, 80, 95)},
    **{f"high_{level}": Text(f"Cao {level} %", f"High {level} %") for level in (50, 80, 95)},
    **{
        f"error_{step}": Text(f"Sai số trước {step} kỳ, % mốc so sánh", f"Error {step} ahead, % of the best baseline's")
        for step in (1, 3, 6, 12)
    },
    **{f"held_{level}": Text(f"Khoảng {level} % đúng, %", f"{level} % interval held, %") for level in (50, 80, 95)},
    "A09": Text("Tiêu chảy nhiễm trùng", "Infectious diarrhoea"),
    "A90": Text("Sốt Dengue", "Dengue fever"),
    "A91": Text("Sốt xuất huyết Dengue", "Dengue haemorrhagic fever"),
    "A97": Text("Sốt xuất huyết Dengue", "Dengue"),
    "B01": Text("Thủy đậu", "Chickenpox"),
    "B05": Text("Sởi", "Measles"),
    "B08": Text("Tay chân miệng", "Hand, foot and mouth disease"),
    "J10": Text("Cúm", "Influenza"),
    "J11": Text("Cúm", "Influenza"),
    "dengue": Text("Sốt xuất huyết Dengue", "Dengue"),
    suppression.TOTAL: Text("Tổng", "Total"),
}
TITLES = {
    "coverage_total": Text("Người có hồ sơ trong toàn tỉnh, thành phố", "People with a record in the whole province"),
    "coverage_ward": Text("Người có hồ sơ theo phường xã", "People with a record, by ward"),
    "coverage_age": Text("Người có hồ sơ theo tuổi", "People with a record, by age"),
    "coverage_week": Text("Người khai lần đầu theo tuần", "People who declared first, by week"),
    "conditions_sex": Text("Bệnh và dị ứng theo giới", "Conditions and allergies, by sex"),
    "conditions_age": Text("Bệnh và dị ứng theo tuổi", "Conditions and allergies, by age"),
    "conditions_ward": Text("Bệnh và dị ứng theo phường xã", "Conditions and allergies, by ward"),
    "conditions_standardised": Text("Tỷ lệ mắc đã chuẩn hóa", "Standardised prevalence"),
    "risks_sex": Text("Yếu tố nguy cơ theo giới", "Risk factors, by sex"),
    "risks_age": Text("Yếu tố nguy cơ theo tuổi", "Risk factors, by age"),
    "immunizations_age": Text("Tiêm chủng theo tuổi", "Immunizations, by age"),
    "diagnoses_week": Text("Chẩn đoán do cơ sở y tế báo, theo tuần", "Diagnoses reported by facilities, by week"),
    "forecasts": Text("Dự báo đã đúng đến đâu", "How good the forecasts have been"),
    "funnel_week": Text("Từ áp phích đến bản khai, theo tuần", "From poster to declaration, by week"),
}
RATE = Text(", tỷ lệ %", ", rate in %")


def title(table: str) -> Text:
    """The table's name for readers; `x_rate` is named after `x`."""
    name = table.removesuffix("_rate")
    if name == "forecasts":
        return TITLES[name]
    if name.startswith("forecast_"):
        about = name_of(name.removeprefix("forecast_"))
        return Text(f"Dự báo: {about.vi}", f"Forecast: {about.en}")
    found = TITLES[name]
    return found if name == table else Text(found.vi + RATE.vi, found.en + RATE.en)


def name_of(key: str) -> Text:
    """The name of a row or column, without its code."""
    if key in FIXED:
        return FIXED[key]
    if key in (*age_bands.WIDE, *age_bands.FIVE_YEARS):
        return Text(f"{key} tuổi", f"{key} years")
    if len(key) == 8 and key[4:6] == "-W":
        monday = dt.date.fromisocalendar(int(key[:4]), int(key[6:]), 1)
        return Text(f"từ {monday:%d/%m/%Y}", f"from {monday:%d/%m/%Y}")
    if ward := wards.find(key):
        return Text(ward.name, ward.name)
    if key.isdigit() and len(key) == 2:
        return Text(wards.province_name(key), wards.province_name(key))
    if " " in key:
        question, answer = (name_of(part) for part in key.split(" ", 1))
        return Text(f"{question.vi}: {answer.vi}", f"{question.en}: {answer.en}")
    return code_catalogue.label(key)


def code_of(key: str) -> str:
    """The code that a row or column begins with: `http://…/icd-10|I10` -> `I10`; none has a blank in it."""
    return "/".join(part.rpartition("|")[2] for part in key.split(" "))


def heading(key: str) -> str:
    """`code name` as the CSV files write it; `total` alone."""
    if key == suppression.TOTAL:
        return key
    code, name = code_of(key), name_of(key).vi
    return code if name == code else f"{code} {name}"

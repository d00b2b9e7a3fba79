"""What the rows and columns of published tables are called, in both languages."""

import datetime as dt

from functions.aggregate.count import age_bands, code_catalogue
from functions.aggregate.publish import suppression
from health_record import wards
from health_record.language import Translated

FIXED = {
    "male": Translated("Nam", "Male"),
    "female": Translated("Nữ", "Female"),
    "other": Translated("Khác", "Other"),
    "unknown": Translated("Không rõ", "Unknown"),
    "yes": Translated("Có", "Yes"),
    "no": Translated("Không", "No"),
    "residents": Translated("Số người", "People"),
    "visits": Translated("Mở trang từ áp phích", "Opened the page from a poster"),
    "codes": Translated("Xác minh số điện thoại", "Proved their phone"),
    "submissions": Translated("Đã khai", "Declared"),
    "crude": Translated("Thô", "Crude"),
    "age_standardised": Translated("Chuẩn hóa theo tuổi (WHO)", "Age-standardised (WHO)"),
    "post_stratified": Translated("Hiệu chỉnh theo dân số", "Weighted to the population"),
    "reported": Translated("Đã báo", "Reported so far"),
    "estimate": Translated("Ước tính", "Estimate"),
    "median": Translated("Dự báo (trung vị)", "Forecast (median)"),
    **{f"low_{level}": Translated(f"Thấp {level} %", f"Low {level} %") for level in (50, 80, 95)},
    **{f"high_{level}": Translated(f"Cao {level} %", f"High {level} %") for level in (50, 80, 95)},
    **{
        f"error_{step}": Translated(
            f"Sai số trước {step} kỳ, % mốc so sánh", f"Error {step} ahead, % of the best baseline's"
        )
        for step in (1, 3, 6, 12)
    },
    **{
        f"held_{level}": Translated(f"Khoảng {level} % đúng, %", f"{level} % interval held, %")
        for level in (50, 80, 95)
    },
    "A08": Translated("Nhiễm virus đường ruột", "Viral intestinal infections"),
    "A09": Translated("Tiêu chảy nhiễm trùng", "Infectious diarrhoea"),
    "A90": Translated("Sốt Dengue", "Dengue fever"),
    "A91": Translated("Sốt xuất huyết Dengue", "Dengue haemorrhagic fever"),
    "A97": Translated("Sốt Dengue (phân loại mới)", "Dengue (new classification)"),
    "B01": Translated("Thủy đậu", "Chickenpox"),
    "B05": Translated("Sởi", "Measles"),
    "B06": Translated("Rubella", "Rubella"),
    "B08": Translated("Tay chân miệng", "Hand, foot and mouth disease"),
    "B26": Translated("Quai bị", "Mumps"),
    "J09": Translated("Cúm từ động vật", "Zoonotic influenza"),
    "J10": Translated("Cúm", "Influenza"),
    "J11": Translated("Cúm, không phân lập virus", "Influenza, virus not identified"),
    "U07": Translated("COVID-19", "COVID-19"),
    "chickenpox": Translated("Thủy đậu", "Chickenpox"),
    "covid": Translated("COVID-19", "COVID-19"),
    "covid-19": Translated("COVID-19", "COVID-19"),
    "diarrhoea": Translated("Tiêu chảy", "Diarrhoea"),
    "flu": Translated("Cúm", "Influenza"),
    "hfmd": Translated("Tay chân miệng", "Hand, foot and mouth disease"),
    "ili": Translated("Hội chứng cúm", "Influenza-like illness"),
    "influenza": Translated("Cúm", "Influenza"),
    "measles": Translated("Sởi", "Measles"),
    "mumps": Translated("Quai bị", "Mumps"),
    "rsv": Translated("Virus hợp bào hô hấp (RSV)", "Respiratory syncytial virus (RSV)"),
    "dengue": Translated("Sốt xuất huyết Dengue", "Dengue"),
    suppression.TOTAL: Translated("Tổng", "Total"),
}
TITLES = {
    "coverage_total": Translated(
        "Người có hồ sơ trong toàn tỉnh, thành phố", "People with a record in the whole province"
    ),
    "coverage_ward": Translated("Người có hồ sơ theo phường xã", "People with a record, by ward"),
    "coverage_age": Translated("Người có hồ sơ theo tuổi", "People with a record, by age"),
    "coverage_week": Translated("Người khai lần đầu theo tuần", "People who declared first, by week"),
    "conditions_sex": Translated("Bệnh và dị ứng theo giới", "Conditions and allergies, by sex"),
    "conditions_age": Translated("Bệnh và dị ứng theo tuổi", "Conditions and allergies, by age"),
    "conditions_ward": Translated("Bệnh và dị ứng theo phường xã", "Conditions and allergies, by ward"),
    "conditions_standardised": Translated("Tỷ lệ mắc đã chuẩn hóa", "Standardised prevalence"),
    "risks_sex": Translated("Yếu tố nguy cơ theo giới", "Risk factors, by sex"),
    "risks_age": Translated("Yếu tố nguy cơ theo tuổi", "Risk factors, by age"),
    "immunizations_age": Translated("Tiêm chủng theo tuổi", "Immunizations, by age"),
    "diagnoses_week": Translated("Chẩn đoán do cơ sở y tế báo, theo tuần", "Diagnoses reported by facilities, by week"),
    "forecasts": Translated("Dự báo đã đúng đến đâu", "How good the forecasts have been"),
    "nowcast_week": Translated("Ước tính khi đủ báo cáo", "Estimated when all reports have come"),
    "funnel_week": Translated("Từ áp phích đến bản khai, theo tuần", "From poster to declaration, by week"),
}
RATE = Translated(", tỷ lệ %", ", rate in %")


def table_title(table: str) -> Translated:
    """The table's name for readers; `x_rate` is named after `x`."""
    name = table.removesuffix("_rate")
    if name == "forecasts":
        return TITLES[name]
    if name.startswith("forecast_"):
        about = row_label(name.removeprefix("forecast_"))
        return Translated(f"Dự báo: {about.vi}", f"Forecast: {about.en}")
    found = TITLES[name]
    return found if name == table else Translated(found.vi + RATE.vi, found.en + RATE.en)


def row_label(key: str) -> Translated:
    """The name of a row or column, without its code."""
    if key in FIXED:
        return FIXED[key]
    if key in (*age_bands.WIDE_BANDS, *age_bands.FIVE_YEAR_BANDS):
        return Translated(f"{key} tuổi", f"{key} years")
    if len(key) == 8 and key[4:6] == "-W":
        monday = dt.date.fromisocalendar(int(key[:4]), int(key[6:]), 1)
        return Translated(f"từ {monday:%d/%m/%Y}", f"from {monday:%d/%m/%Y}")
    if ward := wards.find(key):
        return Translated(ward.name, ward.name)
    if key.isdigit() and len(key) == 2:
        return Translated(wards.province_name(key), wards.province_name(key))
    if " " in key:
        question, answer = (row_label(part) for part in key.split(" ", 1))
        return Translated(f"{question.vi}: {answer.vi}", f"{question.en}: {answer.en}")
    return code_catalogue.label(key)


def row_code(key: str) -> str:
    """The code that a row or column begins with: `http://…/icd-10|I10` -> `I10`; none has a blank in it."""
    return "/".join(part.rpartition("|")[2] for part in key.split(" "))


def csv_heading(key: str) -> str:
    """`code name` as the CSV files write it; `total` alone."""
    if key == suppression.TOTAL:
        return key
    code, name = row_code(key), row_label(key).vi
    return code if name == code else f"{code} {name}"

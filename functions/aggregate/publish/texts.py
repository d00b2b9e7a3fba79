"""The sentences of the published page, in both languages."""

from health_record.language import Translated

SERVICE = Translated("Sổ Sức Khỏe", "Health record book")
HEADING = Translated("Tình hình sức khỏe theo bản khai", "Health, as people declare it")
SWITCH = Translated("English", "Tiếng Việt")
PLACE = Translated("{place}, tuần {week}", "{place}, week {week}")
INVENTED = Translated(
    "Số liệu thử nghiệm: người và dân số ở đây là giả lập, không phải người thật.",
    "Trial figures: the people and the population shown here are invented, nobody is real.",
)
POPULATION_INVENTED = Translated(
    "Dân số dùng để tính tỷ lệ là giả lập.", "The population behind the rates is invented."
)
FRESH = Translated(
    "Số liệu tính đến hết ngày {day}. Kỳ công bố sau: trong tuần từ {next}. Nếu quá tuần đó mà trang chưa đổi thì số "
    "liệu đang chậm.",
    "Figures as of {day}. The next release comes in the week of {next}. If that week is over and this page has not "
    "changed, the figures are late.",
)
LATE = Translated(
    "Lần cập nhật ngày {day} không thành công. Số liệu dưới đây là của kỳ trước và vẫn đúng cho kỳ đó.",
    "The update of {day} did not succeed. The figures below are those of the last release and hold for it.",
)
PROGRESS = Translated("Tiến độ đến 90 %", "Progress to 90 %")
PROGRESS_FEW = Translated(
    "{residents} người có hồ sơ. So với dân số cả tỉnh, thành phố còn quá ít để nêu tỷ lệ; hãy xem từng phường xã.",
    "{residents} people have a record. Of the whole population that is too few for a share; see each ward instead.",
)
CHANGE_WEEK = Translated("So với tuần trước: {change}.", "Since last week: {change}.")
CHANGE_QUARTER = Translated("So với quý trước: {change}.", "Since last quarter: {change}.")
NO_CHANGE = Translated("không khác đáng kể", "no clear difference")
PACE = Translated(
    "Với tốc độ bốn tuần qua, mốc 90 % đạt được vào khoảng {date}.",
    "At the pace of the last four weeks, 90 % is reached around {date}.",
)
WARDS_ARE = Translated(
    "Chỉ các phường xã đã có từ 30 người khai, thấp nhất trước. Cột cuối: còn thiếu bao nhiêu người đến 90 %.",
    "Only wards with 30 or more people, lowest first. Last column: how many are missing to 90 %.",
)
MISSING = Translated("Còn thiếu đến 90 %", "Missing to 90 %")
SHARE = Translated("Tỷ lệ, %", "Share, %")
NOTHING_YET = Translated("Chưa phường xã nào có từ 30 người khai.", "No ward has 30 people yet.")
FULL_WEEK = Translated(
    "Các bảng theo phường xã, tuổi, giới và bệnh là của tuần {week}; kỳ sau vào tuần 13, 26, 39 hoặc 52.",
    "Tables by ward, age, sex and condition are of week {week}; the next come in week 13, 26, 39 or 52.",
)
NOT_YET_FULL = Translated(
    "Các bảng theo phường xã, tuổi, giới và bệnh ra vào tuần 13, 26, 39 và 52.",
    "Tables by ward, age, sex and condition come in weeks 13, 26, 39 and 52.",
)
ARCHIVE = Translated("Các kỳ đã công bố", "Earlier releases")
MEANS_WEEKS = Translated(
    "Mỗi cột là số người khai lần đầu trong một tuần; gạch chéo là quá ít để nêu.",
    "Each column is how many people declared for the first time in a week; hatching means too few to say.",
)
PROGRESS_IS = Translated(
    "{residents} người có hồ sơ, bằng {percent} % dân số. Mục tiêu là trên 90 %.",
    "{residents} people have a record: {percent} % of the population. The goal is more than 90 %.",
)
PROGRESS_UNKNOWN = Translated(
    "{residents} người có hồ sơ. Chưa có số dân tham chiếu, nên chưa tính được tỷ lệ và chỉ nêu số chung toàn tỉnh, "
    "thành phố.",
    "{residents} people have a record. There is no reference population yet, so no share can be given and only figures "
    "for the whole province are shown.",
)
INVENTED_SOURCE = Translated("giả lập", "invented")
SOURCE = Translated("Nguồn dân số: {sources}.", "Source of the population: {sources}.")
WARDS = Translated("Theo phường, xã", "By ward")
WARDS_COUNT_CHART = Translated("Phường xã đã bắt đầu: số người có hồ sơ", "Wards that have begun: people with a record")
WARDS_CHART = Translated(
    "Phường xã đã bắt đầu, tỷ lệ thấp nhất trước (%)", "Wards that have begun, lowest share first (%)"
)
AGES = Translated("Theo tuổi và giới", "By age and sex")
AGES_CHART = Translated("Tỷ lệ người có hồ sơ theo tuổi (%)", "Share of people with a record, by age (%)")
AGES_COUNT_CHART = Translated("Số người có hồ sơ theo tuổi", "People with a record, by age")
WEEKS = Translated("Người khai lần đầu mỗi tuần", "People who declare for the first time, each week")
CONDITIONS = Translated("Bệnh và dị ứng", "Conditions and allergies")
CONDITIONS_CHART = Translated(
    "Trong 100 người đã trả lời, bao nhiêu người có (%)", "Of 100 people who answered, how many have it (%)"
)
PATTERN = Translated("{name} theo giới và tuổi (%)", "{name} by sex and age (%)")
VOLUNTEERS = Translated(
    "Người khai là người tự nguyện, không phải mẫu đại diện. Tỷ lệ là trong số người đã trả lời câu hỏi; người chưa "
    "trả lời hoặc không biết không được tính.",
    "People declare of their own accord; they are not a sample. Rates are among those who answered the question; those "
    "who did not answer or do not know are left out.",
)
STANDARDISED = Translated(
    "Để so sánh giữa các nơi và các năm: tỷ lệ chuẩn hóa theo tuổi dùng dân số chuẩn thế giới của WHO; tỷ lệ hiệu "
    "chỉnh theo dân số cho mỗi nhóm tuổi và giới đúng tỷ trọng của nhóm đó trong dân số thật. Cả hai không sửa được "
    "việc người khai khác người không khai trong cùng một nhóm.",
    "To compare places and years: the age-standardised rate uses WHO's world standard population; the rate weighted to "
    "the population gives each group of age and sex the share that it really has. Neither mends that those who declare "
    "may differ from others of the same group.",
)
RISKS = Translated("Yếu tố nguy cơ", "Risk factors")
IMMUNIZATIONS = Translated("Tiêm chủng", "Immunizations")
DIAGNOSES = Translated("Chẩn đoán do cơ sở y tế báo", "Diagnoses reported by facilities")
DIAGNOSES_CHART = Translated("{name}, số ca mỗi tuần", "{name}, cases each week")
NO_DIAGNOSES = Translated(
    "Trong 52 tuần qua chưa tuần nào có đủ người bệnh để hiện con số.",
    "In none of the last 52 weeks were there enough people ill to show a figure.",
)
FORECASTS = Translated("Dự báo", "Forecasts")
FORECASTS_ARE = Translated(
    "Dải màu là các khoảng 50, 80 và 95 %. Mô hình được chọn cho từng bệnh bằng cách dự báo lại quá khứ; bảng cuối "
    "cho biết sai số so với mốc đơn giản tốt nhất (dưới 100 là tốt hơn) và các khoảng đã đúng bao nhiêu lần.",
    "The bands are the 50, 80 and 95 % intervals. The model of each series is settings by forecasting its past again; "
    "the last table tells the error against the best baseline (under 100 is better) and how often intervals held.",
)
FORECAST_CHART = Translated("{name}: đã ghi nhận và dự báo", "{name}: counted and forecast")
SIGNAL = Translated(
    "{name}: số ca trong bốn tuần đến {week} cao hơn mức thường. Đây là tín hiệu cần xác minh, chưa phải kết luận có "
    "dịch. {comment}",
    "{name}: more cases than usual in the four weeks up to {week}. A signal to look into, not yet an outbreak. "
    "{comment}",
)
NOWCAST = Translated("Ước tính những tuần chưa đủ báo cáo", "Estimates for weeks whose reports are still coming")
NOWCAST_IS = Translated(
    "Các cơ sở y tế báo chậm vài tuần. Bảng này ước tính số ca khi đủ báo cáo, kèm khoảng 80 %.",
    "Facilities report some weeks late. This table estimates how many cases there will be when all reports have come, "
    "with an 80 % interval.",
)
FUNNEL = Translated("Từ áp phích đến bản khai", "From poster to declaration")
RULES = Translated("Những gì được che và vì sao", "What is hidden, and why")
RULES_ARE = (
    Translated(
        "Mỗi con số được cộng thêm một sai số ngẫu nhiên nhỏ rồi làm tròn, để không ai dò ra một người, kể cả người "
        "biết hết những người còn lại. Số người mắc thường lệch không quá 6, số người có hồ sơ không quá 12.",
        "A small random error is added to every count, which is then rounded, so that nobody can find a person out, "
        "not even somebody who knows all the others. Counts of a condition are usually off by at most 6, counts of "
        "people by at most 12.",
    ),
    Translated(
        "Dấu * là không có ai hoặc quá ít người để nêu. Các dòng cộng lại có thể lệch tổng.",
        "* means nobody or too few people to say. Lines may not add up to their total.",
    ),
    Translated(
        "Tỷ lệ tính từ hai số đã công bố, chỉ khi có ít nhất 100 người trong mẫu số.",
        "Rates come from two published counts, only among at least 100 people.",
    ),
    Translated(
        "Bệnh nhạy cảm (tâm thần, HIV, lao, thai sản...) chỉ nêu cho toàn tỉnh, thành phố. Bệnh theo phường xã chỉ nêu "
        "khi có từ 50.000 người khai.",
        "Sensitive conditions (mental health, HIV, tuberculosis, pregnancy and others) are shown for the whole "
        "province only. Conditions by ward are shown from 50,000 declarants on.",
    ),
    Translated(
        "Số chung công bố mỗi tuần; các bảng theo phường xã, tuổi, giới và bệnh bốn lần một năm (tuần 13, 26, 39, 52).",
        "Totals come every week; tables by ward, age, sex and condition four times a year (weeks 13, 26, 39 and 52).",
    ),
)
DOWNLOADS = Translated("Tải số liệu", "Download")
SHOW_ALL = Translated("Xem toàn bộ bảng", "Show the whole table")
FIRST_COLUMN = Translated("Nhóm", "Group")
NOT_KNOWN = Translated("không rõ", "unknown")
HIDDEN_HINT = Translated("* là không có ai hoặc quá ít người để nêu.", "* means nobody, or too few people to say.")

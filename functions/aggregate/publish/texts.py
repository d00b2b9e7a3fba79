"""The sentences of the published page, in both languages."""

from health_record.language import Translated

SERVICE = Translated("Sổ Sức Khỏe", "Health record book")
HEADING = Translated("Sức khỏe qua bản khai", "Health, as people declare it")
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
WARDS_CHART = Translated(
    "Các phường xã có tỷ lệ người có hồ sơ cao nhất (%)", "The wards with the largest share of people with a record (%)"
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
NO_DIAGNOSES = Translated("Chưa có chẩn đoán nào trong 52 tuần qua.", "No diagnosis in the last 52 weeks.")
FORECASTS = Translated("Dự báo", "Forecasts")
FORECASTS_ARE = Translated(
    "Dải màu là các khoảng 50, 80 và 95 %. Mô hình được chọn cho từng bệnh bằng cách dự báo lại quá khứ; bảng cuối "
    "cho biết sai số so với mốc đơn giản tốt nhất (dưới 100 là tốt hơn) và các khoảng đã đúng bao nhiêu lần.",
    "The bands are the 50, 80 and 95 % intervals. The model of each series is chosen by forecasting its past again; "
    "the last table tells the error against the best baseline (under 100 is better) and how often intervals held.",
)
FORECAST_CHART = Translated("{name}: đã ghi nhận và dự báo", "{name}: counted and forecast")
UNUSUAL = Translated(
    "{name}: số ca kỳ {period} cao hơn mức thường ({detectors}). Tín hiệu cần xác minh, chưa phải kết luận có dịch.",
    "{name}: the count of {period} is higher than usual ({detectors}). A signal to look into, not yet an outbreak.",
)
FUNNEL = Translated("Từ áp phích đến bản khai", "From poster to declaration")
COMPLETE = Translated("Số liệu đầy đủ đến đâu", "How complete the figures are")
COMPLETE_IS = Translated(
    "Không rõ phường xã: {ward} người. Không rõ tuổi: {age} người. Không rõ giới: {sex} người.",
    "Ward not known: {ward} people. Age not known: {age} people. Sex not known: {sex} people.",
)
RULES = Translated("Những gì được che và vì sao", "What is hidden, and why")
RULES_ARE = (
    Translated(
        "Số từ 1 đến 7 được thay bằng * để không ai bị nhận ra. Số 0 được giữ nguyên.",
        "Counts from 1 to 7 are shown as * so that nobody can be recognised. 0 stays 0.",
    ),
    Translated(
        "Mọi số khác và mọi tổng được làm tròn đến bội của 5, nên các dòng cộng lại có thể lệch tổng.",
        "Every other count and every total is rounded to 5, so lines may not add up to their total.",
    ),
    Translated(
        "Tỷ lệ tính từ số đã làm tròn; tỷ lệ theo phường xã chỉ nêu khi có ít nhất 20 người trong tử số và 100 người "
        "trong mẫu số.",
        "Rates come from rounded counts; a ward's rate is shown with at least 20 people counted among at least 100.",
    ),
    Translated(
        "Bệnh nhạy cảm (tâm thần, HIV, thai sản...) chỉ nêu cho toàn tỉnh, thành phố.",
        "Sensitive conditions (mental health, HIV, pregnancy and others) are shown for the whole province only.",
    ),
    Translated(
        "Mỗi tuần công bố một lần, để không ai trừ hai kỳ liền nhau mà suy ra từng người.",
        "One release a week, so that nobody can subtract one day from the next and find single people.",
    ),
)
WITHHELD = Translated(
    "Kỳ này còn bỏ ra, vì tổng sẽ làm lộ số đã che: {lines}.",
    "Also left out of this release, because a total would give a hidden count away: {lines}.",
)
DOWNLOADS = Translated("Tải số liệu", "Download")
SHOW_ALL = Translated("Xem toàn bộ bảng", "Show the whole table")
FIRST_COLUMN = Translated("Nhóm", "Group")
NOT_KNOWN = Translated("không rõ", "unknown")
HIDDEN_HINT = Translated(
    "* là từ 1 đến 7 người, hoặc quá ít để nêu tỷ lệ.", "* is 1 to 7 people, or too few for a rate."
)

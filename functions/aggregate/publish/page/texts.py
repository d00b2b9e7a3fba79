"""The sentences of the published page, in both languages."""

from health_record.language import Translated

SERVICE = Translated("Sổ Sức Khỏe", "Health record book")
HEADING = Translated("Tình hình sức khỏe theo bản khai", "Health, as people declare it")
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
CHANGE_WEEK = Translated("So với tuần trước: {change}.", "Since last week: {change}.")
CHANGE_QUARTER = Translated("So với quý trước: {change}.", "Since last quarter: {change}.")
NO_CHANGE = Translated("không khác đáng kể", "no clear difference")
PACE = Translated(
    "Với tốc độ bốn tuần qua, mốc 90 % đạt được vào khoảng {date}.",
    "At the pace of the last four weeks, 90 % is reached around {date}.",
)
MISSING = Translated("Còn thiếu để đạt 90 %", "Missing to 90 %")
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
SOURCE = Translated("Nguồn dân số: {sources}, năm {years}.", "Source of the population: {sources}, of {years}.")
PROGRESS_LACKING = Translated(
    "{residents} người có hồ sơ. Số dân tham chiếu còn thiếu ở {wards} phường xã, nên chưa tính được tỷ lệ của cả "
    "tỉnh, thành phố.",
    "{residents} people have a record. The reference population is not complete for {wards} wards, so no share of the "
    "whole province can be given.",
)
OVER = Translated(
    "Trên 100 % nghĩa là hồ sơ nhiều hơn số dân tham chiếu: số dân đã cũ, có người được khai hai lần, hoặc có hồ sơ "
    "không có thật. Con số này chưa dùng được để đánh giá tiến độ.",
    "Over 100 % means more records than people in the reference: the population is old, people were declared twice, "
    "or records are made up. Such a figure does not tell progress.",
)
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
PATTERN = Translated("{name} theo giới và tuổi (%)", "{name} by sex and age (%)")
VOLUNTEERS = Translated(
    "Người khai là người tự nguyện, không phải mẫu đại diện. Tỷ lệ là trong số người đã trả lời câu hỏi; người chưa "
    "trả lời hoặc không biết không được tính.",
    "People declare of their own accord; they are not a sample. Rates are among those who answered the question; those "
    "who did not answer or do not know are left out.",
)
STANDARDISED = Translated(
    "Để so sánh giữa các nơi và các năm: tỷ lệ chuẩn hóa theo tuổi dùng dân số chuẩn thế giới của WHO; tỷ lệ hiệu "
    "chỉnh theo dân số cho mỗi nhóm tuổi đúng tỷ trọng của nhóm đó trong dân số thật. Cả hai không sửa được việc "
    "nam nữ khai không đều và người khai khác người không khai trong cùng một nhóm.",
    "To compare places and years: the age-standardised rate uses WHO's world standard population; the rate weighted to "
    "the population gives each age group the share that it really has. Neither mends that one sex declares more, or "
    "that those who declare may differ from others of the same group.",
)
RISKS = Translated("Yếu tố nguy cơ", "Risk factors")
IMMUNIZATIONS = Translated("Tiêm chủng", "Immunizations")
DIAGNOSES = Translated("Chẩn đoán do cơ sở y tế báo", "Diagnoses reported by facilities")
NO_DIAGNOSES = Translated(
    "Trong 52 tuần qua chưa tuần nào có đủ người bệnh để hiện con số.",
    "In none of the last 52 weeks were there enough people ill to show a figure.",
)
FORECASTS = Translated("Dự báo", "Forecasts")
FORECAST_CHART = Translated("{name}: đã ghi nhận và dự báo", "{name}: counted and forecast")
SIGNAL = Translated(
    "{name}: số ca trong bốn tuần đến {week} cao hơn mức thường. Đây là tín hiệu cần xác minh, chưa phải kết luận có "
    "dịch. {comment}",
    "{name}: more cases than usual in the four weeks up to {week}. A signal to look into, not yet an outbreak. "
    "{comment}",
)
WATCHED = Translated(
    "Dấu hiệu ca bệnh tăng bất thường được tìm ở: {names}. Bệnh khác chưa đủ hai năm số liệu nên chưa tìm: không có "
    "thông báo không có nghĩa là không có dịch.",
    "Unusually many cases are looked for in: {names}. Other diseases do not have two years of weeks yet: no notice of "
    "them does not mean that there is no outbreak.",
)
WATCHED_NONE = Translated(
    "Chưa tìm dấu hiệu ca bệnh tăng bất thường ở bệnh nào, vì cần đủ hai năm số liệu: không có thông báo không có "
    "nghĩa là không có dịch.",
    "Unusually many cases are not looked for in any disease yet, as that takes two years of weeks: no notice does not "
    "mean that there is no outbreak.",
)
NOWCAST = Translated("Ước tính những tuần chưa đủ báo cáo", "Estimates for weeks whose reports are still coming")
NOWCAST_IS = Translated(
    "Các cơ sở y tế báo chậm vài tuần. Bảng này ước tính số ca khi đủ báo cáo, kèm khoảng ước tính 80 %.",
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

PROGRESS_FEW = Translated(
    "{residents} người có hồ sơ. So với dân số cả tỉnh, thành phố còn quá ít để nêu tỷ lệ.",
    "{residents} people have a record. Of the whole population that is too few for a share.",
)
PROGRESS_PILOT = Translated(
    "Trong {wards} phường xã đã bắt đầu (tuần {week}): {people} người có hồ sơ, bằng {percent} % dân số ở đó. Còn "
    "thiếu {left} người để đạt 90 %.",
    "In the {wards} wards that have begun (week {week}): {people} people have a record, {percent} % of who lives "
    "there. {left} are missing to 90 %.",
)
WARDS_ARE = Translated(
    "Chỉ các phường xã đã có từ 30 người khai, thấp nhất trước. Bảng cho biết còn thiếu bao nhiêu người để đạt 90 % "
    "và, với tốc độ từ quý trước, bao giờ đạt; dấu – là chưa nói được hoặc quá 20 năm.",
    "Only wards with 30 or more people, lowest first. The table says how many are missing to 90 % and when it is "
    "reached at the pace since the last quarter; – means not to be said yet, or in over 20 years.",
)
REACHED = Translated("Đạt 90 % khoảng", "90 % around")
WEEK_COLUMN = Translated("Tuần", "Week")
WARD_COLUMN = Translated("Phường, xã", "Ward")
PERIOD_COLUMN = Translated("Kỳ", "Period")
GROUP_COLUMN = Translated("Nhóm", "Group")
MEANS_AGES = Translated(
    "Mỗi thanh là số người (hoặc phần trăm dân số) ở tuổi đó đã có hồ sơ.",
    "Each bar is how many people (or what share of the population) of that age have a record.",
)
MEANS_WEEKS = Translated(
    "Mỗi cột là số người khai lần đầu trong một tuần.",
    "Each column is how many people declared for the first time in a week.",
)
HAVE_IT = Translated("Bao nhiêu phần trăm có bệnh", "How many percent have it")
MEANS_CONDITIONS = Translated(
    "{percent} % nghĩa là: cứ 100 người đã trả lời câu hỏi thì khoảng {people} người nói có. Riêng sai số ngẫu nhiên "
    "đã có thể làm tỷ lệ chung lệch đến {points} điểm phần trăm, ở nhóm nhỏ lệch nhiều hơn.",
    "{percent} % means: of 100 people who answered the question, about {people} said that they have it. The random "
    "error alone may move a rate of all by {points} points, and one of a small group by more.",
)
MEANS_PATTERN = Translated(
    "Tỷ lệ trong số người cùng giới hoặc cùng tuổi đã trả lời.",
    "The share among those of that sex or age who answered.",
)
MEANS_RISKS = Translated(
    "Tỷ lệ trong số người đã trả lời từng câu; chỉ số khối cơ thể và huyết áp tính từ số đo của người từ 18 tuổi.",
    "The share among those who answered each question; body mass index and blood pressure are of adults who were "
    "measured.",
)
VACCINATED = Translated("Bao nhiêu phần trăm nói đã tiêm", "How many percent say they were vaccinated")
MEANS_VACCINES = Translated(
    "Theo lời khai của người đã trả lời, không phải tỷ lệ tiêm chủng của ngành y tế.",
    "As people say who answered; not the coverage that the health service reports.",
)
MEANS_DIAGNOSES = Translated(
    "Mỗi cột là số người được chẩn đoán trong một tuần (theo ngày khởi bệnh); một người chỉ tính một lần cho mỗi đợt "
    "bệnh. Một tuần được công bố bốn tuần sau khi kết thúc và không sửa nữa.",
    "Each column is how many people were diagnosed in a week, by the day they fell ill; an episode counts once. A "
    "week is published four weeks after its end and not changed again.",
)
DIAGNOSES_CHART = Translated("{name}: số người mỗi tuần", "{name}: people each week")
MEANS_FORECASTS = Translated(
    "Đường liền là đã ghi nhận, đường đứt là dự báo. Dải đậm nhất chứa số thật 50 lần trong 100, dải giữa 80, dải "
    "nhạt 95; các dải có thể vượt khỏi hình.",
    "The solid line was counted, the dashed one is forecast. The darkest band holds the true figure 50 times in 100, "
    "the middle one 80, the light one 95; bands may go beyond the picture.",
)
FORECAST_UNTIL = Translated("Đã ghi nhận đến {period}.", "Counted until {period}.")
STALE = Translated(
    "Chuỗi này đã hơn một quý không có số mới: đây không phải là dự báo cho những tuần tới.",
    "This series has had no new figure for over a quarter: it is no forecast of the weeks to come.",
)
FORECAST_WAS = Translated(
    "Khi dự báo lại quá khứ, sai số trước 1, 3 và 6 kỳ bằng {one}, {three} và {six} % của cách đoán đơn giản tốt nhất"
    " (dưới 100 là tốt hơn), và khoảng dự báo 80 % đã chứa số thật {held} lần trong 100.",
    "When the past is forecast again, the error 1, 3 and 6 periods ahead is {one}, {three} and {six} % of the best "
    "simple guess's (under 100 is better), and the 80 % interval held the true figure {held} times in 100.",
)
MEANS_FUNNEL = Translated(
    "Trong mỗi tuần: trang được mở từ áp phích bao nhiêu lần, bao nhiêu số điện thoại được xác minh, bao nhiêu bản "
    "khai được gửi.",
    "In each week: how often the page was opened from a poster, how many phones were proven, how many declarations "
    "sent.",
)
LEGEND = Translated("Cách đọc các ký hiệu", "How to read the signs")
SIGNS = (
    Translated("không có ai hoặc quá ít người để nêu", "nobody, or too few people to say"),
    Translated("chưa biết: không có dân số hoặc chưa ai trả lời", "not known: no population, or nobody has answered"),
    Translated("chưa nói được, quá 20 năm, hoặc đã đạt", "cannot be said yet, in over 20 years, or reached"),
)
CHART_SIGNS = (
    Translated("quá ít người để vẽ; không theo tỷ lệ", "too few people to draw; not to scale"),
    Translated("đã ghi nhận", "counted"),
    Translated("dự báo", "forecast"),
    Translated("chứa số thật 50, 80 và 95 lần trong 100", "hold the true figure 50, 80 and 95 times in 100"),
    Translated("mốc 90 %", "the goal of 90 %"),
)
EARLIER = Translated("Các kỳ trước nữa", "Releases before these")
ALL_TABLES = Translated("đủ các bảng", "all tables")
FILES = Translated("Từng bảng (CSV)", "Each table (CSV)")
DICTIONARY = Translated("Từ điển số liệu", "Dictionary of the data")
INDEX = Translated("Danh mục các kỳ (JSON)", "Index of all releases (JSON)")
DISTANCES = Translated("Còn bao xa đến 90 %", "How far to 90 %")
DICTIONARY_IS = Translated(
    "Tệp data.csv có mỗi con số một dòng, với các cột sau. Dấu * là không có ai hoặc quá ít; ô unknown là chưa biết.",
    "The file data.csv has one figure a line, in these columns. * means nobody or too few; unknown means not known.",
)
TABLES = Translated("Các bảng", "Tables")
COLUMN = Translated("Cột", "Column")
MEANING = Translated("Ý nghĩa", "Meaning")
TABLE = Translated("Bảng", "Table")
UNIT = Translated("Đơn vị", "Unit")
EVERY = Translated("Công bố", "Published")
WEEKLY = Translated("mỗi tuần", "each week")
QUARTERLY = Translated("tuần 13, 26, 39, 52", "weeks 13, 26, 39, 52")
UNITS = {
    "people": Translated("người", "people"),
    "cases": Translated("ca", "cases"),
    "percent": Translated("%", "%"),
}

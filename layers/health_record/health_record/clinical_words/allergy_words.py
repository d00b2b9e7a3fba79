"""The words that tell of an allergy: its names, a reaction after something was taken, a positive test of a medicine.

They are read in small letters with their marks (`rendering.plain_words`). "Chống dị ứng" is a medicine, "phòng phản vệ"
what was prepared for, and "Uống thuốc đỡ nổi mẩn" what helped.
"""

import re

_DRUG = (
    r"(?:\w{0,12}cill?in\w*|augmentin\w*|ce[fp]h?[a-z]{3,}|rocephin\w*|zinnat|sulfa\w+|cotrimoxazol\w*|bactrim\w*"
    r"|biseptol|vanco\w*|clinda\w*|\w{2,12}floxacin\w*|\w{2,12}mycin\w*|metronidazol\w*|lidocain\w*|novocain\w*|iohexol"
    r"|ultravist|latex)"
)
DRUG = re.compile(_DRUG)
_IRRITANT = rf"(?:{_DRUG}|aspirin|nsaids?|kháng viêm|ibuprofen|diclofenac|paracetamol|cản quang|thuốc cản quang|iod)\b"
_RASH = (
    r"(?:nổi (?:mẩn|ban|mề đay|mày đay)|(?:mề|mày) đay|phát ban|mẩn (?:đỏ|ngứa)|ban đỏ|hồng ban"
    r"|đỏ (?:da toàn thân|người|bừng|toàn thân)|ngứa (?:toàn thân|khắp|họng|cổ họng|miệng|môi)"
    r"|(?:sưng|phù)(?: nề)? (?:môi|mặt|mắt|mí|lưỡi|họng|mạch|quincke))"
)
_BREAKDOWN = r"(?:khó thở|tím tái|tụt (?:huyết áp|ha\b)|ngất|xỉu|choáng|sốc|co thắt|ngứa|ngừng tim|ngưng tim)"
# What a medicine did, behind its name.
REACTION = re.compile(
    rf"(?:(?:bị|gây|có|tiền sử|từng) )*(?:{_RASH}|{_BREAKDOWN}|dị ứng|phản vệ|mẩn|ngứa|nổi(?! (?:bật|trội))"
    r"|phù(?! hợp)|ban\b(?! (?:ngày|đầu|đêm))|stevens|sjs"
    r"|hoại tử|chống chỉ định|tránh|rash|itch|swell|shock|hives|urticaria|anaphyla|angio)"
)
_TAKEN = r"\b(?:uống|tiêm|chích|truyền|dùng|ăn|xịt|thoa|bôi)"
# Between what was taken and a reaction: not what helps, why it was taken, or what was eaten well.
_NAMED = (
    r"(?: (?!(?:đỡ|hết|giảm|bớt|trị|chữa|chống|điều|không|ko|chưa|vì|do|để|khi|phòng|kháng(?! (?:sinh|viêm))|kém|được"
    r"|ít|bình|tốt|uống|no|cơm|ngứa|rượu|bia|nước|insulin)\b)[^\s:;,.]+)"
)
# Medicines of cancer lower the white cells of everybody, and infections make a rash.
_OF_CANCER = (
    r"\w*platin|\w*taxel|\w*rubicin|\w*tinib|\w*ciclib|cyclophos|ifosfa|gemcit|etopos|irinot|topot|capecit|methotr|vin(?:cri|bla|ore)"
    r"|fluorour|pemetr|cytarab|azacit|decitab|temozol|mitomyc|bleomyc|dacarb|hydroxyur|mercaptop|folf|xelox"
)
_BURNS = (
    r"(?:bỏng|phỏng|tì|tỳ|loét|nhiễm(?! độc)|tụ cầu|liên cầu|chèn|ép|đè|thiếu|lạnh|nước"
    r"|lửa|điện|xạ|rắn|h(?:óa|oá) chất|zona|virus)\b"
)
_INFECTIONS = (
    r"herpes|mycopl|streptoc|epstein|candida|dengue|rubella|chlamyd|ricketts|salmon|yersin|parvov|coxsac|entero"
)
# Each of the words begins with one of these: most words of a paper need no closer look.
_BEGINS = (
    r"\b(?=dị ứng|ph(?:ản|át|ù)|qu[ái]|m[ẫẩàềấ]|sốc|sh?ock |hoại tử|khó thở|co thắt|ngừng tim|ngất|tím|đỏ |hit "
    r"|agep|giảm bạch|nổi"
    r"|ban đỏ|hồng ban|giảm tiểu|ngứa|sưng|uống|tiêm|chích|cản quang"
    r"|aspirin|nsaid|hen |truyền|dùng|ăn "
    r"|xịt|thoa|bôi|pư|pv|không|ko |kém|nhạy|cấm|chống|ccđ|aerd|red|ten |stevens|(?:hc)?sjs|lyell|dress|hyper"
    r"|allerg|anaphyla)"
)
WORDS = re.compile(
    _BEGINS + r"(?:(?<!chống )(?<!kháng )(?<!nguy cơ )(?<!thể gây )dị ứng"
    r"|(?<!nguy cơ )(?<!phòng )(?<!phác đồ )(?<!chống )(?<!hộp )(?<!phòng sốc )(?<!phác đồ sốc )(?<!chống sốc )"
    r"(?<!hộp sốc )(?<!dõi dấu hiệu )(?<!vấn dấu hiệu )(?<!dẫn dấu hiệu )(?<!biết dấu hiệu )phản vệ"
    r"|quá mẫn|mẫn cảm"
    r"|(?:sốc|shock|sock) (?:sau|do|với) (?:khi )?(?:tiêm|chích|uống|dùng|truyền|thuốc|kháng sinh|gây tê)"
    r"|(?:shock|sock) (?:thuốc|kháng sinh)\b"
    rf"|hoại tử (?:thượng|biểu) bì(?!(?: \w+){{0,4}} (?:do|vì|sau|bởi) {_BURNS}(?![^.;,\n]*(?:thuốc|trị liệu|{_DRUG})))"
    r"|agep\b|hit (?:do|type|typ|típ|tuýp|ii)\b"
    rf"|(?:giảm|mất) bạch cầu hạt do (?:(?!dengue|{_OF_CANCER})[a-z]{{6,}}|ptu\b|thuốc kháng giáp)"
    r"|(?<!đỡ )(?<!giảm )(?<!hết )(?<!bớt )(?<!còn )"
    r"(?:khó thở|co thắt phế quản|tím tái|đỏ (?:da|người|bừng))"
    rf" (?:sau|do|khi) (?:khi )?(?:tiêm|uống|dùng|truyền) (?:thuốc )?{_IRRITANT}"
    rf"|hồng ban(?: (?:đa dạng|nhiễm sắc|cố định)){{0,2}} (?:do|sau)"
    rf" (?:{_IRRITANT}|thuốc\b|(?!{_INFECTIONS})[a-z]{{6,}})"
    r"|(?:mày đay|mề đay|phù mạch|phát ban|nổi mẩn) (?:do|sau|với|khi) |quincke|sốc thuốc"
    r"|(?:nổi ban|mẩn (?:đỏ|ngứa)|ban đỏ|hồng ban|phù (?:mặt|môi|lưỡi)) (?:do|sau|khi) (?:khi )?"
    r"(?:tiêm|uống|dùng|truyền|ăn|thuốc)|giảm tiểu cầu do heparin"
    r"|(?:ngứa|sưng)(?: \w+){0,3} (?:khi|sau|do) (?:khi )?(?:ăn|uống|tiêm|dùng|truyền) "
    rf"|(?<!đỡ )(?<!hết )(?<!giảm )(?<!không )(?:{_RASH}|sốc|ngất|khó thở) sau (?:khi )?{_DRUG}|sốc pv\b"
    rf"|ngừng tim (?:sau|do|khi) (?:tiêm|truyền|dùng|gây tê) {_DRUG}"
    rf"|{_TAKEN}{_NAMED}{{1,5}}? (?:{_RASH}|(?:bị|thì|xong|là) {_BREAKDOWN})"
    rf"|cản quang (?:{_RASH}|(?:bị|thì|xong) (?:{_RASH}|{_BREAKDOWN}))"
    r"|(?:aspirin|nsaids?) (?:bị |thì )?lên cơn hen|hen do (?:aspirin|nsaids?)"
    rf"|phản ứng (?:với |do )?(?:thuốc|{_IRRITANT})|pư (?:với |do )?(?:thuốc|{_IRRITANT})"
    rf"|(?:không|ko|kém) dung nạp (?:với )?{_IRRITANT}|nhạy cảm (?:với )?(?:aspirin|nsaids?|thuốc cản quang)"
    rf"|(?:không|ko) (?:được|nên) (?:dùng|tiêm|uống|cho) (?:thuốc )?{_DRUG}"
    rf"|(?:không|ko) (?:chịu|dùng|uống|tiêm) được (?:với )?(?:thuốc |nhóm )?{_IRRITANT}"
    rf"|(?:cấm|chống chỉ định|ccđ)(?: dùng)? {_DRUG}"
    r"|pv (?:độ|do) ?(?:i|[1-4])|pưpv\b|aerd\b|red ?man\b"
    r"|ten (?:do|sau) (?:cot|all|car|phe|amo|ce|bac|sul|nev|lam|thuốc)"
    r"|stevens|(?:hc)?sjs\b|lyell|dress\b|hypersensitiv"
    r"|(?<!non-)(?<!non )(?<!anti-)allerg|anaphyla)"
)
# A test of a medicine with its result, over the end of a clause: "Test Ceftriaxone: dương tính".
TESTED = re.compile(
    rf"\b(?:test|thử)(?: (?:phản ứng|thuốc|kháng sinh|da|lẩy da|nội bì|trong da|với|{_DRUG})){{1,5}}"
    rf"[ :=(]{{1,3}}(?:dương tính|\+)|\b{_DRUG} ?: ?test[ :=(]{{1,3}}(?:dương tính|\+)"
)
# "Cefuroxim gây mề đay"
CAUSED = re.compile(
    rf"(?<!không )(?<!nghi )\b{_DRUG} gây (?:{_RASH}|{_BREAKDOWN}|nổi|phản vệ)|\bten ?[-:] ?[a-z]{{6,}}"
)
AIRBORNE = re.compile(
    r"viêm (?:mũi|xoang|mũi xoang|kết mạc|da|phế quản) dị ứng|hen (?:phế quản )?dị ứng|allergic (?:rhinitis|asthma"
    r"|conjunctivitis|sinusitis|dermatitis|rhinoconjunctivitis)"
)
# One of these is in every text that tells.
_PARTS = """
dị ứng|phản vệ|llerg|naphyla|quá mẫn|mẫn cảm|sốc|đay|phù mạch |phát ban|nổi mẩn|nổi ban|mẩn đỏ|mẩn ngứa|ban đỏ
hồng ban|phù m|phù lưỡi |quincke|heparin|stevens|sjs|lyell|dress|hypersensitiv|ngứa|sưng|phù nề|khó thở|tím tái
tụt |ngất|xỉu|choáng|cơn hen|hen do|co thắt|ngừng tim|ngưng tim|phản ứng|pư|dung nạp|nhạy cảm|được dùng|nên dùng|cấm
gây |shock |sock |hoại tử t|hoại tử b|agep|hit |bạch cầu hạt do|đỏ da|đỏ người|đỏ bừng|đỏ toàn
chỉ định|ccđ|pv|dùng được|chịu được|uống được|tiêm được|aerd
red man|redman|ten -|ten:|ten do|ten sau|được tiêm|được uống|được cho|nên tiêm|nên uống|nên cho|(+|dương tính|:+|: +
"""
PARTS = tuple(_PARTS.strip().replace("\n", "|").split("|"))
ELLIPSIS = re.compile(r"\.{2,}|…|[-–](?: ?[-–]){2,}|\bv\.v\b\.?")

"""Diseases that change what is done in the first minutes, by ICD-10 and in the words and abbreviations of hospitals.

How they were chosen, and what was left out: decision 0067.
"""

import re

from health_record.clinical_words.phrases import Phrases

_CODES = """
A15|A16|A3[3-5]|A39|A4[01]|A82|A91|A97\\.2|B2[0-4]|B50|Z21
C\\d|D4[5-7]|D35\\.0
D5[5-9]|D6|D7[0-3]|D8[0-4]
E0[5]|E03\\.5|E1[0-4]|E15|E16\\.[0-2]|E23\\.[02]|E2[457]|E7[124]|E80\\.[0-2]|E84
F1[0-689]\\.[2-4]|X[67]\\d|X8[0-4]|Z91\\.5
G12|G4[01]|G61\\.0|G7[01]|G9[15]|G93\\.[1256]|R56
I0[5-9]|I2|I3|I4[0-9]|I5[01]|I6|I7[0-4]|I80\\.[1-3]|I8[125]|R57
J38\\.[46]|J4[4-7]|J8[04]|J9[356]|Z93\\.0
K70\\.[1-4]|K71\\.[17]|K72|K74|K76\\.[67]|K92\\.[0-2]
M31\\.[137]|M32
N1[7-9]
O|Q2[0-8]|Z32\\.1|Z3[345]
L27\\.0|L51\\.[12]|T78|T80\\.5|T88|Z88|Z91\\.0
Z92\\.1|Z9[459]|Z98\\.2
"""
CODES = re.compile("|".join(_CODES.split()))  # of ICD-10
# What whoever puts somebody to sleep must know, wherever it is written.
_OF_ANAESTHESIA = """
cormack 3b|cormack iiib|cormack lehane 3b|cormack lehane iiib|cl grade iii|cl grade iv|cl grade 3|cl grade 4
cl iii|cl iv|grade 4 view|cico|!đặt ống khó thở|đặt ống khó|intubation difficult|há miệng hạn chế
hẹp khí quản|không đặt được ống|đặt nkq không được|đặt nội khí quản không được
nội khí quản khó|nội khí quản rất khó|khó đặt nội khí quản|khó đặt ống nội khí quản|nkq khó|nkq rất khó|khó đặt nkq
đường thở khó|cormack 3|cormack 4|cormack iii|cormack iv|cormack độ 3|cormack độ 4|cormack độ iii|cormack độ iv
cormack lehane 3|cormack lehane 4|cormack lehane iii|cormack lehane iv|cormack lehane độ 3|cormack lehane độ 4
cormack lehane độ iii|cormack lehane độ iv|cormack grade 3|cormack grade 4|cormack lehane grade 3|cormack lehane grade 4
!rút nội khí quản thất bại|!rút nkq thất bại|!rút ống nội khí quản thất bại
!mũi khó thông khí
!mũi phải khó thông khí|!mũi trái khó thông khí|!hai mũi khó thông khí|!mũi phải hơi khó thông khí
!mũi trái hơi khó thông khí|!rút ống nkq thất bại
nội khí quản thất bại|nkq thất bại|không đặt được nội khí quản|không đặt được nkq|không đặt được ống nội khí quản
màng nhẫn giáp|màng giáp nhẫn|không thông khí được|không bóp bóng được|thông khí mặt nạ khó|thông khí mask khó
thông khí qua mask khó|thông khí qua mặt nạ khó|khó thông khí|failed intubation|cannot intubate|cannot ventilate
difficult airway|difficult intubation|mallampati 4|mallampati iv|mallampati độ iv|mallampati độ 4
sốt cao ác tính|tăng thân nhiệt ác tính|malignant hyperthermia|pseudocholinesterase
"""
WORDS = Phrases(f"""
{_OF_ANAESTHESIA}
!tiền đái tháo đường|!tiền tiểu đường|!tiền đtđ|!kháng insulin|!đề kháng insulin|!stent niệu quản|!stent jj
!stent thận|!bắc cầu răng|!suy nhược|!mong có thai|!muốn có thai|!mong mang thai|!g6pd bình thường|!men g6pd bình thường
!tiêm phòng uốn ván|!tiêm ngừa uốn ván|!tiêm uốn ván|!tiêm phòng bệnh dại|!tiêm phòng dại|!tiêm ngừa bệnh dại
!phòng uốn ván|!phòng bệnh dại|!ngừa uốn ván|!ngừa bệnh dại|!vắc xin uốn ván|!vắc xin bệnh dại|!vắc xin não mô cầu
!vắc xin viêm màng não|!vaccine não mô cầu|!vaccine viêm màng não|!vaccin não mô cầu|!tiêm ngoài màng cứng
!tê ngoài màng cứng|!phòng viêm màng não|!phòng não mô cầu|!ngừa viêm màng não|!ngừa não mô cầu
!kháng uốn ván|!chăm sóc|!săn sóc|!sóc trăng|!sóc sơn|!bệnh đại tràng|!bệnh đại trực tràng
!uống từ từ|!ăn từ từ|!tiêm từ từ|!truyền từ từ|!tăng từ từ|!giảm từ từ
!theo hẹn|!lịch hẹn|!giấy hẹn|!đến hẹn|!đúng hẹn|!hẹn khám|!hẹn tái khám|!hẹn lại|!hẹn ngày|!hẹn mổ
suy tim|nhồi máu|nmct|stemi|nstemi|hcvc|hội chứng vành|đtnkođ|bttmcb|tmct|thiếu máu cơ tim|thiếu máu cục bộ
mạch vành|đmv|vành cấp|suy vành|đau thắt ngực|stent|bắc cầu|cabg|pci|bệnh tim
rung nhĩ|cuồng nhĩ|rn đáp ứng|af|paf|rung thất|nhịp nhanh|nhịp chậm|block nhĩ thất|bloc nhĩ thất|blốc nhĩ thất|block av
bav|suy nút xoang
brugada|qt dài|qt kéo dài|wpw|wolff|bệnh cơ tim|cơ tim giãn|cơ tim phì đại|viêm cơ tim|nội tâm mạc|màng ngoài tim
chèn ép tim|tim bẩm sinh|tbs|fallot|thông liên|tln|còn ống động mạch|cođm|eisenmenger|hậu thấp|thấp tim
lá cơ học|chủ cơ học|đmc cơ học|hẹp van|hở van|hẹp khít|hẹp hai lá|hẹp chủ|hẹp động mạch chủ|van cơ học|van tim
van nhân tạo|van sinh học|thay van|valve
tăng áp phổi|tăng áp động mạch phổi|phù phổi|nyha|ef giảm|phân suất tống máu|heart failure|infarct*|fibrillation
afib|a fib|hfref|mvr|avr|dvr|t1dm|pm # buồng|cắt thượng thận|máu không đông|hẹp khí quản
máy tạo nhịp|pacemaker|phá rung|crt d|cấy icd|đặt icd|máy icd|ngừng tim|ngưng tim|ngừng tuần hoàn|ngưng tuần hoàn
bóc tách|phình động mạch|phình đmc|phình mạch|phình tách|phình giáp|aneurysm|dissection
huyết khối|thuyên tắc|tắc mạch|tắc động mạch|dvt|hktms|hktmsa|nhồi máu phổi|thrombo*|embol*
đột quỵ|đột quị|tai biến mạch|tbmmn|tbmn|nhồi máu não|nmn|xuất huyết não|xhn|xuất huyết nội sọ|dưới nhện|dưới màng cứng
ngoài màng cứng|máu tụ|dị dạng mạch|dị dạng động tĩnh mạch|avm|u não|áp lực nội sọ|não úng thủy|não úng thuỷ|stroke
shunt não|vp shunt|shunt vp|não thất ổ bụng|động kinh|co giật|epilep*|seizure*|parkinson|nhược cơ|myasthen*
guillain|loạn dưỡng cơ|teo cơ tủy|xơ cứng cột bên|liệt tứ chi|chấn thương tủy|kẹp phình
hen|suyễn|hpq|asthma|copd|bptnmt|tắc nghẽn mạn|tắc nghẽn mãn|tâm phế mạn|suy hô hấp|xơ phổi|giãn phế quản
thở oxy|thở máy|mở khí quản|khai khí quản|mkq|tracheost*|ngưng thở khi ngủ|ngừng thở khi ngủ|tràn khí màng phổi
lao phổi|lao kháng|lao màng não|afb
xơ gan|suy gan|não gan|giãn tĩnh mạch thực quản|tmtq|giãn vỡ|tăng áp cửa|tăng áp lực tĩnh mạch cửa|cirrhosis
xuất huyết tiêu hóa|xuất huyết tiêu hoá|xhth
suy thận|bệnh thận mạn|bệnh thận mãn|bệnh thận giai đoạn|ckd|esrd|lọc máu|chạy thận|thận nhân tạo|ctnt|lọc màng bụng
stm giai đoạn|stm gđ|btm giai đoạn|btm gđ|tăng kali máu|tăng k máu|!hạ k máu|thẩm phân|dialysis|kidney failure
renal failure|liver failure|respiratory failure|failure
đái tháo đường|tiểu đường|đái đường|đtđ*|đtd|hđh|hôn mê|diabet*|insulin|hạ đường huyết|nhiễm toan|toan ceton|dka
đái tháo nhạt
suy thượng thận|suy tuyến thượng thận|suy vỏ thượng thận|tuyến thượng thận|thượng thận bẩm sinh
addison|cushing|suy tuyến yên
corticoid kéo dài|lệ thuộc corticoid|phụ thuộc corticoid|bão giáp|cường giáp|basedow|graves|tủy thượng thận|pheochromo*
porphyr*|wilson|rối loạn chuyển hóa bẩm sinh|rối loạn chuyển hoá bẩm sinh|chu trình urê|melas|g6pd|men g6pd
máu khó đông|hemophil*|haemophil*|rối loạn đông máu|willebrand|thiếu yếu tố|giảm tiểu cầu|itp|xhgtc|do heparin
thalassemi*|thalassaemi*|tan máu|tán huyết|tan huyết|hồng cầu hình liềm|suy tủy|suy tuỷ|bạch cầu cấp|bạch cầu tủy
bạch cầu mạn|leukemi*|leukaemi*|lymphom*|u lympho|đa u tủy|đa u tuỷ|cắt lách|mất lách|không có lách|lách đã cắt|asplen*
chống đông|kháng đông|loãng máu|kháng kết tập|kháng tiểu cầu|anticoag*|giảm bạch cầu|bạch cầu hạt|methemoglobin*
kháng thể bất thường
ung thư|ung thu|cancer|carcinom*|sarcom*|di căn|u ác|hóa trị|hoá trị|xạ trị|k phổi|k gan|k vú|k dạ dày|k đại tràng
k trực tràng|k giáp|k tuyến giáp|k tử cung|k cổ tử cung|k ctc|k buồng trứng|k tụy|k tuỵ|k thực quản|k vòm|k tiền liệt
k tlt|k máu|kphổi|kgan|kvú|kdd|utp|utbmtbg|hcc|ut phổi|ut gan|ut vú|ut dạ dày|ut đại tràng|ut trực tràng|ut giáp
ut tuyến giáp|ut tử cung|ut cổ tử cung|ut ctc|ut buồng trứng|ut tụy|ut thực quản|ut vòm|ut tlt|ut máu|ut bàng quang
k thận|k bàng quang|k hạch|k xương|k lưỡi|k thanh quản|k não|k đường mật|k nguyên bào
suy giảm miễn dịch|hiv|aids|ức chế miễn dịch|thải ghép|ghép tim|ghép gan|ghép thận|ghép tủy|ghép tuỷ|ghép phổi|ghép tạng
ghép tế bào gốc|transplant*|lupus|sle
mang thai|có thai|có bầu|thai lần|tsg|thai # tuần|thai #|thai trên|con so|con rạ|song thai|tiền sản giật|sản giật|hellp
nhau tiền đạo
rau tiền đạo|nhau bong|rau bong|nhau cài|thai ngoài|chửa ngoài|tntc|gntc|dọa sẩy|dọa sảy|doạ sẩy|doạ sảy|dọa sinh non
pregnan*|ectopic|chuyển dạ|băng huyết
cormack
!viêm mũi dị ứng|!viêm mũi xoang dị ứng|!viêm xoang dị ứng|!viêm kết mạc dị ứng|!viêm da dị ứng|!nghiện thuốc lá
!nghiện game|!tầm soát ung thư|!allergic rhinitis|!allergic conjunctivitis
dị ứng|phản vệ|allerg*|anaphyla*|quá mẫn|mẫn cảm|spv|stevens|sjs|lyell|dress
!ngộ độc thức ăn|!ngộ độc thực phẩm
ngộ độc|paraquat|tự sát|tự tử|tự hại|suicid*|cai rượu|sảng rượu|nghiện|methadon*
uốn ván|bệnh dại|não mô cầu|viêm màng não|nhiễm trùng huyết|nhiễm khuẩn huyết|sốc|sốt rét ác tính|dengue nặng
sốt xuất huyết nặng|sxh nặng|sxhd nặng
dấu hiệu cảnh báo|sepsis
""")
# A disease of a relative alone, and none that is handed on, or that a mother gives to her child before birth.
OF_RELATIVE = re.compile(
    r"(?!.*\b(?:thai|sản|hiv|aids|viêm gan|vgb|giang mai|lao|thủy đậu|rubella|ác tính|hemophil\w*|haemophil\w*|đông|qt"
    r"|porphyr\w*|brugada|g6pd|thalass\w*|cơ tim|đột tử|nhược cơ|pseudo\w*|basedow|cường giáp|lupus|tiểu cầu)\b)"
    r"(?:(?:tiền sử |ts )?gia đình ?:? ?(?:có )?)?(?:bố mẹ|cha mẹ|bố|cha|mẹ|(?:anh|em) trai|(?:chị|em) gái"
    r"|(?:ông|bà) (?:nội|ngoại))(?: (?:ruột|đẻ))?"
    r"(?: (?:của )?(?:bn|bệnh nhân|người bệnh|tôi|cháu|bé|trẻ))?(?: (?:bị|mắc|có|tử vong|mất|chết|do|vì))*"
    r" (?:(?!\b(?:bản thân|bn|bệnh nhân|người bệnh|trẻ|bé|tôi|cháu)\b)[^,.;:()\n]){1,40}"
    # and that the person has none
    r"(?:[,;.]? ?(?:bản thân|bn|bệnh nhân|tôi):? (?:khỏe mạnh|khỏe|khoẻ mạnh|khoẻ|bình thường|không bệnh))?"
)
OF_ANAESTHESIA = Phrases(_OF_ANAESTHESIA)

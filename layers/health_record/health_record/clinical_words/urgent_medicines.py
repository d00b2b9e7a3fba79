"""Medicines that change what is done in the first minutes: those that make bleed, lower sugar, hold down defence or
pain, or must not be missed. By ATC and by names and brands that are known in Vietnam.

How they were chosen: decision 0067.
"""

import re

from health_record.clinical_words.phrases import Phrases
from health_record.rendering.plain_words import plain, without_marks

# Against clotting, for diabetes, steroids, cancer and immunity, epilepsy, heart rhythm, beta blockers, opioids,
# clozapine and lithium, myasthenia, desmopressin.
CODES = re.compile(r"B01A|A10|H02|L01|L04|N03A|C01[AB]|C07|N02A|N07BC|N05AH02|N05AN|N07AA|H01BA02|N04BA")
WORDS = Phrases("""
warfarin*|wafarin|acenoco*|acenocu*|kháng vitamin k|noac|doac|rivarox*|aspirine|solumedrol|florinef
oxycontin|coumadin|sintrom|rivaroxaban|xarelto|apixaban|eliquis|dabigatran|pradaxa|edoxaban|lixiana
heparin|enoxaparin|lovenox|gemapaxane|fraxiparin*|nadroparin|fondaparinux|chống đông|kháng đông|loãng máu
aspirin|aspegic|acetylsalicylic|acetylsalicylat*|clopidogrel|plavix|duoplavin|ticagrelor|brilinta|prasugrel|cilostazol
insulin*|lantus|mixtard|novorapid|novomix|humalog|humulin|actrapid|insulatard|scilin|wosulin|tresiba|toujeo|levemir
ryzodeg|basaglar|apidra|polhumin|gliclazid*|diamicron|glimepirid*|amaryl|glibenclamid*|glipizid*
prednis*|medrol|methylprednisolon*|solu medrol|dexamethason*|hydrocortison*|cortison*|fludrocortison*|betamethason*
corticoid*|corticosteroid*
tacrolimus|prograf|advagraf|ciclosporin*|cyclosporin*|neoral|mycophenol*|cellcept|myfortic|azathioprin*|everolimus
methotrexat*|cyclophosphamid*|rituximab|adalimumab|infliximab|tocilizumab|imatinib|thải ghép|hóa trị|hoá trị
valpro*|depakin*|encorate|carbamazepin*|tegretol|oxcarbazepin*|phenytoin|phenobarbital|gardenal|levetiracetam|keppra
lamotrigin*|topiramat*|digoxin*|amiodaron*|cordaron*|sotalol|flecainid*|propafenon*|ivabradin*
metoprolol|betaloc|bisoprolol|concor|propranolol|carvedilol|atenolol|nebivolol
morphin*|fentanyl|oxycodon*|tramadol|pethidin*|methadon*|buprenorphin*|suboxone
lithi|lithium|clozapin*|pyridostigmin*|mestinon|desmopressin|levodopa|madopar
""")
# On the skin or in the eye; and what speaks against that.
_OUTSIDE = re.compile(
    r"\bbôi\b|\bkem\b(?! theo)|\bcream\b|\bgel\b|\bointment\b|\beye drops?\b|nhỏ (?:mắt|mũi)|xịt mũi|tra mắt|thuốc mỡ"
    r"|\bthuoc boi\b|\bboi (?:ngoai )?da\b|\bnho (?:mat|mui)\b|\bxit mui\b|\btra mat\b"
)
_INSIDE = re.compile(r"\b(?:uống|uong|tiêm|tiem|viên|vien|truyền|truyen|oral|tablets?|capsules?)\b")


def says(text: str) -> bool:
    """Whether a name is of such a medicine, for the whole body."""
    if not WORDS.says(text):
        return False
    words = without_marks(plain(text)) if text.isascii() else plain(text)
    return _OUTSIDE.search(words) is None or _INSIDE.search(words) is not None

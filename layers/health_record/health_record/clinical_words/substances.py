"""Which substances a medicine's name is of: brands that are sold in Vietnam, other names, and WHO's ATC codes.

Only what an emergency asks for, so that "Xarelto" of a form and "Rivaroxaban" of a hospital are one medicine. The names
are international nonproprietary names as hospitals here write them, the codes those of the ATC index (www.whocc.no),
the brands those on the packages; written by hand, decision 0075. A name that is not here stands for itself alone.
"""

import itertools
import re

# Substance, ATC codes, then its other names and brands. Two substances that act alike are two lines.
_ONE = """
warfarin|B01AA03|coumadin|wafarin
acenocoumarol|B01AA07|sintrom|acenocumarol|mincrom
rivaroxaban|B01AF01|xarelto
apixaban|B01AF02|eliquis
edoxaban|B01AF03|lixiana
dabigatran|B01AE07|pradaxa
enoxaparin|B01AB05|lovenox|gemapaxane
nadroparin|B01AB06|fraxiparin|fraxiparine
fondaparinux|B01AX05|arixtra
aspirin|B01AC06 N02BA01|aspegic|acetylsalicylic|acetylsalicylat|aspilet|asa
clopidogrel|B01AC04|plavix|pidoclor|clopias
ticagrelor|B01AC24|brilinta
prasugrel|B01AC22|efient
cilostazol|B01AC23|pletaal
insulin glargin|A10AE04|lantus|toujeo|basaglar|glaritus
insulin detemir|A10AE05|levemir
insulin degludec|A10AE06|tresiba
insulin aspart|A10AB05|novorapid|fiasp
insulin lispro|A10AB04|humalog
insulin glulisin|A10AB06|apidra
metformin|A10BA02|glucophage|glucofast|panfor
gliclazid|A10BB09|diamicron|predian
glimepirid|A10BB12|amaryl|glumerif
glibenclamid|A10BB01|daonil|glyburid
empagliflozin|A10BK03|jardiance
dapagliflozin|A10BK01|forxiga
sitagliptin|A10BH01|januvia
methylprednisolon|H02AB04|medrol|solumedrol|menison
prednison|H02AB07|cortancyl
prednisolon|H02AB06|
dexamethason|H02AB02|dexa
hydrocortison|H02AB09|
fludrocortison|H02AA02|florinef
valproat|N03AG01|depakin|depakine|valproic|encorate
carbamazepin|N03AF01|tegretol
oxcarbazepin|N03AF02|trileptal
phenytoin|N03AB02|dihydan|dilantin
phenobarbital|N03AA02|gardenal
levetiracetam|N03AX14|keppra
lamotrigin|N03AX09|lamictal
digoxin|C01AA05|
amiodaron|C01BD01|cordaron|cordarone
bisoprolol|C07AB07|concor
metoprolol|C07AB02|betaloc
nebivolol|C07AB12|nebilet
carvedilol|C07AG02|dilatrend
propranolol|C07AA05|inderal
atenolol|C07AB03|tenormin
tramadol|N02AX02|
morphin|N02AA01|mst
fentanyl|N02AB03 N01AH01|durogesic
pethidin|N02AB02|dolargan|dolcontral|meperidin
methadon|N07BC02|
tacrolimus|L04AD02|prograf|advagraf
ciclosporin|L04AD01|neoral|sandimmun
azathioprin|L04AX01|imurel|imuran
mycophenolat|L04AA06|cellcept|myfortic
methotrexat|L04AX03 L01BA01|
amoxicillin|J01CA04|clamoxyl|ospamox|moxilen
cefalexin|J01DB01|
cefuroxim|J01DC02|zinnat|zinacef
cefixim|J01DD08|
ceftriaxon|J01DD04|rocephin
cefotaxim|J01DD01|claforan
azithromycin|J01FA10|zithromax
clarithromycin|J01FA09|klacid
ciprofloxacin|J01MA02|ciprobay
levofloxacin|J01MA12|tavanic
metronidazol|P01AB01 J01XD01|flagyl
paracetamol|N02BE01|panadol|hapacol|efferalgan|tylenol|acetaminophen|tatanol|perfalgan|partamol|paradol
ibuprofen|M01AE01|brufen|advil|gofen|nurofen
diclofenac|M01AB05|voltaren
meloxicam|M01AC06|mobic
celecoxib|M01AH01|celebrex
ketorolac|M01AB15|
salbutamol|R03AC02|ventolin|albuterol
adrenalin|C01CA24|epinephrin
furosemid|C03CA01|lasix|frusemid
spironolacton|C03DA01|verospiron|aldacton
levothyroxin|H03AA01|berlthyrox|levothyrox
pyridostigmin|N07AA02|mestinon
lidocain|N01BB02|xylocain|lignocain
"""
# A brand of several substances: it is none of them alone.
_SEVERAL = """
augmentin|amoxicillin|acid clavulanic
klamentin|amoxicillin|acid clavulanic
curam|amoxicillin|acid clavulanic
unasyn|ampicillin|sulbactam
bactrim|sulfamethoxazol|trimethoprim
biseptol|sulfamethoxazol|trimethoprim
cotrim|sulfamethoxazol|trimethoprim
duoplavin|clopidogrel|aspirin
coplavix|clopidogrel|aspirin
mixtard|insulin
novomix|insulin aspart
ryzodeg|insulin degludec|insulin aspart
janumet|sitagliptin|metformin
glucovance|glibenclamid|metformin
ultracet|tramadol|paracetamol
alaxan|ibuprofen|paracetamol
decolgen|paracetamol|phenylephrin|chlorpheniramin
tiffy|paracetamol|phenylephrin|chlorpheniramin
seretide|salmeterol|fluticason
symbicort|budesonid|formoterol
"""
ATC = "http://www.whocc.no/atc"
_WORD = re.compile(r"[^\W\d_]+")
# Behind the name stands what is said of it: "Aspirin (đã thay bằng clopidogrel)".
_NAME = re.compile(r"[^(\[,;:]*")
_ALONE = re.compile(r"[(\[]\s*([^\W\d_]+)\s*[)\]]")  # "Xarelto (rivaroxaban)"
_LATIN = re.compile(r"\b([a-z]{5,}?)e?\b")  # of Latin letters alone, as the names of substances are
_DOUBLED = re.compile(r"([a-z])\1")
NONE: frozenset[str] = frozenset()
MOST_WORDS = 8  # of a name that are looked at


def spelt(words: str) -> str:
    """The name of a substance without what Vietnamese and international spelling differ in: `Amoxicilin`.

    >>> spelt("amoxicillin"), spelt("cephalexine"), spelt("lidocaine 2%")
    ('amoxicilin', 'cefalexin', 'lidocain 2%')
    """
    return _LATIN.sub(lambda found: _DOUBLED.sub(r"\1", found[1].replace("ph", "f").replace("y", "i")), words)


def _read() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The substances by each name of one or two words, and by ATC code."""
    names: dict[str, frozenset[str]] = {}
    codes: dict[str, frozenset[str]] = {}
    for line in _ONE.strip().split("\n"):
        substance, atc, *others = line.split("|")
        substance = spelt(substance)
        names |= {spelt(each): frozenset({substance}) for each in (substance, *others) if each}
        codes |= dict.fromkeys(atc.split(), frozenset({substance}))
    for line in _SEVERAL.strip().split("\n"):
        brand, *parts = line.split("|")
        names[spelt(brand)] = frozenset(map(spelt, parts))
    return names, codes


_NAMES, _CODES = _read()


def of_code(system: str, code: str) -> frozenset[str]:
    """The substance of an ATC code; empty for another."""
    return _CODES.get(code, NONE) if system == ATC else NONE


def of_words(words: str) -> frozenset[str]:
    """The substances of a name in small letters with single spaces: one, or those of a combination; empty if unknown.

    >>> sorted(of_words("xarelto 20mg")), sorted(of_words("augmentin 1g")), sorted(of_words("vitamin c"))
    (['rivaroxaban'], ['acid clavulanic', 'amoxicilin'], [])
    """
    head = _NAME.match(words)
    told = _WORD.findall(spelt(head[0] if head else ""))[:MOST_WORDS]
    if alone := _ALONE.search(words):
        told.append(spelt(alone[1]))
    pairs = [f"{one} {other}" for one, other in itertools.pairwise(told)]
    found = [_NAMES[name] for name in (*pairs, *told) if name in _NAMES]
    return NONE.union(*found)

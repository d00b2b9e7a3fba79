"""How long reports of one illness of one person belong together.

Surveillance counts an illness once, however many facilities report it. 14 days is the usual time; what lasts longer
has a setting of its own. All are longer than a week, so that a person is counted once in a category's week.
"""

USUAL_DAYS = 14
DAYS = {
    "A37": 42,  # whooping cough is seen again and again for six weeks
    "B05": 21,
    "U07": 30,  # WHO and ECDC: a new infection by SARS-CoV-2 not sooner than this
}

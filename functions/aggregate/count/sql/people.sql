-- The residents of a batch; the same files also hold diagnoses and posters.
CREATE OR REPLACE TEMP VIEW people AS
SELECT person, account, card_seen, ward, sex, age_band, week, synthetic, yes, no, unknown, choices, bmi, blood_pressure
FROM facts
WHERE sk = 'resident';

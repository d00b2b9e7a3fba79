-- Diagnoses of a batch as facilities reported them, each by its three-character category of ICD-10.
SELECT
    person, account, card_seen, facility, ward, sex, age_band, sk,
    left(upper(code), 3) AS category, try_cast(left(onset, 10) AS DATE) AS onset
FROM facts
WHERE starts_with(sk, 'diagnosis#')

-- Diagnoses reported by facilities, by ISO week of onset, ward and three-character category of ICD-10.
SELECT
    coalesce(strftime(day, '%G-W%V'), 'unknown') AS week, CAST(date_trunc('week', day) AS DATE) AS week_start,
    ward, left(upper(code), 3) AS category, count(*) AS diagnoses
FROM (SELECT *, try_cast(left(onset, 10) AS DATE) AS day FROM facts WHERE starts_with(sk, 'diagnosis#'))
GROUP BY ALL

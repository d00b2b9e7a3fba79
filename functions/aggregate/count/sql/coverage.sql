-- People with a record, by where and who they are and the ISO week of their first declaration.
SELECT
    ward, sex, age_band, week, count(*) AS residents, count(*) FILTER (synthetic) AS synthetic,
    sum(person) AS resident_keys
FROM people
GROUP BY ALL

-- Immunizations: how many have it, have it not, do not know; who is in none of them was not asked.
SELECT
    ward, sex, age_band, regexp_replace(key, '[|][^|]*$', '') AS system, split_part(key, '|', -1) AS code,
    sum(yes) AS yes, sum(no) AS no, sum(unknown) AS unknown,
    sum(yes_keys) AS yes_keys
FROM answers
WHERE kind = 'immunizations'
GROUP BY ALL

-- Risk factors: the answer chosen to each question, and the classes of body mass index and blood pressure.
SELECT
    ward, sex, age_band, regexp_replace(key, '[|][^|]*$', '') AS system, split_part(key, '|', -1) AS code, answer,
    sum(residents) AS residents, sum(keys) AS resident_keys
FROM (
    SELECT ward, sex, age_band, entry.key AS key, entry.value.S AS answer, residents, keys
    FROM (
        SELECT ward, sex, age_band, residents, keys,
               unnest(map_entries(json_transform(choices, '"MAP(VARCHAR, STRUCT(S VARCHAR))"'))) AS entry
        FROM (
            SELECT ward, sex, age_band, choices, count(*) AS residents, sum(person) AS keys FROM people GROUP BY ALL
        )
    )
    UNION ALL
    SELECT ward, sex, age_band, 'http://loinc.org|39156-5', 'urn:x-so-suc-khoe:bmi|' || bmi, count(*), sum(person)
    FROM people WHERE bmi IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT ward, sex, age_band, 'http://loinc.org|85354-9', 'urn:x-so-suc-khoe:blood-pressure|' || blood_pressure,
           count(*), sum(person)
    FROM people WHERE blood_pressure IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT ward, sex, age_band, key, said.answer, said.residents, said.keys
    FROM (
        SELECT ward, sex, age_band, key, unnest([
            {'answer': 'yes', 'residents': yes, 'keys': yes_keys},
            {'answer': 'no', 'residents': no, 'keys': answered_keys - yes_keys},
            {'answer': 'unknown', 'residents': unknown, 'keys': unknown_keys}
        ]) AS said
        FROM answers WHERE kind = 'risks'
    )
    WHERE said.residents > 0
)
GROUP BY ALL

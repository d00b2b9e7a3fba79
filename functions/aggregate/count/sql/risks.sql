-- Risk factors: the answer chosen to each question, and the classes of body mass index and blood pressure.
SELECT
    ward, sex, age_band, regexp_replace(key, '[|][^|]*$', '') AS system, split_part(key, '|', -1) AS code, answer,
    sum(residents) AS residents
FROM (
    SELECT ward, sex, age_band, entry.key AS key, entry.value.S AS answer, residents
    FROM (
        SELECT ward, sex, age_band, residents,
               unnest(map_entries(json_transform(choices, '"MAP(VARCHAR, STRUCT(S VARCHAR))"'))) AS entry
        FROM (SELECT ward, sex, age_band, choices, count(*) AS residents FROM people GROUP BY ALL)
    )
    UNION ALL
    SELECT ward, sex, age_band, 'http://loinc.org|39156-5', 'urn:x-so-suc-khoe:bmi|' || bmi, count(*)
    FROM people WHERE bmi IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT ward, sex, age_band, 'http://loinc.org|85354-9', 'urn:x-so-suc-khoe:blood-pressure|' || blood_pressure,
           count(*)
    FROM people WHERE blood_pressure IS NOT NULL GROUP BY ALL
    UNION ALL
    FROM (UNPIVOT (SELECT ward, sex, age_band, key, yes, no, unknown FROM answers WHERE kind = 'risks')
          ON yes, no, unknown INTO NAME answer VALUE residents)
    SELECT ward, sex, age_band, key, answer, residents
    WHERE residents > 0
)
GROUP BY ALL

-- What people have, have not and do not know, counted by ward, sex, age band and code.
-- `kinds` is the form's own list; a code that it does not know goes by its system.
CREATE OR REPLACE TEMP TABLE answers AS
SELECT
    ward, sex, age_band, key,
    coalesce(
        any_value(kinds.kind),
        CASE WHEN starts_with(key, 'http://hl7.org/fhir/sid/cvx|') THEN 'immunizations' ELSE 'conditions' END
    ) AS kind,
    count(*) FILTER (said = 1) AS yes, count(*) FILTER (said = 2) AS no, count(*) FILTER (said = 3) AS unknown
FROM (
    SELECT ward, sex, age_band, 1 AS said, unnest(json_extract_string(yes, '$[*].S')) AS key FROM people
    UNION ALL
    SELECT ward, sex, age_band, 2 AS said, unnest(json_extract_string(no, '$[*].S')) AS key FROM people
    UNION ALL
    SELECT ward, sex, age_band, 3 AS said, unnest(json_extract_string(unknown, '$[*].S')) AS key FROM people
) AS said
LEFT JOIN kinds USING (key)
GROUP BY ward, sex, age_band, key;

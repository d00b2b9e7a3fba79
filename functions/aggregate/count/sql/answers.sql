-- What people have, have not and do not know, counted by ward, sex, age band and code.
-- Lists that are alike in one place are unfolded once.
-- `kinds` is the form's own list; a code that it does not know goes by its system.
CREATE OR REPLACE TEMP TABLE answers AS
SELECT
    ward, sex, age_band, key,
    coalesce(
        any_value(kinds.kind),
        CASE WHEN starts_with(key, 'http://hl7.org/fhir/sid/cvx|') OR starts_with(key, 'http://www.whocc.no/atc|J07')
             THEN 'immunizations' ELSE 'conditions' END
    ) AS kind,
    coalesce(sum(people) FILTER (said = 1), 0) AS yes,
    coalesce(sum(people) FILTER (said = 2), 0) AS no,
    coalesce(sum(people) FILTER (said = 3), 0) AS unknown,
    coalesce(sum(keys) FILTER (said = 1), 0) AS yes_keys,
    coalesce(sum(keys) FILTER (said <= 2), 0) AS answered_keys,
    coalesce(sum(keys) FILTER (said = 3), 0) AS unknown_keys
FROM (
    SELECT ward, sex, age_band, 1 AS said, people, keys, unnest(list_distinct(json_extract_string(yes, '$[*].S'))) AS key
    FROM (SELECT ward, sex, age_band, yes, count(*) AS people, sum(person) AS keys FROM people GROUP BY ALL)
    UNION ALL
    SELECT ward, sex, age_band, 2 AS said, people, keys, unnest(list_distinct(json_extract_string(no, '$[*].S'))) AS key
    FROM (SELECT ward, sex, age_band, no, count(*) AS people, sum(person) AS keys FROM people GROUP BY ALL)
    UNION ALL
    SELECT ward, sex, age_band, 3 AS said, people, keys, unnest(list_distinct(json_extract_string(unknown, '$[*].S'))) AS key
    FROM (SELECT ward, sex, age_band, unknown, count(*) AS people, sum(person) AS keys FROM people GROUP BY ALL)
) AS said
LEFT JOIN kinds USING (key)
GROUP BY ward, sex, age_band, key;

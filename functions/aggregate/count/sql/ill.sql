-- People of a batch who have any condition, kept beside the counts: what an account adds to a cell is known only when all
-- its people are. Lists that are alike are read once.
SELECT account, card_seen, person, ward, sex, age_band, keys
FROM people
JOIN (
    SELECT
        yes,
        list_filter(list_distinct(json_extract_string(yes, '$[*].S')), lambda key: NOT list_contains(others, key)) AS keys
    FROM (SELECT DISTINCT yes FROM people)
    CROSS JOIN (SELECT list(key) AS others FROM kinds WHERE kind <> 'conditions')
) USING (yes)
WHERE len(keys) > 0

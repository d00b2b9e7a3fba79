-- People of a batch who have any condition, kept beside the counts: what an account adds to a cell is known only when all
-- its people are.
SELECT account, card_seen, person, ward, sex, age_band, keys
FROM (
    SELECT
        account, card_seen, person, ward, sex, age_band,
        list_filter(list_distinct(json_extract_string(yes, '$[*].S')), lambda key: NOT list_contains(others, key)) AS keys
    FROM people CROSS JOIN (SELECT list(key) AS others FROM kinds WHERE kind <> 'conditions')
)
WHERE len(keys) > 0

-- People ill by week and category in the whole province, at most two of an account's declared-only records in a cell:
-- `diagnoses` has all of them, `elsewhere` those whom not the category's rising facility alone reported.
SELECT
    measure, week, category, count(*) AS people, sum(person) AS keys, count(DISTINCT account) AS accounts
FROM (
    SELECT *, row_number() OVER (PARTITION BY measure, week, category, account, card_seen ORDER BY person) AS turn
    FROM (
        SELECT DISTINCT
            person, account, card_seen, category, strftime(onset, '%G-W%V') AS week,
            unnest(if(episodes.facility = rising.facility, ['diagnoses'], ['diagnoses', 'elsewhere'])) AS measure
        FROM episodes LEFT JOIN rising USING (category)
    )
)
WHERE week IS NOT NULL AND (card_seen OR turn <= 2)
GROUP BY ALL

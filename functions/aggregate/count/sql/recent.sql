-- People ill in the newest nine weeks, of which a signal looks at four, whom one facility alone reported: by category and
-- facility, with the sum of their keys. Of an account at most two declared-only records count in a week, as in the
-- counts themselves. `functions.aggregate.protect.risen` chooses by them whom a signal is looked for without.
SELECT category, facility, count(*) AS people, sum(person) AS keys
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY category, facility, strftime(onset, '%G-W%V'), account, card_seen ORDER BY person
    ) AS turn
    FROM episodes
    WHERE facility IS NOT NULL AND onset > $day - 63 AND onset <= $day
)
WHERE card_seen OR turn <= 2
GROUP BY ALL

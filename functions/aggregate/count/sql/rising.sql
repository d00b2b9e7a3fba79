-- The facility of each category whose own reports have risen most: people ill whom it alone reported in the newest nine
-- weeks, of which a signal looks at four, over what nine weeks usually had in the two years before. Of an account at most
-- two declared-only records count in a week, as in the counts themselves: with more, reports of long ago about records of
-- one phone would make a facility look steady and change those counts hardly at all.
SELECT category, facility
FROM (
    SELECT
        category, facility,
        count(*) FILTER (onset > $day - 63) - count(*) FILTER (onset <= $day - 63) * 63 / 728.0 AS rise
    FROM (
        SELECT *, row_number() OVER (
            PARTITION BY category, facility, strftime(onset, '%G-W%V'), account, card_seen ORDER BY person
        ) AS turn
        FROM episodes
        WHERE facility IS NOT NULL AND onset > $day - 63 - 728 AND onset <= $day
    )
    WHERE card_seen OR turn <= 2
    GROUP BY ALL
)
QUALIFY row_number() OVER (PARTITION BY category ORDER BY rise DESC, facility) = 1

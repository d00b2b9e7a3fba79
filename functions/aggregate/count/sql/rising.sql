-- The facility of each category whose own reports have risen most: people ill whom it alone reported in the newest nine
-- weeks, of which a signal looks at four, over what nine weeks usually had in the two years before.
SELECT category, facility
FROM (
    SELECT
        category, facility,
        count(*) FILTER (onset > $day - 63) - count(*) FILTER (onset <= $day - 63) * 63 / 728.0 AS rise
    FROM episodes
    WHERE facility IS NOT NULL AND onset > $day - 63 - 728 AND onset <= $day
    GROUP BY ALL
)
QUALIFY row_number() OVER (PARTITION BY category ORDER BY rise DESC, facility) = 1

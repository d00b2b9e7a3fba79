-- Episodes of illness: reports of the same person and category, whoever reported them, belong together while each comes
-- within the category's days after the one before. An episode lies where and when it was reported first; `facility` is the
-- only one that reported it, NULL where several did.
SELECT
    person, any_value(account) AS account, bool_or(card_seen) AS card_seen, category, min(onset) AS onset,
    arg_min(ward, (onset, facility, sk)) AS ward, count(*) AS reports,
    CASE WHEN min(coalesce(facility, 'unknown')) = max(coalesce(facility, 'unknown'))
         THEN min(coalesce(facility, 'unknown')) END AS facility
FROM (
    SELECT *, sum(begins) OVER (PARTITION BY person, category ORDER BY onset, facility, sk) AS episode
    FROM (
        SELECT reports.*,
            CASE WHEN date_diff('day', lag(onset) OVER one, onset) <= coalesce(days, $days) THEN 0
                 WHEN onset IS NULL AND lag(sk) OVER one IS NOT NULL THEN 0 ELSE 1 END AS begins
        FROM reports LEFT JOIN episode_days USING (category)
        WINDOW one AS (PARTITION BY person, category, onset IS NULL ORDER BY onset, facility, sk)
    )
)
GROUP BY person, category, onset IS NULL, episode

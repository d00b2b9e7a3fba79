-- People ill by ISO week of onset, ward and three-character category of ICD-10: one a person and episode.
SELECT
    coalesce(strftime(onset, '%G-W%V'), 'unknown') AS week, CAST(date_trunc('week', onset) AS DATE) AS week_start,
    ward, category, count(*) AS diagnoses
FROM episodes
GROUP BY ALL
ORDER BY ALL

-- What each facility has reported so far, by ISO week of onset and category: people, whoever else reported them too.
SELECT
    coalesce(facility, 'unknown') AS facility, coalesce(strftime(onset, '%G-W%V'), 'unknown') AS week, category,
    count(DISTINCT person) AS people
FROM reports
GROUP BY ALL
ORDER BY ALL

-- What each facility has reported so far, by ISO week of onset and category: people, whoever else reported them too, and
-- in how many accounts' records: one phone's twelve records are no outbreak.
SELECT
    coalesce(facility, 'unknown') AS facility, coalesce(strftime(onset, '%G-W%V'), 'unknown') AS week, category,
    count(DISTINCT person) AS people, count(DISTINCT account) AS accounts
FROM reports
GROUP BY ALL
ORDER BY ALL

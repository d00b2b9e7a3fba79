-- Posters: how often the page was opened from each, how many phones were proven, how many declarations came of it.
SELECT
    try_cast(split_part(sk, '#', 2) AS DATE) AS day,
    coalesce(strftime(try_cast(split_part(sk, '#', 2) AS DATE), '%G-W%V'), 'unknown') AS week,
    split_part(pk, '#', 2) AS poster,
    sum(coalesce(try_cast(visits AS BIGINT), 0)) AS visits,
    sum(coalesce(try_cast(codes AS BIGINT), 0)) AS codes,
    sum(coalesce(try_cast(submissions AS BIGINT), 0)) AS submissions
FROM facts
WHERE starts_with(sk, 'day#')
GROUP BY ALL

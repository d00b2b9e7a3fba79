-- How far the counts of a condition go beyond what an account may add, for one part of the accounts.
-- In each published cell (`kind` is total, sex, age or ward; `place` which of them) the declared-only records of an
-- account beyond the two of lowest key are `excess`; `repeated` are people of an account that the cell has already.
WITH part AS (
    SELECT ill.* EXCLUDE (age_band), coalesce(wide, 'unknown') AS age
    FROM read_parquet($files) AS ill LEFT JOIN wide_bands USING (age_band)
    WHERE account % $parts = $part
),
several AS (SELECT account FROM part GROUP BY account HAVING count(*) > 1),
people AS (SELECT part.*, unnest(keys) AS key FROM part SEMI JOIN several USING (account)),
cells AS (
    SELECT key, person, account, card_seen, unnest([
        {'kind': 'total', 'place': 'total'}, {'kind': 'sex', 'place': sex},
        {'kind': 'age', 'place': age}, {'kind': 'ward', 'place': ward}
    ], recursive := true)
    FROM people
),
ranked AS (
    SELECT *,
        row_number() OVER (PARTITION BY key, kind, place, account, card_seen ORDER BY person) AS turn,
        row_number() OVER (PARTITION BY key, kind, place, account) AS member
    FROM cells
)
SELECT
    key, kind, place, count(*) FILTER (NOT card_seen AND turn > 2) AS excess,
    coalesce(sum(person) FILTER (NOT card_seen AND turn > 2), 0) AS excess_keys,
    count(*) FILTER (member > 1) AS repeated
FROM ranked
GROUP BY ALL

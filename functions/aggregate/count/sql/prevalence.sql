-- Prevalence of conditions and allergies among those who answered, in each ward and in the whole province (`all`):
-- crude; standardised to the ages of WHO's world population; and weighted to the people who really live there, by sex
-- and five-year age band, since those who declare are no sample. The two shares say how much of either population has
-- answers behind it; a rate without any is NULL.
WITH places AS (
    SELECT ward AS place, sex, age_band, system, code, yes, no FROM conditions
    UNION ALL
    SELECT 'all' AS place, sex, age_band, system, code, yes, no FROM conditions
),
inhabitants AS (
    SELECT place, sex, age_band, sum(population) AS people
    FROM (SELECT ward AS place, * FROM population UNION ALL SELECT 'all' AS place, * FROM population)
    GROUP BY ALL
),
crude AS (
    SELECT place, system, code, CAST(sum(yes) AS BIGINT) AS yes, CAST(sum(yes + no) AS BIGINT) AS answered
    FROM places
    GROUP BY ALL
),
by_age AS (
    SELECT place, system, code, fsum(weight * yes / answered) / fsum(weight) AS rate,
           fsum(weight) / (SELECT fsum(weight) FROM standard) AS share
    FROM (SELECT place, age_band, system, code, sum(yes) AS yes, sum(yes + no) AS answered FROM places GROUP BY ALL)
    JOIN standard USING (age_band)
    WHERE answered > 0
    GROUP BY ALL
),
by_stratum AS (
    SELECT place, system, code, fsum(people * yes / answered) / fsum(people) AS rate, fsum(people) AS people
    FROM (SELECT place, sex, age_band, system, code, sum(yes) AS yes, sum(yes + no) AS answered FROM places GROUP BY ALL)
    JOIN inhabitants USING (place, sex, age_band)
    WHERE answered > 0 AND people > 0
    GROUP BY ALL
)
SELECT
    place, system, code, yes, answered,
    round(yes / nullif(answered, 0), 6) AS crude,
    round(by_age.rate, 6) AS age_standardised,
    round(coalesce(by_age.share, 0), 6) AS standard_share,
    round(by_stratum.rate, 6) AS post_stratified,
    round(by_stratum.people / nullif(everybody.people, 0), 6) AS population_share
FROM crude
LEFT JOIN by_age USING (place, system, code)
LEFT JOIN by_stratum USING (place, system, code)
LEFT JOIN (SELECT place, sum(people) AS people FROM inhabitants GROUP BY ALL) AS everybody USING (place)
ORDER BY place, system, code

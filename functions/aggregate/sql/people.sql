-- The residents of a batch, cleaned: a ward outside the province, a sex or birth year that cannot be is 'unknown'.
CREATE OR REPLACE TEMP TABLE people AS
SELECT
    coalesce(wards.ward, 'unknown') AS ward,
    CASE WHEN sex IN ('male', 'female', 'other') THEN sex ELSE 'unknown' END AS sex,
    CASE WHEN age BETWEEN 0 AND 84 THEN (age // 5 * 5) || '-' || (age // 5 * 5 + 4)
         WHEN age >= 85 THEN '85+'
         ELSE 'unknown' END AS age_band,
    coalesce(strftime(try_cast(declared_on AS DATE), '%G-W%V'), 'unknown') AS week,
    coalesce(synthetic = 'true', false) AS synthetic,
    yes, no, unknown, choices,
    CASE WHEN age < 18 OR age IS NULL OR bmi NOT BETWEEN 10 AND 80 THEN NULL
         WHEN bmi < 18.5 THEN 'underweight' WHEN bmi < 23 THEN 'normal'
         WHEN bmi < 25 THEN 'overweight' WHEN bmi >= 25 THEN 'obese' END AS bmi,
    CASE WHEN age < 18 OR age IS NULL OR systolic IS NULL OR diastolic IS NULL THEN NULL
         WHEN systolic >= 140 OR diastolic >= 90 THEN 'high'
         WHEN systolic >= 130 OR diastolic >= 85 THEN 'high-normal' ELSE 'normal' END AS blood_pressure
FROM (
    SELECT
        * REPLACE (try_cast(systolic AS DOUBLE) AS systolic, try_cast(diastolic AS DOUBLE) AS diastolic),
        CASE WHEN $year - try_cast(birth_year AS INTEGER) BETWEEN 0 AND 130
             THEN $year - try_cast(birth_year AS INTEGER) END AS age,
        round(try_cast(weight AS DOUBLE) / nullif(try_cast(height AS DOUBLE), 0) ** 2 * 10000, 4) AS bmi
    FROM facts
    WHERE sk = 'resident'
) AS resident
LEFT JOIN wards ON wards.code = resident.ward;

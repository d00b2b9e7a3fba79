-- One batch of data files: every wanted member of every item by ONE json_extract_string (176 k rows/s against 42 k),
-- cleaned on the way: a ward outside the province, a sex or birth year that cannot be is 'unknown'.
-- `person` is the person's key of the noise: the first 8 bytes of HMAC-SHA-256(cell key, pseudonym), by its definition in
-- RFC 2104, as DuckDB has SHA-256 alone. A row without an account is an account of its own.
CREATE OR REPLACE TEMP TABLE facts AS
SELECT
    fact.sk, fact.pk, fact.code, fact.onset, fact.facility, fact.visits, fact.codes, fact.submissions,
    CASE WHEN fact.sk NOT LIKE 'day#%' THEN
        ('0x' || left(sha256(CAST($outer AS BLOB) || unhex(sha256(CAST($inner AS BLOB) || encode(substr(pk, 10))))), 16))
        ::UBIGINT END AS person,
    hash(coalesce(fact.account, fact.pk)) AS account, coalesce(card_seen = 'true', false) AS card_seen,
    coalesce(wards.ward, 'unknown') AS ward,
    CASE WHEN sex IN ('male', 'female', 'other') THEN sex ELSE 'unknown' END AS sex,
    CASE WHEN age < 85 THEN (age // 5 * 5) || '-' || (age // 5 * 5 + 4)
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
        v[1] AS pk, v[2] AS sk, v[3] AS ward, v[4] AS sex, v[6] AS declared_on,
        CASE WHEN $year - try_cast(v[5] AS INTEGER) BETWEEN 0 AND 130 THEN $year - try_cast(v[5] AS INTEGER) END AS age,
        v[7] AS yes, v[8] AS no, v[9] AS unknown, v[10] AS choices,
        round(try_cast(v[11] AS DOUBLE) / nullif(try_cast(v[12] AS DOUBLE), 0) ** 2 * 10000, 4) AS bmi,
        try_cast(v[13] AS DOUBLE) AS systolic, try_cast(v[14] AS DOUBLE) AS diastolic,
        v[15] AS synthetic, v[16] AS code, v[17] AS onset, v[18] AS visits, v[19] AS submissions, v[20] AS codes,
        v[21] AS account, v[22] AS card_seen, v[23] AS facility
    FROM (
        SELECT json_extract_string(json, [
            '$.Item.pk.S', '$.Item.sk.S', '$.Item.ward.S', '$.Item.sex.S', '$.Item.birth_year.N',
            '$.Item.declared_on.S', '$.Item.yes.L', '$.Item.no.L', '$.Item.unknown.L', '$.Item.choices.M',
            '$.Item.measures.M."29463-7".N', '$.Item.measures.M."8302-2".N',
            '$.Item.measures.M."8480-6".N', '$.Item.measures.M."8462-4".N',
            '$.Item.synthetic.BOOL', '$.Item.code.S', '$.Item.onset.S', '$.Item.visits.N', '$.Item.submissions.N',
            '$.Item.codes.N', '$.Item.account.S', '$.Item.card_seen.BOOL', '$.Item.facility.S'
        ]) AS v
        FROM read_json_objects($files, format = 'newline_delimited', compression = 'gzip')
    )
) AS fact
LEFT JOIN wards ON wards.code = fact.ward;

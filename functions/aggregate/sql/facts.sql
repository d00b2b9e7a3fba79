-- One batch of data files: every wanted member of every item by ONE json_extract_string (176 k rows/s against 42 k).
CREATE OR REPLACE TEMP TABLE facts AS
SELECT
    v[1] AS pk, v[2] AS sk, v[3] AS ward, v[4] AS sex, v[5] AS birth_year, v[6] AS declared_on,
    v[7] AS yes, v[8] AS no, v[9] AS unknown, v[10] AS choices,
    v[11] AS weight, v[12] AS height, v[13] AS systolic, v[14] AS diastolic,
    v[15] AS synthetic, v[16] AS code, v[17] AS onset, v[18] AS visits, v[19] AS submissions
FROM (
    SELECT json_extract_string(json, [
        '$.Item.pk.S', '$.Item.sk.S', '$.Item.ward.S', '$.Item.sex.S', '$.Item.birth_year.N', '$.Item.declared_on.S',
        '$.Item.yes.L', '$.Item.no.L', '$.Item.unknown.L', '$.Item.choices.M',
        '$.Item.measures.M."29463-7".N', '$.Item.measures.M."8302-2".N',
        '$.Item.measures.M."8480-6".N', '$.Item.measures.M."8462-4".N',
        '$.Item.synthetic.BOOL', '$.Item.code.S', '$.Item.onset.S', '$.Item.visits.N', '$.Item.submissions.N'
    ]) AS v
    FROM read_json_objects($files, format = 'newline_delimited', compression = 'gzip')
);

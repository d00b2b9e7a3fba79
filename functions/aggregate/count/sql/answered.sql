-- How many answered each question of the form, with yes or no to any of its codes: a list to tick is one question.
-- Whoever answers a list nearly always says yes or no to all of it, which the text of one code shows faster than lists do.
SELECT ward, sex, age_band, kind, question, count(*) AS people, sum(person) AS people_keys
FROM people
CROSS JOIN (SELECT question, kind, '"' || min(key) || '"' AS one, list(key) AS keys FROM questions GROUP BY ALL)
WHERE
    contains(no, one) OR contains(yes, one)
    OR list_has_any(json_extract_string(no, '$[*].S'), keys)
    OR list_has_any(json_extract_string(yes, '$[*].S'), keys)
GROUP BY ALL

// The station's history with the page's own sentences in place of its functions, for the tests.
import { pointsOf, resultsOfRecord, visitsOf } from '../../web/src/station/reading/history.js';
import { momentWords, observationWords, reservationsOf } from '../../web/src/station/reading/record-words.js';

const wordsOf = (texts) => [(key) => texts[key], (key) => Object.hasOwn(texts, key)];

export const value = (observation, texts) => observationWords(observation, wordsOf(texts)[0]);
export const reservations = (resource, texts) => reservationsOf(resource, ...wordsOf(texts));
export const visits = (resources, texts) => visitsOf(resources, ...wordsOf(texts));
export const results = (resources, texts) => resultsOfRecord(resources, ...wordsOf(texts));
export const points = (resources, kind) => pointsOf(resources, kind);
export const moment = (at) => momentWords(at);

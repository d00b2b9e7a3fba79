// A card of wallet size to print: name, what the person refuses in advance, allergies, medicines and whom to call.
import { ask, button, day, facts, paragraph } from './page-content.js';
import { contactsOf, refusalsOf, wordsOfSection, wordsOfType } from '../summary-view.js';
import { element, text } from '../texts.js';

const [ALLERGIES, MEDICINES] = ['48765-2', '10160-0']; // LOINC
const [DIFFERING, PAST_MEDICINES] = ['differing', 'past-medications']; // where sources contradict each other; where days are over
const ENDED_ALLERGIES = ['past-allergies', 'not-so']; // told where no other allergy is: "not asked" alone would be no word of them
const ELSEWHERE = / (?:Xem phần|See) “[^”]*”(?:, “[^”]*”)*\.$/; // a card has no other section to look at
const UNSURE = /^(?:không rõ còn dùng không|unknown whether taken): /; // "ask again" says it

export async function showEmergencyCard(id) {
  const { data } = await ask('GET', `/records/${id}/summary`);
  const patient = data.entry.map(({ resource }) => resource).find(({ resourceType }) => resourceType === 'Patient');
  const card = element(
    'article',
    { className: 'card' },
    element('h2', { textContent: patient.name[0].text }),
    paragraph(patient.birthDate.split('-').reverse().join('/')),
    ...refusalsOf(patient).map(paragraph),
    facts([
      [text('wallet_allergies'), wordsOf(data, ALLERGIES, 'AllergyIntolerance')],
      [text('wallet_medicines'), wordsOf(data, MEDICINES, 'MedicationStatement')],
      [text('wallet_contact'), contactsOf(patient)],
    ]),
    element('small', { textContent: text('as_of', { day: day(data.timestamp) }) }),
  );
  return [card, button(text('print'), () => window.print())];
}

// Each on a line of its own. What is doubtful stands on the card as well, and says so: who reads it has no summary beside it. So does a medicine whose
// days are over and that nobody stopped.
function wordsOf(bundle, code, type) {
  const unstopped = wordsOfType(bundle, PAST_MEDICINES, type, ({ status }) => status === 'unknown').map((words) => words.replace(UNSURE, ''));
  const doubtful = [...wordsOfType(bundle, DIFFERING, type), ...unstopped].map((words) => text('wallet_ask', { words }));
  const over = ENDED_ALLERGIES.flatMap((each) => wordsOfType(bundle, each, 'AllergyIntolerance'));
  const lines = [...wordsOfSection(bundle, code).map((words) => words.replace(ELSEWHERE, '')), ...doubtful];
  if (type === 'AllergyIntolerance' && !wordsOfType(bundle, code, type).length) lines.push(...over);
  return lines.map((line) => (lines.length > 1 ? `• ${line}` : line)).join('\n');
}

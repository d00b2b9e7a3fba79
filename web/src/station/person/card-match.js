// Whether the card in somebody's hand is that of the open record, as far as both say who they are. Pure.
import { fold } from '../../lists/ward-search.js';

// A date that is known in part agrees with every date of that part.
const isSameDate = (one, other) => one.startsWith(other) || other.startsWith(one);

// What of a card and of a record is told apart, each by its own rule.
const DIFFERS = {
  number: (card, person) => card.system === person.card.system && card.value !== person.card.value,
  name: (card, person) => Boolean(card.name && person.name) && fold(card.name) !== fold(person.name),
  sex: (card, person) => Boolean(card.sex) && ['male', 'female'].includes(person.gender) && card.sex !== person.gender,
  birthDate: (card, person) => !isSameDate(card.birthDate, person.birthDate || person.card.birthDate),
};

// Which of number, name, sex and birthDate differ. `card`: { system, value, birthDate, name?, sex? }, `person` as the page
// holds it, with the number and birth date that led to the record. A number of another kind cannot be compared: then the
// names must agree.
export function differencesOf(card, person) {
  const found = Object.keys(DIFFERS).filter((part) => DIFFERS[part](card, person));
  const isOtherKind = card.system !== person.card.system;
  const isSameName = Boolean(card.name && person.name) && !found.includes('name');
  return isOtherKind && !isSameName ? ['number', ...found] : found;
}

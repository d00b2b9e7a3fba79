// A summary (FHIR document Bundle) as elements: text only, each section apart by who said so.
const otherLanguage = / \((.*)\)$/;

// `names`: words for facility, declared, the sexes and whom to call; `level` of the person's heading; `under(resource, words)` gives what
// stands under an entry of a facility.
export function summaryOf(bundle, names, level, under = () => []) {
  const resources = new Map(bundle.entry.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
  const [{ resource: composition }] = bundle.entry;
  const patient = [...resources.values()].find(({ resourceType }) => resourceType === 'Patient');
  const about = [patient.birthDate.split('-').reverse().join('/'), names[patient.gender] || '', ...(patient.address || []).map(({ text: said }) => said)];
  const made = [plain(`h${level}`, patient.name[0].text), plain('p', about.filter(Boolean).join(' · ')), ...assuranceOf(patient)];
  const contacts = contactsOf(patient);
  if (contacts) made.push(plain('p', `${names.contact}: ${contacts}`));
  for (const section of composition.section) {
    made.push(plain(`h${level + 1}`, inOneLanguage(section.title)));
    if (!section.entry) made.push(plain('p', inOneLanguage(section.emptyReason.text)));
    else made.push(...entriesOf(section, section.entry.map(({ reference }) => resources.get(reference)), names, level + 2, under));
    for (const { valueAnnotation } of section.extension || []) made.push(plain('p', inOneLanguage(valueAnnotation.text)));
  }
  return made;
}

// Whether a facility has seen the person's card, whether another record took the place of this one, and what is left out.
const ABOUT_RECORD = ['urn:x-so-suc-khoe:assurance', 'urn:x-so-suc-khoe:record', 'urn:x-so-suc-khoe:excerpt'];

const REFUSES = 'refuses'; // of the second

function assuranceOf(patient) {
  const tags = (patient.meta?.tag || []).filter(({ system }) => ABOUT_RECORD.includes(system));
  return tags.map(({ display }) => plain('p', inOneLanguage(display)));
}

// What the person refused or asked for in advance, with who wrote it and when.
export const refusalsOf = (patient) => (patient.meta?.tag || []).filter(({ code }) => code === REFUSES).map(({ display }) => inOneLanguage(display));

// Whom to call, as the person wrote it.
export function contactsOf({ contact = [] }) {
  const wordsOf = ({ name, relationship = [], telecom = [] }) => [name?.text, relationship[0]?.text, ...telecom.map(({ value }) => value)];
  return contact.map((each) => wordsOf(each).filter(Boolean).join(', ')).filter(Boolean).join('; ');
}

// Titles are written `Dị ứng (Allergies)`.
export function inOneLanguage(title) {
  const found = otherLanguage.exec(title);
  if (!found) return title;
  return document.documentElement.lang === 'en' ? found[1] : title.slice(0, found.index);
}

// The rows of the section's own narrative, in the order of its entries: the most urgent first, whoever said so.
function entriesOf(section, resources, names, level, under) {
  const made = [];
  rowsOfSection(section).forEach((row, place) => {
    const source = sourceOf(resources[place]);
    if (!place || source !== sourceOf(resources[place - 1])) {
      made.push(plain(`h${level}`, source === 'facility' ? names.facility : names.declared), document.createElement('ul'));
    }
    const [what, when, who] = [...row.cells].map(said);
    const item = plain('li', what);
    item.append(plain('small', ` ${[when, source === 'facility' ? who : ''].filter(Boolean).join(' · ')}`));
    if (source === 'facility') item.append(...under(resources[place], what));
    made.at(-1).append(item);
  });
  return made;
}

// What our own texts call the parts of a facility's words is in both languages.
const OWN_LABELS = /(Kết luận|Mô tả|ghi chú của cơ sở|ngày cuối tính theo số lượng đã cấp, cơ sở không ghi) \(([^()]+)\)/g;
export const inOwnWords = (words) => words.replace(OWN_LABELS, document.documentElement.lang === 'en' ? '$2' : '$1');

const rowsOfSection = (section) => [...new DOMParser().parseFromString(section.text.div, 'text/html').querySelectorAll('tbody tr')];

// What the section of this code says, in words, and what is said of it beside its entries; an empty one says why.
export function wordsOfSection(bundle, code) {
  const section = sectionOf(bundle, code);
  if (!section) return [];
  const rows = section.entry ? rowsOfSection(section).map((row) => said(row.cells[0])) : [inOneLanguage(section.emptyReason.text)];
  return [...rows, ...(section.extension || []).map(({ valueAnnotation }) => inOneLanguage(valueAnnotation.text))];
}

// The entries of one type in a section of several types, of those that `counts` is true for.
export function wordsOfType(bundle, code, type, counts = () => true) {
  const section = sectionOf(bundle, code);
  if (!section?.entry) return [];
  const resources = new Map(bundle.entry.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
  const isMeant = ({ reference }) => reference.startsWith(`${type}/`) && counts(resources.get(reference) || {});
  return rowsOfSection(section).filter((_, place) => isMeant(section.entry[place])).map((row) => said(row.cells[0]));
}

const sectionOf = (bundle, code) => bundle.entry[0].resource.section.find((each) => each.code.coding.some((coding) => coding.code === code));

// What an answer without a name says in both languages at once, as part of its name.
const UNNAMED = [
  ['Có dùng thuốc, không rõ tên thuốc', 'takes medicines, names unknown'],
  ['Đã từng phẫu thuật, không rõ phẫu thuật gì', 'had an operation, not known which'],
  ['có bệnh, không rõ bệnh gì', 'has a disease, not known which'],
  ['Có, không nêu rõ', 'yes, not specified'],
  ['không nêu rõ', 'not specified'],
];

export const unnamedIn = (words, inEnglish) => UNNAMED.reduce((said, pair) => said.replaceAll(`${pair[0]} (${pair[1]})`, pair[Number(inEnglish)]), words);

// A cell in the page's language: parts are in both, `<span lang="vi">…</span><span lang="en"> (…)</span>`.
function said(cell) {
  const inEnglish = document.documentElement.lang === 'en';
  for (const part of cell.querySelectorAll('span[lang]')) {
    if ((part.lang === 'en') !== inEnglish) part.remove();
    else if (inEnglish) part.textContent = part.textContent.replace(/^ \((.*)\)$/s, '$1');
  }
  return inOwnWords(unnamedIn(cell.textContent, inEnglish));
}

function sourceOf(resource) {
  return (resource.meta?.tag || []).some(({ code }) => code === 'facility') ? 'facility' : 'self-declared';
}

function plain(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

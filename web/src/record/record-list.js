// The records of the account, and what may be done with one of them.
import { call } from '../api.js';
import { journey } from '../journey.js';
import { ask, button, day, nameOfRecord, own, paragraph, recordOf, recordsOf, refuse, render, Refused } from './page-content.js';
import { say } from '../pages.js';
import { element, language, main, text } from '../texts.js';

export async function showRecords() {
  const records = await recordsOf();
  const locked = journey.level < 2 ? paragraph(text(journey.pinOffered ? 'level_one_offer' : 'level_one'), 'notice') : null;
  const offer = journey.pinOffered ? element('p', {}, element('a', { className: 'button', href: '#pin', textContent: text('pin_set_now') })) : null;
  const notice = own.notice ? paragraph(own.notice, 'notice') : null;
  own.notice = '';
  const declare = element('p', {}, element('a', { className: 'button', href: `${main.dataset.form}#self`, textContent: text('declare_self') }));
  if (!records.length) return [notice, paragraph(text('no_records')), declare, offer];
  return [notice, locked, offer, element('ul', { className: 'ways' }, ...records.map(line))];
}

function line(record) {
  const made = element('li');
  const about = [text(`relation_${record.relation}`), text('changed_on', { day: day(record.updated_at) }), record.restricted ? text('restricted') : '', record.waiting ? text('waiting') : '', record.joined ? text('joined') : ''];
  if (record.closed) made.append(element('strong', { textContent: nameOfRecord(record) }), paragraph(text('record_closed')));
  else made.append(element('a', { href: `#record/${record.id}`, textContent: nameOfRecord(record) }), element('small', { textContent: about.filter(Boolean).join(' · ') }));
  return made;
}

export async function showRecord(id) {
  const record = await recordOf(id);
  const inside = (page, label) => element('li', {}, element('a', { href: `#${page}/${id}`, textContent: text(label) }));
  const restrict = button(text(record.restricted ? 'unrestrict' : 'restrict'), () => setRestriction(record, !record.restricted));
  return [
    element('h2', { textContent: nameOfRecord(record) }),
    record.restricted ? paragraph(text('restricted_lead'), 'notice') : null,
    record.waiting ? paragraph(text('waiting_lead'), 'notice') : null,
    record.joined ? paragraph(text('joined_lead'), 'notice') : null,
    element(
      'ul',
      { className: 'ways' },
      inside('summary', 'way_summary'),
      inside('visits', 'way_visits'),
      inside('results', 'way_results'),
      element('li', {}, element('a', { href: `${main.dataset.form}#correct=${id}`, textContent: text('way_correct') })),
      inside('shares', 'way_shares'),
      inside('card', 'way_card'),
      inside('accesses', 'way_accesses'),
      inside('consents', 'way_consents'),
      inside('versions', 'way_versions'),
    ),
    element('h3', { textContent: text('take_away') }),
    element('p', { className: 'row' }, download(id, 'summary.pdf', 'pdf'), download(id, 'summary', 'fhir.json')),
    element('h3', { textContent: text('restrict_title') }),
    paragraph(text('restrict_lead')),
    restrict,
    element('p', {}, element('a', { className: 'stand danger', href: `#erase/${id}`, textContent: text('way_erase') })),
  ];
}

async function setRestriction(record, restricted) {
  await ask('PUT', `/records/${record.id}/restriction`, { body: { restricted } });
  own.records = null;
  await render('record', [record.id], showRecord);
  say(text(restricted ? 'restricted' : 'unrestricted'));
}

// Fetched with the session and handed to the browser as a file; an error is a sentence and no page of its own.
function download(id, path, ending) {
  return button(text(ending === 'pdf' ? 'download_pdf' : 'download_fhir'), async () => {
    const answer = await call('GET', `/records/${id}/${path}`, { file: true });
    if (answer.status === 401) return own.ended();
    if (answer.status !== 200) return refuse(new Refused(text('wrong')));
    return save(answer.file, `suc-khoe.${ending}`);
  });
}

export function save(file, name) {
  const link = element('a', { href: URL.createObjectURL(file), download: name, hidden: true, lang: language });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// A re-examination as a calendar file (RFC 5545), all day where no hour is known, with a reminder the day before.
const WHOLE = 'YYYY-MM-DD'.length;
const escaped = (words) => words.replace(/[\\;,]/g, '\\$&').replace(/\s+/g, ' ');
const stamp = (at) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
const octets = (line) => new TextEncoder().encode(line).length;
const folded = (line) => (octets(line) > 75 ? line.match(/.{1,24}/gu).join('\r\n ') : line); // a letter has up to three

export function calendarFile({ id, appointment: at, facility }, title, now) {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//So Suc Khoe//VI',
    'BEGIN:VEVENT',
    `UID:${id}@so-suc-khoe`,
    `DTSTAMP:${stamp(now)}`,
    at.length > WHOLE ? `DTSTART:${stamp(at)}` : `DTSTART;VALUE=DATE:${at.replace(/-/g, '')}`,
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped(facility)}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(title)}`,
    'TRIGGER:-P1D',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

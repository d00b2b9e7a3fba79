// Numbers and days as people of the page's language write them: 52,5 and 24/12/2026.
import { language } from '../texts.js';

const numberFormat = new Intl.NumberFormat(language, { maximumFractionDigits: 3, useGrouping: false });

export const numberWords = (value) => numberFormat.format(value);

export const dayWords = (day) => day.split('-').reverse().join('/');

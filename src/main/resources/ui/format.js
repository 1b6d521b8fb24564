// Dates, amounts and other values as people read them.
import { h } from './dom.js';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
const NUMBER = new Intl.NumberFormat('en');
const UNITS = [['year', 31536000], ['month', 2592000], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60]];

export const number = value => NUMBER.format(value);

export const plural = (count, one, many = one + 's') => `${number(count)} ${count === 1 ? one : many}`;

export function relative(date, now = Date.now()) {
  const seconds = (date.getTime() - now) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return RELATIVE.format(Math.trunc(seconds / size), unit);
  }
  return Math.abs(seconds) < 5 ? 'just now' : RELATIVE.format(Math.trunc(seconds), 'second');
}

/** A date relative to now, kept right as time passes, with the exact one as its title. */
export function when(text, otherwise = 'never') {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.getTime()) ? h('span', null, otherwise)
    : h('time', { datetime: date.toISOString(), title: EXACT.format(date) }, relative(date));
}

export const exact = date => EXACT.format(date);

setInterval(() => {
  if (document.hidden) return;
  for (const time of document.querySelectorAll('time[datetime]')) {
    const text = relative(new Date(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}, 10_000);

export function duration(seconds) {
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  for (let i = 0; i < parts.length; i++) {
    const [unit, size] = parts[i];
    if (seconds >= size || size === 1) {
      const rest = parts[i + 1] ? Math.trunc((seconds % size) / parts[i + 1][1]) : 0;
      return `${Math.trunc(seconds / size)} ${unit}` + (rest > 0 ? ` ${rest} ${parts[i + 1][0]}` : '');
    }
  }
  return '';
}

export function bytes(count) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let at = 0;
  let value = count;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at++;
  }
  return `${value >= 100 || at === 0 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}

/** Text of any JSON value, on one line. */
export const text = value => (value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value));

export const list = value => (Array.isArray(value) ? value : []);

export const cut = (value, most) => (value.length > most ? value.slice(0, most - 1) + '…' : value);

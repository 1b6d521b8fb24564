// Small pieces that several views show: avatars, pills, links, sections, empty states.
import { h } from './dom.js';
import { cut, text } from './format.js';

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WORDS = /[\p{L}\p{N}]/u;

/** An icon of one or two characters as text; a word, an address or a data URL gives the first letter of the name. */
export function avatar(icon, name) {
  const written = typeof icon === 'string' && icon.length <= 64 ? icon.trim() : '';
  const found = [...GRAPHEMES.segment(written.slice(0, 64))].map(one => one.segment);
  const fits = found.length > 0 && found.length <= 2 && !/[\p{Cc}\p{Cf}\s]/u.test(written.replace(/[\u200d\u{e0020}-\u{e007f}]/gu, ''));
  const emoji = fits && !WORDS.test(written);
  const letter = [...GRAPHEMES.segment(name)][0]?.segment.toUpperCase() ?? '?';
  let hue = 0;
  for (const character of name.slice(0, 64)) hue = (hue * 31 + character.codePointAt(0)) % 6;
  return h('span', { class: `avatar tone-${hue}${emoji ? ' sign' : ''}`, 'aria-hidden': 'true' }, fits ? written : letter);
}

export const link = (name, ...children) => h('a', { href: serviceHref(name) }, children.length ? children : name);

export const serviceHref = name => `#/service/${encodeURIComponent(name)}`;

/** How a service is doing, in a word with its colour; a stale one is that before anything else. */
export function stateOf(service) {
  if (service.status === 'pending') return ['pending', 'waits for approval', 'warn'];
  if (service.status === 'rejected') return ['rejected', 'rejected', 'bad'];
  if (service.status === 'stale') return ['stale', 'stale', 'warn'];
  if (service.healthy === true) return ['healthy', 'healthy', 'good'];
  if (service.healthy === false) return ['unhealthy', 'unhealthy', 'bad'];
  return ['unchecked', 'not checked', 'none'];
}

export function state(service) {
  const [, word, tone] = stateOf(service);
  return h('span', { class: `state ${tone}` }, h('span.dot', { 'aria-hidden': 'true' }), word);
}

export const pill = (word, tone = 'none') => h('span', { class: `pill ${tone}` }, word);

export const section = (title, ...children) => h('section.part', null, h('h2', null, title), children);

export const note = (...children) => h('p.quiet', null, children);

export const command = words => h('code.command', null, words);

export const empty = (title, ...children) => h('div.empty', null, h('h2', null, title), children);

export function failure(error, retry) {
  return h('div.notice.bad', { role: 'alert' }, h('p', null, error.message),
    retry && h('button', { type: 'button', onclick: retry }, 'Try again'));
}

/** A link for http and https; text for every other address. */
export function external(address, label = address) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    // not an address
  }
  return url && /^https?:$/.test(url.protocol)
    ? h('a.external', { href: url.href, rel: 'noopener noreferrer', target: '_blank' }, cut(label, 200))
    : h('span', null, cut(text(label), 200));
}

/** A list cut after some items, with a button for the rest. */
export function cutList(items, most, render, name = 'ul.plainlist') {
  const shown = h(name, null, items.slice(0, most).map(render));
  if (items.length <= most) return shown;
  const more = h('button.more', { type: 'button', onclick: () => {
    shown.append(...items.slice(most, most + 200).map(render));
    most += 200;
    if (most >= items.length) more.remove();
    else more.textContent = `Show ${Math.min(200, items.length - most)} more of ${items.length}`;
  } }, `Show ${Math.min(200, items.length - most)} more of ${items.length}`);
  return h('div', null, shown, more);
}

/** The names of a circle, each leading to the next, the last to the first; the middle of a long one is left out. */
export function circle(names) {
  const shown = names.length > 9 ? [...names.slice(0, 6), null, names.at(-1)] : names;
  return [shown.map(name => [name === null ? `… ${names.length - 7} more …` : link(name), ' → ']), names[0]];
}

/** Copies text; without the right to, selects it for the person to copy. */
export async function copy(words, button, field) {
  try {
    await navigator.clipboard.writeText(words);
    button.textContent = 'Copied';
  } catch {
    field.focus();
    field.select();
    button.textContent = 'Press Ctrl+C';
  }
  setTimeout(() => (button.textContent = 'Copy'), 3000);
}

// A JSON value as an outline: the order of its keys is kept, and all of it is text.
import { h } from './dom.js';
import { text } from './format.js';

const MOST = 100;

/** The keys that the registry adds to a manifest. */
export const OWN = new Set(['source', 'generation', 'sync', 'status', 'host', 'last_seen', 'approval', 'healthy', 'latency_ms', 'last_check', 'health_error', 'problem']);

export const manifestOf = service => Object.fromEntries(Object.entries(service).filter(([key]) => !OWN.has(key)));

export function outline(value, depth = 0) {
  if (value === null || typeof value !== 'object') return scalar(value);
  const isList = Array.isArray(value);
  const entries = isList ? value.map(one => [null, one]) : Object.entries(value);
  if (entries.length === 0) return h('span.quiet', null, isList ? 'empty list' : 'empty');
  if (isList && entries.length <= 12 && value.every(one => one === null || typeof one !== 'object') && value.join().length < 70) {
    return h('span', null, value.map((one, i) => [i ? ', ' : '', scalar(one)]));
  }
  if (depth > 20) return h('span', null, text(value).slice(0, 2000));
  const block = isList ? h('ul.outline') : h('dl.outline');
  const add = from => {
    for (const [key, one] of entries.slice(from, from + MOST)) block.append(...(isList ? [h('li', null, outline(one, depth + 1))] : [h('dt', null, key), h('dd', null, outline(one, depth + 1))]));
    return from + MOST;
  };
  let shown = add(0);
  if (entries.length <= MOST) return block;
  const more = h('button.more', { type: 'button', onclick: () => {
    shown = add(shown);
    if (shown >= entries.length) more.remove();
    else label();
  } });
  const label = () => (more.textContent = `Show ${Math.min(MOST, entries.length - shown)} more of ${entries.length}`);
  label();
  return h('div', null, block, more);
}

function scalar(value) {
  if (typeof value === 'string') return value === '' ? h('span.quiet', null, 'empty') : h('span.value', null, value.length > 4000 ? value.slice(0, 4000) + '…' : value);
  return h('span.value.plainvalue', null, String(value));
}

// The difference of two manifests, field by field, in the order of the new one.
import { text } from './format.js';

const KEPT = new Set(['generation', 'status', 'sync', 'last_seen', 'approval', 'healthy', 'latency_ms', 'last_check', 'health_error', 'host', 'problem']);
const MOST = 5_000;

/** Fields by path: `endpoints[0].port` → 7100. Lists of plain values are one field. */
export function fields(service) {
  const found = new Map();
  const walk = (path, value) => {
    if (found.size >= MOST) return;
    if (value === null || typeof value !== 'object') found.set(path, text(value));
    else if (Array.isArray(value) && value.every(one => one === null || typeof one !== 'object')) found.set(path, value);
    else if (Array.isArray(value)) value.forEach((one, i) => walk(`${path}[${one.name ? text(one.name) : i + 1}]`, one));
    else for (const [key, one] of Object.entries(value)) walk(path ? `${path}.${key}` : key, one);
  };
  for (const [key, value] of Object.entries(service)) if (!KEPT.has(key)) walk(key, value);
  return found;
}

const same = (a, b) => (Array.isArray(a) || Array.isArray(b) ? JSON.stringify(a) === JSON.stringify(b) : a === b);

const MASK = '***';

/** Rows of {path, before, after, kind}; kind is added, removed, changed or same, or masked where a secret may have changed. */
export function compare(before, after) {
  const old = before ? fields(before) : new Map();
  const fresh = fields(after);
  const rows = [...fresh].map(([path, value]) => ({ path, before: old.get(path), after: value, kind: !old.has(path) ? 'added' : same(old.get(path), value) ? (text(value).includes(MASK) ? 'masked' : 'same') : 'changed' }));
  let at = 0;
  for (const [path, value] of old) {
    const place = rows.findIndex(row => row.path === path);
    if (place >= 0) at = place + 1;
    else rows.splice(at++, 0, { path, before: value, after: undefined, kind: 'removed' });
  }
  return rows;
}

/** The items of two lists: those that only one has are marked. */
export function items(mine, other) {
  const there = new Set(Array.isArray(other) ? other.map(text) : []);
  return mine.map(one => ({ word: text(one), only: !there.has(text(one)) }));
}

// The services of the registry in this tab's memory: loaded page by page, then kept up to date by events.
import { get, pages } from './api.js';
import { inSlices } from './dom.js';
import { list, text } from './format.js';

const PAGE = 500;
const MANY = 60;

let records = new Map();
let sorted = null;
let loading = null;
let complete = false;
const listeners = new Set();
const waiting = new Set();
let changed = new Set();
let telling = false;

/** What lists show of a service; a change makes another record. */
function record(service) {
  const capabilities = service.capabilities ?? {};
  const display = service.display ?? {};
  const mods = list(service.mods).filter(mod => mod && mod.state !== 'disabled');
  const name = service.name;
  return {
    name,
    key: name.toLowerCase(),
    label: typeof display.label === 'string' && display.label.trim() ? display.label.slice(0, 200) : name,
    icon: display.icon,
    section: text(service.section ?? display.section).slice(0, 100),
    description: text(service.description).slice(0, 300),
    status: service.status,
    healthy: service.healthy ?? null,
    latency: service.latency_ms,
    seen: service.last_seen,
    problem: service.problem,
    provides: [...list(capabilities.provides), ...mods.flatMap(mod => list(mod.capabilities?.provides))].map(text),
    requires: [...list(capabilities.requires), ...mods.flatMap(mod => list(mod.capabilities?.requires))].map(text),
  };
}

function tell(name) {
  changed.add(name);
  if (telling) return;
  telling = true;
  setTimeout(() => {
    telling = false;
    const names = changed;
    changed = new Set();
    for (const listener of listeners) listener(names);
  }, 60);
}

function keep(service, into = records) {
  const fresh = record(service);
  if (into === records && !records.has(fresh.name)) sorted = null;
  else if (into === records && sorted) sorted[sorted.findIndex(one => one.name === fresh.name)] = fresh;
  into.set(fresh.name, fresh);
}

async function load() {
  const first = records.size === 0;
  const into = first ? records : new Map();
  for await (const page of pages(`/services?limit=${PAGE}`)) {
    await inSlices(page, service => keep(service, into));
    if (first) {
      sorted = null;
      tell('');
    }
  }
  records = into;
  sorted = null;
  complete = true;
  tell('');
}

async function catchUp() {
  if (loading) return;
  if (waiting.size > MANY) {
    waiting.clear();
    await services.reload();
    return;
  }
  for (const name of waiting) {
    waiting.delete(name);
    try {
      const service = await get(`/services/${encodeURIComponent(name)}`);
      if (service.status === 'registered' || service.status === 'stale') keep(service);
      else forget(name);
    } catch (error) {
      if (error.status === 404) forget(name);
    }
    tell(name);
  }
}

function forget(name) {
  records.delete(name);
  sorted = null;
}

let catching = null;

export const services = {
  /** Calls back after changes, with the names that changed; gives the function that ends this. */
  on(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  get isComplete() {
    return complete;
  },

  get size() {
    return records.size;
  },

  find: name => records.get(name),

  /** All that is known so far, in the order of names. */
  all() {
    if (!sorted) {
      sorted = [...records.values()];
      sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    }
    return sorted;
  },

  /** Loads all services, once. */
  load() {
    return complete ? Promise.resolve() : services.reload();
  },

  reload() {
    loading ??= load().finally(() => {
      loading = null;
      if (waiting.size > 0) services.heard('changed', {});
    });
    return loading;
  },

  /** A record of an answer that did not come from this list. */
  recordOf: record,

  heard(kind, data) {
    if (!complete && !loading) return;
    if (kind === 'reset') {
      services.reload().catch(() => {});
    } else if (kind === 'health') {
      const known = records.get(data.name);
      if (known) {
        const fresh = { ...known, healthy: data.healthy, latency: data.latency_ms };
        records.set(known.name, fresh);
        if (sorted) sorted[sorted.indexOf(known)] = fresh;
        tell(data.name);
      }
    } else if (kind === 'removed') {
      waiting.delete(data.name);
      forget(data.name);
      tell(data.name);
    } else if (['registered', 'changed', 'stale', 'pending'].includes(kind)) {
      if (data.name) waiting.add(data.name);
      catching ??= new Promise(next => setTimeout(next, 100)).then(catchUp).catch(() => {}).finally(() => {
        catching = null;
        if (waiting.size > 0 && !loading) services.heard('changed', {});
      });
    }
  },
};

/** The last events, newest first. */
export const recent = [];
const MOST = 300;

export function remember(kind, data, id) {
  if (kind === 'reset' || !data?.name) return;
  recent.unshift({ kind, id, ...data });
  recent.length = Math.min(recent.length, MOST);
}

/** Adds events from before this tab was opened. */
export function recall(events) {
  const known = new Set(recent.map(one => one.id));
  recent.push(...events.filter(([, data, id]) => data?.name && !known.has(id)).map(([kind, data, id]) => ({ kind, id, ...data })).reverse());
  recent.length = Math.min(recent.length, MOST);
}

// All services by section, filtered by health, or those that answer a question.
import { get } from './api.js';
import { h, put } from './dom.js';
import { list, plural, when } from './format.js';
import { avatar, command, empty, failure, note, serviceHref, state, stateOf } from './parts.js';
import { services } from './store.js';
import { virtualList } from './virtual.js';

const FILTERS = [['', 'All'], ['healthy', 'Healthy'], ['unhealthy', 'Unhealthy'], ['unchecked', 'Not checked'], ['stale', 'Stale']];
const ROW = 4.25;
const FOUND = 5.5;
const HEAD = 3.25;

export function show({ body, query, signal, announce, setQuery }) {
  let asked = query.get('q') ?? '';
  let health = query.get('health') ?? '';
  let found = null;
  let searching = null;
  let typed = null;
  let problem = null;

  const field = h('input', { type: 'search', id: 'search', placeholder: 'Search: a name, a capability, or a question', autocomplete: 'off', spellcheck: 'false', value: asked,
    oninput: () => {
      clearTimeout(typed);
      typed = setTimeout(search, 120);
    },
    onkeydown: event => {
      if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        rows.move(1);
      }
    } });
  const filters = h('div.chips', { role: 'group', 'aria-label': 'Filter by health' });
  const count = h('p.quiet', { 'aria-live': 'polite' });
  const message = h('div');
  const rows = virtualList({ label: 'Services', height: item => (item.head !== undefined ? HEAD : item.why ? FOUND : ROW), key: item => (item.head !== undefined ? `§${item.head}` : item.record.name), render: row });

  put(body, h('div.tools', null, h('div.search', { role: 'search' }, h('label.unseen', { for: 'search' }, 'Search services'), field, h('kbd', { 'aria-hidden': 'true' }, '/')), filters), count, message, rows.element);

  function drawFilters(counts) {
    put(filters, FILTERS.filter(([key]) => key === '' || counts[key] || key === health).map(([key, word]) => h('button', { type: 'button', 'aria-pressed': String(health === key), onclick: () => {
      health = key;
      setQuery({ q: asked, health });
      draw();
    } }, word, key && counts[key] ? h('span.count', null, String(counts[key])) : null)));
  }

  const fits = record => !health || stateOf(record)[0] === health;

  /** Wraps a record so that a row is drawn again only when its record is another. */
  const items = new WeakMap();
  const item = record => items.get(record) ?? items.set(record, { record }).get(record);

  function draw() {
    const all = found ? found.map(one => one.record) : services.all();
    const counts = {};
    for (const record of all) {
      const key = stateOf(record)[0];
      counts[key] = (counts[key] ?? 0) + 1;
    }
    drawFilters(counts);
    const shown = found ? found.filter(one => fits(one.record)) : sections(all.filter(fits));
    rows.set(shown);
    const total = found ? shown.length : shown.reduce((sum, one) => sum + (one.record ? 1 : 0), 0);
    count.textContent = found ? `${plural(total, 'match', 'matches')} for “${asked}”, best first` : `${plural(total, 'service')}${services.isComplete ? '' : ', loading…'}`;
    put(message, problem ? failure(problem, () => (asked ? search() : load())) : total === 0 && (found || services.isComplete) ? nothing() : null);
  }

  function nothing() {
    if (found && !health) {
      return empty('Nothing matches', h('p', null, 'Leave a note, so that it is known to be missing:'), command(`asmp todo ${asked.trim().toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '') || 'NAME'}`));
    }
    return health ? note('No service is in this state.') : empty('No service is registered yet', h('p', null, 'In the folder of a project:'), command('asmp init'), h('p', null, h('a', { href: '#/overview' }, 'How to begin')));
  }

  const heads = new Map();

  function sections(all) {
    const bySection = new Map();
    for (const record of all) {
      const name = record.section || '';
      if (!bySection.has(name)) bySection.set(name, []);
      bySection.get(name).push(item(record));
    }
    const order = [...bySection.keys()].sort((a, b) => (a === '') - (b === '') || (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    return order.flatMap(name => {
      const size = bySection.get(name).length;
      const known = heads.get(name);
      const head = known?.size === size ? known : { head: name, size };
      heads.set(name, head);
      return [head, ...bySection.get(name)];
    });
  }

  function row(one) {
    if (one.head !== undefined) return h('div.head', null, h('h2', null, one.head || 'Without a section'), h('span.quiet', null, String(one.size)));
    const { record } = one;
    return h('div.row', null, avatar(record.icon, record.name),
      h('div.words', null, h('p.title', null, h('a', { href: serviceHref(record.name) }, record.label), record.label !== record.name && h('span.quiet', null, record.name)),
        h('p.quiet.line', null, record.problem ? h('span.bad', null, `Its manifest cannot be used: ${record.problem}`) : record.description || record.provides.slice(0, 6).join(', ')),
        one.why && h('p.why', { title: one.why.join('\n') }, one.why.join(' · '))),
      h('div.last', null, state(record), h('span.quiet.seen', null, when(record.seen))));
  }

  async function search() {
    asked = field.value;
    setQuery({ q: asked, health });
    searching?.abort();
    problem = null;
    if (!asked.trim()) {
      found = null;
      load();
      draw();
      return;
    }
    searching = new AbortController();
    try {
      const answer = await get(`/services?q=${encodeURIComponent(asked)}&explain=true&limit=50`, searching.signal);
      found = answer.map(service => ({ record: services.recordOf(service), why: list(service.match?.why) }));
    } catch (error) {
      if (error.name === 'AbortError') return;
      problem = error;
      found = [];
    }
    if (signal.aborted) return;
    draw();
    announce(count.textContent);
  }

  async function load() {
    try {
      await services.load();
    } catch (error) {
      problem = error;
    }
    if (!signal.aborted) draw();
  }

  const leave = services.on(names => {
    if (!found) draw();
    else if (found.some(one => names.has(one.record.name))) search();
  });
  draw();
  if (asked) search();
  else load();
  if (query.get('focus')) field.focus();

  return {
    step: by => rows.move(by),
    changed(next) {
      if (next.get('focus')) field.focus();
      health = next.get('health') ?? '';
      field.value = next.get('q') ?? '';
      search();
    },
    heard(kind) {
      if (kind === 'reset' && asked) search();
    },
    end() {
      leave();
      rows.end();
      searching?.abort();
      clearTimeout(typed);
    },
  };
}

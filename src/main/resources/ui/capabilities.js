// Capabilities: who provides each, who requires it, and what nobody provides.
import { h, inSlices, pause, put } from './dom.js';
import { plural } from './format.js';
import { empty, failure, link, command } from './parts.js';
import { services } from './store.js';
import { virtualList } from './virtual.js';

const MOST = 6;

export function show({ body, query, signal, setQuery }) {
  let wanted = query.get('q') ?? '';
  let only = query.get('only') ?? '';
  const field = h('input', { type: 'search', id: 'search', placeholder: 'Filter: email, or email.send', autocomplete: 'off', spellcheck: 'false', value: wanted, oninput: () => {
    wanted = field.value;
    setQuery({ q: wanted, only });
    draw();
  } });
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Which capabilities' });
  const total = h('p.quiet', { 'aria-live': 'polite' });
  const message = h('div');
  const rows = virtualList({ label: 'Capabilities', height: () => 4.25, key: one => one.record.name, render: row });
  put(body, h('div.tools', null, h('div.search', { role: 'search' }, h('label.unseen', { for: 'search' }, 'Filter capabilities'), field, h('kbd', { 'aria-hidden': 'true' }, '/')), chips), total, message, rows.element);

  function row({ record: { name, providers, requirers } }) {
    return h('div.row.capability', null,
      h('div.words', null, h('p.title', null, h('a', { href: `#/services?q=${encodeURIComponent(name)}` }, name)), h('p.line', null, providers.length ? [h('span.quiet', null, 'provided by '), names(providers)] : h('span.bad', null, 'nobody provides it'))),
      h('p.line.quiet.needs', null, requirers.length > 0 && ['required by ', names(requirers)]));
  }

  const names = all => [all.slice(0, MOST).map((name, i) => [i ? ', ' : '', link(name)]), all.length > MOST && ` and ${all.length - MOST} more`];

  let index = { all: [], required: [], missing: [] };
  let round = 0;

  /** Works out who provides and requires what, in slices; a later round replaces one that is under way. */
  async function count() {
    const mine = ++round;
    const isWanted = () => mine === round && !signal.aborted;
    const known = new Map();
    const of = name => known.get(name) ?? known.set(name, { name, key: name.toLowerCase(), providers: [], requirers: [] }).get(name);
    const whole = await inSlices(services.all(), record => {
      for (const name of new Set(record.provides)) of(name).providers.push(record.name);
      for (const name of new Set(record.requires)) of(name).requirers.push(record.name);
    }, isWanted);
    if (!whole) return;
    const all = [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    await pause();
    if (!(await inSlices(all.filter(one => one.name.endsWith('.*')), one => below(one, all), isWanted))) return;
    index = { all, required: all.filter(one => one.requirers.length > 0), missing: all.filter(one => one.providers.length === 0) };
    draw();
  }

  /** What is required as `email.*` is provided by all that provide anything below it. */
  function below(one, all) {
    const prefix = one.name.slice(0, -1);
    let at = all.indexOf(one) + 1;
    const found = new Set(one.providers);
    for (; at < all.length && all[at].name.startsWith(prefix) && found.size < 1000; at++) for (const name of all[at].providers) found.add(name);
    one.providers = [...found];
  }

  const wraps = new WeakMap();
  const wrap = record => wraps.get(record) ?? wraps.set(record, { record }).get(record);

  function draw() {
    const { all, required, missing } = index;
    put(chips, [['', 'All', all.length], ['required', 'Required', required.length], ['missing', 'Missing', missing.length]].map(([key, word, size]) => h('button', { type: 'button', 'aria-pressed': String(only === key), onclick: () => {
      only = key;
      setQuery({ q: wanted, only });
      draw();
    } }, word, h('span', { class: `count${key === 'missing' && size ? ' bad' : ''}` }, String(size)))));
    const from = index[only || 'all'] ?? all;
    const word = wanted.trim().toLowerCase();
    const shown = from.filter(one => one.key.includes(word));
    rows.set(shown.map(wrap));
    total.textContent = `${plural(shown.length, 'capability', 'capabilities')}${services.isComplete ? '' : ', loading…'}`;
    put(message, shown.length === 0 && services.isComplete && (only === 'missing' ? h('div.notice.good', null, h('p', null, 'All that is required is provided.'))
      : wanted || only ? null : empty('No capability yet', h('p', null, 'Services name what they can do in their manifest. Begin with:'), command('asmp init'))));
  }

  let planned = null;
  const leave = services.on(() => {
    planned ??= setTimeout(() => {
      planned = null;
      count();
    }, 100);
  });
  draw();
  if (services.size > 0) count();
  services.load().then(() => signal.aborted || count(), error => signal.aborted || put(message, failure(error, () => location.reload())));
  return {
    step: by => rows.move(by),
    changed(next) {
      only = next.get('only') ?? '';
      field.value = wanted = next.get('q') ?? '';
      draw();
    },
    end() {
      leave();
      clearTimeout(planned);
      rows.end();
    },
  };
}

// VMs: a table, and a line for each over time, from its birth to its last sign of life or its end.
import { get } from './api.js';
import { h, put, s } from './dom.js';
import { exact, number, plural, text, when } from './format.js';
import { command, empty, failure, pill } from './parts.js';
import { follow, past } from './live.js';

const SILENT = 5 * 60_000;
const PAGE = 200;
const SPANS = [['1 hour', 3_600_000], ['6 hours', 21_600_000], ['24 hours', 86_400_000], ['7 days', 604_800_000]];
const LINE = 26;

export function show({ body, signal }) {
  let vms = [];
  let shown = 30;
  let span = null;
  const marks = [];
  const gone = new Map();
  let planned = null;
  const content = h('div.stack');
  put(body, content);

  async function load() {
    try {
      const all = [];
      let path = '/registry/vms?limit=1000';
      while (path && all.length < 20_000) {
        const page = await get(path, signal);
        all.push(...page.vms);
        path = page.next ? `/registry/vms?limit=1000&after=${encodeURIComponent(page.next)}` : null;
      }
      if (signal.aborted) return;
      for (const vm of all) gone.delete(vm.id);
      vms = [...all, ...[...gone.values()].slice(-100)];
      draw();
    } catch (error) {
      if (!signal.aborted) put(content, failure(error, load));
    }
  }

  function draw() {
    if (vms.length === 0) {
      put(content, empty('No VM is registered', h('p', null, 'A VM registers itself and sends a heartbeat each minute:'), command('asmp vm agent')));
      return;
    }
    const now = Date.now();
    span ??= (SPANS.find(([, size]) => vms.every(vm => now - Date.parse(vm.registeredAt) < size)) ?? SPANS.at(-1))[1];
    const counts = {};
    for (const vm of vms) counts[stateOf(vm, now)] = (counts[stateOf(vm, now)] ?? 0) + 1;
    put(content, h('p.lead', null, plural(vms.length, 'VM'), ': ', Object.entries(counts).map(([word, count]) => `${number(count)} ${word}`).join(', '), '.'),
      h('section', { 'aria-label': 'Timeline' }, h('div.chips', { role: 'group', 'aria-label': 'Time shown' }, SPANS.map(([word, size]) => h('button', { type: 'button', 'aria-pressed': String(size === span), onclick: () => {
        span = size;
        draw();
      } }, word))), timeline(vms.slice(0, shown), marks, span, now, Math.max(280, Math.min(1200, body.clientWidth))), legend()),
      table(vms.slice(0, Math.max(shown, PAGE)), now),
      vms.length > shown && h('button.more', { type: 'button', onclick: () => {
        shown += PAGE;
        draw();
      } }, `Show more of ${number(vms.length)}`));
  }

  function mark(kind, data) {
    if (kind === 'reset' || !data?.id) return;
    if (kind === 'removed') gone.set(data.id, { ...data, status: 'removed' });
    else if (kind !== 'registered') marks.push({ id: data.id, time: Date.parse(data.lastSeen), kind });
    if (marks.length > 500) marks.shift();
  }

  const stream = follow('/registry/events', (kind, data) => {
    mark(kind, data);
    planned ??= setTimeout(() => {
      planned = null;
      load();
    }, 400);
  }, () => {});
  load();
  past('/registry/events?recent=500').then(events => {
    events.forEach(([kind, data]) => mark(kind, data));
    if (!signal.aborted && events.length > 0) load();
  });
  const ticker = setInterval(() => document.hidden || load(), 30_000);
  return {
    end() {
      stream.end();
      clearTimeout(planned);
      clearInterval(ticker);
    },
  };
}

const stateOf = (vm, now) => (vm.status === 'running' && now - Date.parse(vm.lastSeen) > SILENT ? 'silent' : vm.status);

const TONES = { running: 'good', silent: 'warn', paused: 'none', stopped: 'none', removed: 'none' };

function table(vms, now) {
  return h('div.scroll', { tabindex: '0', role: 'region', 'aria-label': 'Table of VMs' }, h('table', null, h('thead', null, h('tr', null, ['Name', 'Role', 'Status', 'Address', 'Services', 'Registered', 'Last sign of life'].map(one => h('th', { scope: 'col' }, one)))),
    h('tbody', null, vms.map(vm => h('tr', { 'data-row': true, tabindex: '-1' }, h('th', { scope: 'row', title: vm.id }, text(vm.name) || vm.id), h('td', null, text(vm.role)), h('td', null, pill(stateOf(vm, now), TONES[stateOf(vm, now)])), h('td.path', null, text(vm.address)),
      h('td', null, (vm.services ?? []).slice(0, 4).map(one => `${text(one.name)}:${text(one.port)}`).join(', ')), h('td', null, when(vm.registeredAt)), h('td', null, when(vm.lastSeen)))))));
}

function timeline(vms, marks, span, now, width) {
  const from = now - span;
  const label = width < 500 ? 96 : 150;
  const x = time => label + (width - label - 10) * Math.min(1, Math.max(0, (time - from) / span));
  const height = 24 + vms.length * LINE;
  const ticks = (width < 500 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map(part => from + span * part);
  const tick = time => (span > 86_400_000 ? new Date(time).toLocaleDateString('en', { weekday: 'short', day: 'numeric' }) : new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }));
  return s('svg.timeline', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Lives of ${plural(vms.length, 'VM')}; the table below has the same` },
    ticks.map((time, i) => [s('line.rule', { x1: x(time), x2: x(time), y1: 20, y2: height }), s('text', { x: x(time), y: 12, 'text-anchor': i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle' }, i === ticks.length - 1 ? 'now' : tick(time))]),
    vms.map((vm, i) => life(vm, 24 + i * LINE, x, now, from, marks.filter(mark => mark.id === vm.id), width < 500 ? 13 : 20)));
}

function life(vm, top, x, now, from, marks, room) {
  const born = Date.parse(vm.registeredAt);
  const seen = Date.parse(vm.lastSeen);
  const word = stateOf(vm, now);
  const end = word === 'running' ? now : seen;
  const label = text(vm.name) || vm.id;
  const bar = (name, a, b, title) => b > from && s(`rect.${name}`, { x: x(a), y: top + 7, width: Math.max(3, x(b) - x(a)), height: 12, rx: 3 }, s('title', null, title));
  return s('g', null, s('text.label', { x: 0, y: top + 17 }, label.length > room ? label.slice(0, room - 1) + '…' : label, s('title', null, label)),
    bar(word === 'stopped' || word === 'paused' || word === 'removed' ? 'ended' : 'alive', born, end, `${label}: ${exact(new Date(born))} to ${exact(new Date(end))}`),
    word === 'silent' && bar('silent', seen, now, `silent since ${exact(new Date(seen))}`),
    born > from && s('circle.birth', { cx: x(born), cy: top + 13, r: 4.5 }, s('title', null, `registered ${exact(new Date(born))}`)),
    (word === 'stopped' || word === 'removed') && seen > from && s('rect.end', { x: x(seen) - 1.5, y: top + 4, width: 3, height: 18 }, s('title', null, `${word} ${exact(new Date(seen))}`)),
    silences(marks).map(([begin, until]) => bar('silent', begin, until, `silent from ${exact(new Date(begin))} to ${exact(new Date(until))}`)));
}

/** Times of silence that are over: each begins with the last sign of life before it, and ends with the next. */
function silences(marks) {
  const found = [];
  let begin = null;
  for (const { kind, time } of marks) {
    if (kind === 'stale') begin = time;
    else if (begin !== null) {
      if (time > begin) found.push([begin, time]);
      begin = null;
    }
  }
  return found;
}

const legend = () => h('ul.legend.small', { 'aria-hidden': 'true' }, [['alive', 'running'], ['silent', 'silent'], ['ended', 'paused, stopped or removed'], ['birth', 'registered'], ['end', 'end']].map(([name, word]) => h('li', null, h('span', { class: `swatch ${name}` }), word)));

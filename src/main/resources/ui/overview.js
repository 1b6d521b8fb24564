// The state of everything at a glance, and what needs attention.
import { get } from './api.js';
import { h, put } from './dom.js';
import { bytes, duration, list, number, plural, when } from './format.js';
import { command, cutList, failure, link, note, section } from './parts.js';
import { changeRow } from './changes.js';
import { recent } from './store.js';

export function show({ body, heading, signal, refreshCounts }) {
  let planned = null;
  const changes = h('div');

  async function load() {
    try {
      const [status, fleet] = await Promise.all([get('/status', signal), get('/registry/vms?limit=1000', signal).catch(() => null)]);
      if (signal.aborted) return;
      refreshCounts(status);
      heading.textContent = status.host;
      put(body, status.services.total + status.pending.count === 0 ? start(status) : [summary(status), grid(status, fleet, changes)]);
      showChanges();
    } catch (error) {
      if (!signal.aborted) put(body, failure(error, load));
    }
  }

  function showChanges() {
    put(changes, recent.length ? h('ul.plainlist.changes', null, recent.slice(0, 8).map(changeRow))
      : note('Nothing has changed lately.'));
  }

  load();
  const ticker = setInterval(() => document.hidden || load(), 60_000);
  return {
    recalled: showChanges,
    heard() {
      showChanges();
      planned ??= setTimeout(() => {
        planned = null;
        load();
      }, 800);
    },
    end() {
      clearTimeout(planned);
      clearInterval(ticker);
    },
  };
}

function summary(status) {
  const { total, healthy, unhealthy, unchecked } = status.services;
  const parts = [['healthy', healthy, 'good'], ['unhealthy', unhealthy, 'bad'], ['not checked', unchecked, 'none']];
  return h('section.summary', { 'aria-label': 'Services by health' },
    h('p.figure', null, h('a', { href: '#/services' }, h('strong', null, number(total)), total === 1 ? ' service' : ' services')),
    h('div.bar', { 'aria-hidden': 'true' }, parts.filter(([, count]) => count > 0).map(([, count, tone]) => h('span', { class: tone, style: { 'flex-grow': String(count) } }))),
    h('ul.legend', null, parts.map(([word, count, tone]) => h('li', null,
      h('a', { href: `#/services?health=${word === 'not checked' ? 'unchecked' : word}` }, h('span', { class: `dot ${tone}`, 'aria-hidden': 'true' }), h('strong', null, number(count)), ` ${word}`)))));
}

function grid(status, fleet, changes) {
  const { pending, problems, conflicts, stale, notes } = status;
  return [
    attention(status),
    h('div.grid', null,
      pending.count > 0 && card('warn', 'Waiting for approval', pending, names(pending, 'decide')),
      status.unhealthy.count > 0 && card('bad', 'Unhealthy', status.unhealthy, names(status.unhealthy)),
      stale.count > 0 && card('warn', 'Stale', stale, note('In service, but not confirmed lately.'), names(stale)),
      problems?.count > 0 && card('bad', 'Files that cannot be used', problems, cutList(problems.first, 4, fault), rest(problems)),
      conflicts?.count > 0 && card('warn', 'Names claimed twice', conflicts, cutList(conflicts.first, 4, conflict), rest(conflicts)),
      list(status.warnings).length > 0 && card('none', 'Unusual', null, cutList(status.warnings, 4, one => h('li', null, one))),
      section('Recent changes', changes),
      fleet?.vms.length > 0 && section('VMs', vms(fleet.vms)),
      notes.count > 0 && card('none', 'Noted as missing', notes, names(notes, 'notes')),
      section('Registry', registry(status))),
  ];
}

const card = (tone, title, counted, ...children) => h('section.part', null, h('h2', null, h('span', { class: `dot ${tone}`, 'aria-hidden': 'true' }), title, counted && h('span.count', null, number(counted.count))), children);

/** What needs attention, in words, except what a card below shows with its links. */
function attention(status) {
  const words = list(status.attention);
  const shown = /^[\d,]+ services? (is|are|waits?) |^'.*' is claimed by |^\d+ more files /;
  const other = words.filter(one => !shown.test(one) && !status.problems?.first.some(({ path }) => one.startsWith(path)));
  if (words.length === 0) return h('div.notice.good', null, h('p', null, h('strong', null, 'Everything is well.'), ' Nothing needs your attention.'));
  return [h('h2.division', null, `${plural(words.length, 'thing')} ${words.length === 1 ? 'needs' : 'need'} your attention`),
    other.length > 0 && h('ul.notice.warn', null, other.map(one => h('li', null, one)))];
}

const names = ({ count, names: first }, view) => h('p.names', null,
  first.slice(0, 12).map(name => (view ? h('a', { href: `#/${view}${view === 'decide' ? '/' + encodeURIComponent(name) : ''}` }, name) : link(name))),
  count > 12 && h('span.quiet', null, `and ${number(count - Math.min(12, first.length))} more`));

const fault = ({ path, name, error }) => h('li', null, h('p.path', null, path), h('p.quiet', null, name && [link(name), ': '], error));

const conflict = ({ name, kept, ignored }) => h('li', null, h('p', null, link(name)), h('p.quiet', null, 'kept: ', h('span.path', null, kept)), h('p.quiet', null, 'ignored: ', h('span.path', null, ignored)));

const rest = ({ count, first }) => count > first.length && note(`and ${number(count - first.length)} more: asmp scan`);

function vms(all) {
  const roles = new Map();
  for (const vm of all) {
    const one = roles.get(vm.role) ?? { count: 0, running: 0, seen: '' };
    one.count++;
    if (vm.status === 'running') one.running++;
    if (vm.lastSeen > one.seen) one.seen = vm.lastSeen;
    roles.set(vm.role, one);
  }
  return h('table.small', null, h('thead', null, h('tr', null, ['Role', 'VMs', 'Running', 'Last sign of life'].map(one => h('th', { scope: 'col' }, one)))),
    h('tbody', null, [...roles].sort().map(([role, one]) => h('tr', null, h('th', { scope: 'row' }, h('a', { href: '#/vms' }, role)), h('td', null, number(one.count)), h('td', null, number(one.running)), h('td', null, when(one.seen))))));
}

function registry(status) {
  const scan = status.last_scan;
  const rows = [
    ['Version', status.version], ['Running for', duration(status.uptime)], ['Address', status.api], ['For other hosts', status.fleet],
    ['Last scan', scan && [when(scan.at), `, ${plural(scan.scanned, 'manifest')} in ${number(scan.duration_ms ?? 0)} ms`]],
    ['Scans', list(status.scan_paths).map(one => h('span.path', null, one.path))],
    ['Free disk', status.disk.free_bytes !== undefined && bytes(status.disk.free_bytes)],
  ];
  return h('dl.facts', null, rows.filter(([, value]) => value && value.length !== 0).map(([key, value]) => [h('dt', null, key), h('dd', null, value)]));
}

function start(status) {
  const paths = list(status.scan_paths);
  return h('div.start', null,
    h('p.lead', null, 'No service is registered yet. Three ways to begin:'),
    h('ol.steps', null,
      h('li', null, h('h2', null, 'Describe a project'), h('p', null, 'In its folder, this writes an ', h('strong', null, 'asmp.yaml'), ' from what its files tell:'), command('asmp init')),
      h('li', null, h('h2', null, 'Let the registry find it'), h('p', null, paths.length ? ['It looks below ', paths.map((one, i) => [i ? ', ' : '', h('span.path', null, one.path)]), ' by itself. At once:'] : 'Name the folders of your projects under discovery.scan_paths in host.yaml, then:'), command('asmp scan')),
      h('li', null, h('h2', null, 'Or announce one that runs'), h('p', null, 'A program can say itself what it provides:'), command('asmp announce asmp.yaml'))),
    note('This page shows the service as soon as the registry knows it.'),
    h('div.grid', null, section('Registry', registry(status))));
}

// One service: where it is, how it does, what it says about itself, what it leans on and who leans on it.
import { get, session } from './api.js';
import { h, put } from './dom.js';
import { list, number, text, when } from './format.js';
import { avatar, circle, cutList, external, failure, link, note, section, state } from './parts.js';
import { changeRow } from './changes.js';
import { manifestOf, outline } from './manifest.js';
import { plot } from './plot.js';
import { recent } from './store.js';

const SYNC = { scan: 'found by a scan', announce: 'announced by itself', register: 'registered', federate: 'from another host' };

export function show({ body, heading, argument: name, signal }) {
  const path = `/services/${encodeURIComponent(name)}`;
  const health = h('div');
  const relations = h('div');
  const changes = h('div');
  const manifest = h('div');
  let planned = null;

  async function load() {
    try {
      const service = await get(path, signal);
      if (signal.aborted) return;
      put(heading, avatar(service.display?.icon, name), h('span', null, label(service)));
      document.title = `${label(service)} · asmp`;
      put(body, page(service));
      drawChanges();
      loadHealth(service);
      loadRelations();
      loadManifest(service);
    } catch (error) {
      if (signal.aborted) return;
      put(body, error.status === 404 ? h('div.empty', null, h('p', null, error.message), h('p', null, h('a', { href: `#/services?q=${encodeURIComponent(name)}` }, 'Search for it'))) : failure(error, load));
    }
  }

  const label = service => (typeof service.display?.label === 'string' && service.display.label.trim() ? service.display.label.slice(0, 200) : name);

  function page(service) {
    const proposed = service.approval?.status === 'pending';
    return [
      h('p.under', null, state(service), service.latency_ms !== undefined && h('span.quiet', null, `${number(service.latency_ms)} ms`), label(service) !== name && h('span.quiet', null, name), h('span.quiet', null, text(service.kind)), h('span.quiet', null, 'last seen ', when(service.last_seen))),
      service.description && h('p.lead', null, text(service.description)),
      proposed && h('div.notice.warn', null, h('p', null, service.status === 'pending' ? 'It waits for your approval. ' : 'A change waits for your approval. ', h('a', { href: `#/decide/${encodeURIComponent(name)}` }, 'Decide'))),
      service.problem && h('div.notice.bad', null, h('p', null, h('strong', null, 'Its manifest cannot be used now: '), service.problem)),
      service.health_error && h('div.notice.bad', null, h('p', null, h('strong', null, 'The probe failed: '), service.health_error)),
      h('section.part', null, h('h2', null, 'Health, last 24 hours'), health),
      h('div.grid', null,
        section('Endpoints', endpoints(service)),
        section('Provides', caps(list(service.capabilities?.provides), 'It provides nothing.')),
        h('section.part', null, h('h2', null, 'Relations'), relations),
        list(service.mods).length > 0 && section('Mods', cutList(list(service.mods), 8, mod)),
        section('Origin', origin(service)),
        section('Recent changes', changes)),
      section('Manifest', manifest),
    ];
  }

  async function loadHealth(service) {
    try {
      const { history } = await get(`${path}/history`, signal);
      if (!signal.aborted) put(health, plot(history, health.clientWidth));
    } catch (error) {
      if (!signal.aborted) put(health, note(error.status === 404 ? probed(service) : error.message));
    }
  }

  /** The owner sees the file itself, with its comments. */
  async function loadManifest(service) {
    put(manifest, outline(manifestOf(service)));
    if (!session.token || !service.source) return;
    try {
      const file = await get(`${path}/manifest`, signal);
      if (!signal.aborted) put(manifest, h('p.quiet', null, `${file.source}, as it is now`), h('pre.draft', { tabindex: '0', 'aria-label': 'The file' }, file.text));
    } catch {
      // What is in service is shown.
    }
  }

  async function loadRelations() {
    try {
      const graph = await get('/graph', signal);
      if (!signal.aborted) put(relations, related(graph));
    } catch (error) {
      if (!signal.aborted) put(relations, note(error.status === 404 ? 'This registry does not tell relations yet.' : error.message));
    }
  }

  function related(graph) {
    const out = graph.edges.filter(edge => edge.from === name);
    const into = graph.edges.filter(edge => edge.to === name);
    const missing = graph.missing.filter(one => one.from === name);
    const cycle = graph.cycles.find(one => one.includes(name));
    return [
      cycle && h('p.bad', null, 'It depends on itself: ', circle(cycle)),
      missing.length > 0 && h('p.bad', null, 'Missing: ', missing.map(one => one.name).join(', ')),
      h('h3', null, 'Depends on'), out.length ? cutList(out, 10, edge => edgeRow(edge, edge.to)) : note('Nothing.'),
      h('h3', null, 'Needed by'), into.length ? cutList(into, 10, edge => edgeRow(edge, edge.from)) : note('No service says so.'),
      h('p', null, h('a', { href: `#/graph/${encodeURIComponent(name)}` }, 'Show in the graph')),
    ];
  }

  function drawChanges() {
    const mine = recent.filter(one => one.name === name);
    put(changes, mine.length ? h('ul.plainlist.changes', null, mine.slice(0, 12).map(changeRow)) : note('None lately.'));
  }

  load();
  return {
    recalled: drawChanges,
    heard(kind, data) {
      if (kind !== 'reset' && data?.name !== name) return;
      drawChanges();
      planned ??= setTimeout(() => {
        planned = null;
        load();
      }, 300);
    },
    end: () => clearTimeout(planned),
  };
}

const probed = service => (service.last_check ? 'This registry keeps no history yet.' : 'It names no probe, so its health is not known.');

const edgeRow = (edge, other) => h('li', null, link(other), ' ', h('span.quiet', null, edge.capability ?? (edge.kind === 'depends_on' ? 'to start' : edge.kind), edge.hard === false && ', optional'));

function endpoints(service) {
  const all = list(service.endpoints);
  return all.length === 0 && !service.display?.url ? note('None: it is called in another way.')
    : [cutList(all, 10, endpoint), service.display?.url && h('p', null, external(text(service.display.url)))];
}

function endpoint(one) {
  if (one === null || typeof one !== 'object') return h('li', null, external(text(one)));
  const protocol = text(one.protocol || 'tcp').toLowerCase();
  const host = text(one.host || '127.0.0.1');
  const port = one.port === undefined || one.port === null ? '' : `:${text(one.port)}`;
  const path = text(one.path);
  const place = `${protocol}://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}${port}${path && !path.startsWith('/') ? '/' : ''}${path}`;
  return h('li', null, protocol === 'cli' ? text(one.command ?? one.path ?? 'on the command line') : external(place), ' ', h('span.quiet', null, [one.visibility, one.note].filter(Boolean).map(text).join(' · ')));
}

const caps = (all, none) => (all.length === 0 ? note(none) : cutList(all, 40, one => h('li', null, h('a.cap', { href: `#/capabilities?q=${encodeURIComponent(text(one))}` }, text(one))), 'ul.caps'));

const mod = one => h('li', null, h('p', null, h('strong', null, text(one?.name)), ' ', h('span.quiet', null, text(one?.state))), one?.description && h('p.quiet', null, text(one.description)), caps(list(one?.capabilities?.provides), ''));

function origin(service) {
  const rows = [['Source', service.source && h('span.path', null, service.source)], ['How', SYNC[service.sync] ?? service.sync], ['Generation', number(service.generation)], ['Host', service.host], ['Version', text(service.version)], ['Owner', text(service.owner)],
    ['Repository', service.repo && external(text(service.repo))], ['Last probe', service.last_check && when(service.last_check)]];
  return h('dl.facts', null, rows.filter(([, value]) => value).map(([key, value]) => [h('dt', null, key), h('dd', null, value)]));
}

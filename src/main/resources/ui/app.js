// The frame of the page: navigation, routes by the part of the address after '#', keyboard, live state, session.
import { get, session } from './api.js';
import { h, put } from './dom.js';
import { plural } from './format.js';
import { follow, past } from './live.js';
import { failure } from './parts.js';
import { recall, remember, services } from './store.js';
import { help } from './help.js';

const VIEWS = [
  { name: 'overview', title: 'Overview', key: 'o', from: () => import('./overview.js') },
  { name: 'services', title: 'Services', key: 's', from: () => import('./services.js') },
  { name: 'capabilities', title: 'Capabilities', key: 'c', from: () => import('./capabilities.js') },
  { name: 'graph', title: 'Graph', key: 'g', from: () => import('./graph.js') },
  { name: 'decide', title: 'Decide', key: 'd', from: () => import('./decide.js') },
  { name: 'notes', title: 'Notes', key: 'n', from: () => import('./notes.js') },
  { name: 'vms', title: 'VMs', key: 'v', from: () => import('./vms.js') },
  { name: 'service', under: 'services', from: () => import('./service.js') },
];

const main = h('main', { id: 'view', tabindex: '-1' });
const announcer = h('div.unseen', { 'aria-live': 'polite', role: 'status' });
const badges = { decide: h('span.count'), notes: h('span.count'), services: h('span.count'), vms: h('span.count') };
const links = new Map(VIEWS.filter(view => view.title).map(view => [view.name,
  h('a', { href: `#/${view.name}` }, view.title, badges[view.name])]));
const host = h('span.host');
const version = h('span.quiet');
const stateWord = h('span');
const stateButton = h('button.livestate', { type: 'button', onclick: () => stream.retry() }, h('span.dot', { 'aria-hidden': 'true' }), stateWord);
const lost = h('div.lost', { role: 'status' });
const shortcuts = help(VIEWS);

put(document.getElementById('app'),
  h('a.skip', { href: '#view', onclick: event => {
    event.preventDefault();
    main.focus();
  } }, 'Skip to content'),
  h('header.side', null,
    h('a.brand', { href: '#/overview', 'aria-label': 'asmp, overview' }, h('span.mark', { 'aria-hidden': 'true' }, 'a'), h('span', null, 'asmp', host)),
    h('nav', { 'aria-label': 'Views' }, h('ul', null, [...links.values()].map(link => h('li', null, link)))),
    h('div.foot', null, stateButton, version,
      h('button.help', { type: 'button', onclick: () => shortcuts.open() }, 'Shortcuts ', h('kbd', null, '?')))),
  lost, main, announcer, shortcuts.element);

// --- routes

let current = null;

function route() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...rest] = path.split('/');
  const view = VIEWS.find(one => one.name === name) ?? VIEWS[0];
  let argument = '';
  try {
    argument = decodeURIComponent(rest.join('/'));
  } catch {
    // A broken escape names no service.
  }
  return { view, argument, query: new URLSearchParams(query) };
}

async function show() {
  const { view, argument, query } = route();
  const address = `${view.name}/${argument}`;
  if (current?.address === address) {
    current.shown?.changed?.(query);
    return;
  }
  const first = current === null;
  current?.leaving.abort();
  current?.shown?.end?.();
  const mine = current = { address, leaving: new AbortController(), shown: null };
  for (const [name, link] of links) {
    if (name === (view.under ?? view.name)) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  links.get(view.under ?? view.name)?.scrollIntoView({ block: 'nearest', inline: 'center' });
  try {
    const module = await view.from();
    if (current !== mine) return;
    const title = view.title ?? argument;
    const heading = h('h1', { tabindex: '-1' }, title);
    const body = h('div.body');
    put(main, h('div.page', { class: `page ${view.name}` }, heading, body));
    document.title = `${title} · asmp`;
    scrollTo(0, 0);
    if (!first) heading.focus({ preventScroll: true });
    mine.shown = module.show({ body, heading, argument, query, signal: mine.leaving.signal, announce, setQuery, badges, refreshCounts }) ?? {};
  } catch (error) {
    if (current === mine) put(main, h('div.page', null, h('h1', null, 'This view cannot be shown'), failure(error, () => location.reload())));
  }
}

/** Notes in the address what is searched for, without a step in the history. */
function setQuery(values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  const path = location.hash.split('?')[0] || '#/overview';
  history.replaceState(null, '', path + (query.size ? `?${query}` : ''));
}

function announce(words) {
  announcer.textContent = words;
}

addEventListener('hashchange', () => {
  if (location.hash.startsWith('#code=')) begin();
  else show();
});

// --- keyboard

let stream = null;
let leader = 0;

addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
  if (event.key === 'Escape' && typing) {
    typing.blur();
    return;
  }
  if (typing || document.querySelector('dialog[open]')) return;
  if (leader > Date.now() - 1500) {
    leader = 0;
    const view = VIEWS.find(one => one.key === event.key);
    if (view) {
      event.preventDefault();
      location.hash = `#/${view.name}`;
    }
    return;
  }
  if (event.key === 'g') leader = Date.now();
  else if (event.key === '?') shortcuts.open();
  else if (event.key === '/') {
    event.preventDefault();
    const field = main.querySelector('input[type=search]');
    if (field) field.focus();
    else location.hash = '#/services?focus=1';
  } else if (event.key === 'Enter' && event.target.matches('[data-row]')) {
    event.target.querySelector('a, button')?.click();
  } else if (event.key === 'j' || event.key === 'k') {
    event.preventDefault();
    step(event.key === 'j' ? 1 : -1);
  }
});

/** Moves the focus among the rows of a view. */
function step(by) {
  if (current?.shown?.step) {
    current.shown.step(by);
    return;
  }
  const rows = [...main.querySelectorAll('[data-row]')].filter(row => row.getClientRects().length);
  const at = rows.indexOf(document.activeElement.closest?.('[data-row]'));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

// --- what is live

const WORDS = {
  registered: 'is registered', changed: 'has changed', stale: 'is stale', removed: 'was removed', pending: 'waits for approval',
  discovery: 'was noted',
};
let counting = null;

const spoken = [];
let speaking = null;

/** Says what changed, or how much where it is more than anyone can listen to. */
function speak(words) {
  spoken.push(words);
  speaking ??= setTimeout(() => {
    speaking = null;
    const all = spoken.splice(0);
    announce(all.length > 3 ? `${all.length} changes` : all.join(', '));
  }, 600);
}

function heard(kind, data, id) {
  remember(kind, data, id);
  services.heard(kind, data);
  current?.shown?.heard?.(kind, data);
  if (kind === 'health' && data.was !== null) speak(`${data.name} is ${data.healthy ? 'healthy' : data.healthy === false ? 'unhealthy' : 'not checked'}`);
  else if (WORDS[kind]) speak(`${data.name} ${data.status === 'rejected' ? 'was rejected' : WORDS[kind]}`);
  counting ??= setTimeout(() => {
    counting = null;
    refreshCounts();
  }, 700);
}

async function refreshCounts(known) {
  try {
    const status = known ?? await get('/status');
    host.textContent = status.host;
    version.textContent = `asmp ${status.version}`;
    badge('services', status.services.total, 'service');
    badge('decide', status.pending.count, 'pending', 'pending');
    badge('notes', status.notes.count, 'open note');
    const vms = status.vms;
    badge('vms', vms ? vms.running + vms.paused + vms.stopped + vms.stale : 0, 'VM');
  } catch {
    // The stream says that the registry is away.
  }
}

function badge(name, count, one, many) {
  badges[name].textContent = count ? String(count) : '';
  links.get(name).setAttribute('aria-label', count ? `${links.get(name).firstChild.textContent}, ${plural(count, one, many)}` : links.get(name).firstChild.textContent);
}

let broke = null;

function liveChanged(state) {
  clearInterval(broke);
  stateButton.classList.toggle('off', !state.live);
  stateButton.disabled = state.live;
  if (state.live) {
    if (stateWord.textContent.startsWith('Offline')) announce('Connected again');
    stateWord.textContent = 'Live';
    stateButton.title = 'Changes are shown as they happen';
    put(lost);
    return;
  }
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((state.retryAt - Date.now()) / 1000));
    stateWord.textContent = seconds > 0 ? `Offline, retry in ${seconds} s` : 'Offline, retrying';
  };
  tick();
  broke = setInterval(tick, 1000);
  stateButton.title = 'Retry now';
  if (state.refused) {
    clearInterval(broke);
    stateWord.textContent = 'Not signed in';
  } else if (!lost.firstChild) put(lost, h('p', null, 'The connection to the registry is lost. What is shown may be out of date; it comes back by itself.'));
}

// --- a one-time code in the address

async function begin() {
  const code = location.hash.slice('#code='.length);
  history.replaceState(null, '', '#/decide');
  try {
    await session.begin(code);
    sessionStorage.removeItem('asmp.code');
    stream?.retry();
  } catch (error) {
    sessionStorage.setItem('asmp.code', error.message);
  }
  current = current && { ...current, address: '' };
  show();
}

if (location.hash.startsWith('#code=')) await begin();
else show();
stream = follow('/events', heard, liveChanged);
past('/events?recent=300').then(events => {
  recall(events);
  current?.shown?.recalled?.();
});
refreshCounts();

// What waits for the owner beside what is in service, and the owner's decision.
import { decide, get, pages, session } from './api.js';
import { h, put } from './dom.js';
import { number, plural, when } from './format.js';
import { command, cutList, empty, failure, link, pill } from './parts.js';
import { compare, items } from './diff.js';

const SYNC = { scan: 'found by a scan', announce: 'announced', register: 'registered or edited', federate: 'from another host' };

export function show({ body, argument, signal, announce, refreshCounts }) {
  const access = h('div');
  const content = h('div.stack');
  const cards = new Map();
  let planned = null;
  put(body, access, content);

  function drawAccess() {
    const problem = sessionStorage.getItem('asmp.code');
    sessionStorage.removeItem('asmp.code');
    put(access, session.token ? h('div.notice.good.thin', null, h('p', null, 'You decide in this tab as the owner of this host.'), h('button.quietly', { type: 'button', onclick: () => {
      session.end();
      drawAccess();
      redraw();
    } }, 'End the session')) : [problem && h('div.notice.bad', { role: 'alert' }, h('p', null, problem)), h('div.notice', null, h('p', null, 'This page only reads. To decide here, open it with a link of your own:'), command('asmp open'))]);
  }

  async function load() {
    try {
      const proposals = [];
      for await (const page of pages('/services?status=pending&limit=1000', signal)) proposals.push(...page);
      if (signal.aborted) return;
      const names = new Set(proposals.map(one => one.name));
      for (const [name, card] of cards) if (!names.has(name) && !card.done) cards.delete(name);
      for (const proposal of proposals) {
        const known = cards.get(proposal.name);
        if (!known || known.done || known.digest !== proposal.approval.digest) cards.set(proposal.name, card(proposal, known && !known.done ? known.proposal : null));
      }
      draw();
    } catch (error) {
      if (!signal.aborted) put(content, failure(error, load));
    }
  }

  function draw() {
    const all = [...cards.values()].sort((a, b) => (a.proposal.approval.approved ? 0 : 1) - (b.proposal.approval.approved ? 0 : 1));
    const waiting = all.filter(one => !one.done).length;
    if (all.length === 0) {
      put(content, empty('Nothing waits for approval', h('p', null, 'With ', h('strong', null, 'requires_approval: true'), ' under policy in host.yaml, what programs and scans offer waits here for you.')));
      return;
    }
    const focused = document.activeElement?.closest?.('[data-card]')?.dataset.card;
    if (!content.querySelector('ul.cards') || [...content.querySelectorAll('[data-card]')].map(one => one.dataset.card).join() !== all.slice(0, 50).map(one => one.element.dataset.card).join() || all.some(one => !one.element.isConnected)) {
      put(content, h('p.quiet.waiting', { 'aria-live': 'polite' }), cutList(all, 50, one => one.element, 'ul.cards'));
      if (focused) content.querySelector(`[data-card="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
    content.querySelector('.waiting').textContent = waiting ? `${plural(waiting, 'proposal')} to decide` : 'All decided';
    if (argument) {
      cards.get(argument)?.element.scrollIntoView({ block: 'start' });
      cards.get(argument)?.element.focus({ preventScroll: true });
      argument = '';
    }
  }

  function redraw() {
    for (const [name, one] of cards) if (!one.done) cards.set(name, card(one.proposal, null));
    put(content);
    draw();
  }

  /** A proposal; `shown` is what this page showed before of the same name. */
  function card(proposal, shown) {
    const { approval } = proposal;
    const one = { proposal, digest: approval.digest, done: false };
    const id = `note-${proposal.name}`;
    const words = h('input', { id, type: 'text', maxlength: 1000, autocomplete: 'off', placeholder: 'Why, if you reject it' });
    const result = h('div', { 'aria-live': 'polite' });
    const buttons = ['approve', 'reject'].map(verb => h('button', { type: 'button', class: verb, disabled: !session.token, onclick: () => act(verb) }, verb === 'approve' ? 'Approve' : 'Reject'));

    async function act(verb) {
      for (const button of buttons) button.disabled = true;
      try {
        await decide(proposal.name, verb, one.digest, verb === 'reject' ? words.value.trim() : '');
        one.done = true;
        one.element.classList.add('done');
        put(form, h('p.decided', { tabindex: '-1' }, pill(verb === 'approve' ? 'approved' : 'rejected', verb === 'approve' ? 'good' : 'bad'), ' ', verb === 'approve' ? [link(proposal.name), ' is in service now.'] : 'It stays away until its content changes.'));
        form.firstChild.focus();
        announce(`${proposal.name} ${verb === 'approve' ? 'approved' : 'rejected'}`);
        draw();
        refreshCounts();
      } catch (error) {
        for (const button of buttons) button.disabled = false;
        await refused(error);
      }
    }

    async function refused(error) {
      if (error.status === 409 || error.status === 412 || error.status === 404) {
        let now = null;
        try {
          now = (await pending(proposal.name));
        } catch {
          // Told below: it does not wait any more.
        }
        if (now && now.approval.digest !== one.digest) {
          const next = card(now, proposal);
          cards.set(proposal.name, next);
          one.element.replaceWith(next.element);
          next.element.focus();
          announce(`${proposal.name} changed while you were looking`);
          return;
        }
        put(result, h('div.notice.warn', { role: 'alert' }, h('p', null, now ? error.message : 'It does not wait any more: it was decided or withdrawn elsewhere.')));
        if (!now) one.done = true;
        return;
      }
      put(result, h('div.notice.bad', { role: 'alert' }, h('p', null, error.status === 401 || error.status === 403 ? 'The session has ended. Open the page again with: asmp open' : error.message)));
      if (!session.token) drawAccess();
    }

    const form = h('div.decision', null, h('label', { for: id }, 'Note'), words, h('div.buttons', null, buttons));
    one.element = h('li.card', { 'data-row': true, 'data-card': proposal.name, tabindex: '-1', 'aria-label': proposal.name },
      h('div.cardhead', null, h('h2', null, approval.approved ? link(proposal.name) : proposal.name), pill(approval.approved ? 'change' : 'new', approval.approved ? 'accent' : 'warn'),
        h('span.quiet', null, SYNC[proposal.sync] ?? proposal.sync, approval.ttl ? `, to live ${approval.ttl} at a time` : '', ' ', when(approval.since))),
      shown && h('div.notice.warn', { role: 'alert' }, h('p', null, h('strong', null, 'It changed while you were looking. '), 'Since then:'), table(compare(shown, proposal).filter(row => row.kind !== 'same'), 'You saw', 'Now')),
      differences(proposal), result, form);
    return one;
  }

  const pending = async name => {
    const service = await get(`/services/${encodeURIComponent(name)}`, signal);
    if (service.status === 'pending') return service;
    if (service.approval?.status !== 'pending') return null;
    for await (const page of pages('/services?status=pending&limit=1000', signal)) {
      const found = page.find(one => one.name === name);
      if (found) return found;
    }
    return null;
  };

  drawAccess();
  load();
  return {
    heard(kind) {
      if (['pending', 'registered', 'changed', 'removed', 'reset'].includes(kind)) {
        planned ??= setTimeout(() => {
          planned = null;
          load();
        }, 300);
      }
    },
    end: () => clearTimeout(planned),
  };
}

function differences(proposal) {
  const before = proposal.approval.approved ?? null;
  const rows = compare(before, proposal);
  if (!before) return table(rows, null, 'Proposed');
  const changed = rows.filter(row => row.kind !== 'same');
  const rest = rows.length - changed.length;
  return [changed.some(row => row.kind === 'masked') && h('p.quiet', null, '*** hides a secret, which may have changed, too.'), changed.length ? table(changed, 'In service', 'Proposed') : h('p.quiet', null, 'Only its source or its description of itself changed.'),
    rest > 0 && h('details', null, h('summary', null, `${number(rest)} fields stay as they are`), table(rows.filter(row => row.kind === 'same'), null, 'Value'))];
}

function table(rows, before, after) {
  return h('table.diff', null, h('thead', null, h('tr', null, [h('th', { scope: 'col' }, 'Field'), before && h('th', { scope: 'col' }, before), h('th', { scope: 'col' }, after)])),
    h('tbody', null, rows.slice(0, 300).map(row => h('tr', { class: before ? row.kind : 'same' }, h('th', { scope: 'row' }, row.path), before && h('td.before', { 'data-label': before }, value(row.before, row.after)), h('td.after', { 'data-label': after }, value(row.after, before ? row.before : row.after))))),
    rows.length > 300 && h('tfoot', null, h('tr', null, h('td', { colspan: 3 }, `and ${number(rows.length - 300)} more fields`))));
}

function value(mine, other) {
  if (mine === undefined) return h('span.quiet', null, 'not there');
  if (!Array.isArray(mine)) return mine === '' ? h('span.quiet', null, 'empty') : mine.length > 2000 ? mine.slice(0, 2000) + '…' : mine;
  return cutList(items(mine, other), 30, one => h('li', { class: one.only && other !== undefined ? 'only' : null }, one.word), 'ul.values');
}

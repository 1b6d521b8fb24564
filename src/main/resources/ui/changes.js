// One change as a line: what happened to which service, which fields, and when.
import { h } from './dom.js';
import { list, text, when } from './format.js';
import { link } from './parts.js';

const WORDS = { registered: ['registered', 'good'], changed: ['changed', 'accent'], stale: ['stale', 'warn'], removed: ['removed', 'bad'],
  pending: ['waits for approval', 'warn'], discovery: ['noted', 'none'], host: ['profile changed', 'none'],
  'peer-ok': ['answers', 'good'], 'peer-silent': ['is silent', 'warn'] };

function what(change) {
  if (change.kind !== 'health') return change.status === 'rejected' && change.kind === 'pending' ? ['rejected', 'bad'] : WORDS[change.kind] ?? [change.kind, 'none'];
  return change.healthy === null ? ['not checked', 'none'] : change.healthy ? ['healthy', 'good'] : ['unhealthy', 'bad'];
}

export function changeRow(change) {
  const [word, tone] = what(change);
  const fields = list(change.fields ?? change.changed).map(text);
  const named = ['discovery', 'host', 'peer-ok', 'peer-silent'].includes(change.kind) ? change.name : link(change.name);
  const detail = [change.health_error, change.kind === 'changed' && fields.length ? fields.slice(0, 8).join(', ') + (fields.length > 8 ? ', …' : '') : null,
    change.replaces && `replaces ${change.replaces.source ?? 'an earlier claim'}`, change.note, change.reason, change.kind === 'peer-silent' && change.error].filter(Boolean);
  return h('li', null, h('span', { class: `dot ${tone}`, 'aria-hidden': 'true' }), h('div', null, h('p', null, named, ' ', h('span.quiet', null, word)),
    detail.length > 0 && h('p.quiet', null, detail.join(' · '))), when(change.at ?? change.discovered_at, ''));
}

// Notes about services that are missing, each with the draft of a manifest for it.
import { pages } from './api.js';
import { h, put } from './dom.js';
import { plural, text, when } from './format.js';
import { command, copy, cutList, empty, external, failure } from './parts.js';

export function show({ body, signal }) {
  const content = h('div.stack');
  let all = false;
  let planned = null;
  const chips = h('div.chips', { role: 'group', 'aria-label': 'Which notes' });
  put(body, h('p.lead', null, 'What someone looked for and did not find. A note is closed when a service of that name is registered.'), chips, content);

  async function load() {
    put(chips, [[false, 'Open'], [true, 'All']].map(([key, word]) => h('button', { type: 'button', 'aria-pressed': String(all === key), onclick: () => {
      all = key;
      load();
    } }, word)));
    try {
      const notes = [];
      for await (const page of pages(`/discoveries?limit=1000${all ? '&pending=false' : ''}`, signal)) {
        notes.push(...page.discoveries);
        if (notes.length >= 10_000) break;
      }
      if (signal.aborted) return;
      put(content, notes.length === 0 ? empty('No open notes', h('p', null, 'When a search finds nothing, a note says what is missing:'), command('asmp todo NAME --note "what it is for"'))
        : [h('p.quiet', { 'aria-live': 'polite' }, plural(notes.length, 'note')), cutList(notes.reverse(), 100, card, 'ul.cards')]);
    } catch (error) {
      if (!signal.aborted) put(content, failure(error, load));
    }
  }

  load();
  return {
    heard(kind) {
      if (['discovery', 'registered', 'removed', 'reset'].includes(kind)) {
        planned ??= setTimeout(() => {
          planned = null;
          if (!content.querySelector('textarea')) load();
        }, 500);
      }
    },
    end: () => clearTimeout(planned),
  };
}

function card(one) {
  const draft = h('div');
  const button = h('button', { type: 'button', 'aria-expanded': 'false', onclick: () => {
    const open = draft.firstChild === null;
    button.setAttribute('aria-expanded', String(open));
    put(draft, open ? editor(one) : null);
    draft.querySelector('textarea')?.focus();
  } }, 'Make a manifest');
  return h('li.card', { 'data-row': true, tabindex: '-1' }, h('div.cardhead', null, h('h2', null, text(one.name)), one.status === 'registered' && h('span.pill.good', null, 'registered'), button),
    one.note && h('p', null, text(one.note)), one.hint && h('p', null, h('span.quiet', null, 'Hint: '), text(one.hint)), one.repo && h('p', null, external(text(one.repo))),
    h('p.quiet', null, [one.found_by && `by ${text(one.found_by)}, `, when(one.discovered_at, 'at an unknown time')]), draft);
}

function editor(one) {
  const field = h('textarea.draft', { rows: 14, spellcheck: 'false', 'aria-label': `Draft of a manifest for ${text(one.name)}`, value: draftOf(one) });
  const button = h('button', { type: 'button', onclick: () => copy(field.value, button, field) }, 'Copy');
  return h('div.editor', null, field, h('p.quiet', null, 'Save it as ', h('strong', null, 'asmp.yaml'), ' in the project, then: ', command('asmp scan')), button);
}

/** YAML whose texts are in double quotes, which JSON and YAML write alike. */
export function draftOf(one) {
  const quoted = value => JSON.stringify(text(value));
  const name = text(one.name);
  const capability = name.includes('.') ? name : `${name.toLowerCase()}.use`;
  return ['asmp: "0.1"', 'kind: service', `name: ${quoted(name.replaceAll('.', '-'))}`, `description: ${quoted(one.note ?? 'what it does, for whom, and when to take it')}`,
    one.repo && `repo: ${quoted(one.repo)}`, one.found_by && `created_by: ${quoted(one.found_by)}`, 'capabilities:', '  provides:', `    - ${quoted(capability)}`,
    one.hint && `# ${text(one.hint).replaceAll(/\s+/g, ' ')}`, '# Where it answers, if it does:', '# endpoints:', '#   - {protocol: http, host: 127.0.0.1, port: 7100}', '# health: {method: http, target: "http://127.0.0.1:7100/health", interval: 30s}', ''].filter(line => line !== undefined && line !== null && line !== false && line !== '').join('\n') + '\n';
}

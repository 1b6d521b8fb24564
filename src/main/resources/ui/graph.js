// Who requires whom, as a picture to walk through; the neighbours of one service where all are too many.
import { get } from './api.js';
import { h, inSlices, pause, put, s } from './dom.js';
import { number, plural } from './format.js';
import { circle, command, cutList, empty, failure, link, note, serviceHref, stateOf } from './parts.js';
import { layout } from './layout.js';

const MOST = 80;
const PAD = 16;
const HEIGHT = 38;
const KINDS = { requires: 'requires', depends_on: 'starts after', mod: 'mod of' };

export function show({ body, argument, signal, announce }) {
  let graph = null;
  let around = argument;
  let zoom = 1;
  let planned = null;
  const top = h('div');
  const picture = h('div.canvas');
  const below = h('div.stack');
  put(body, top, picture, below);

  async function load() {
    try {
      graph = await get('/graph', signal);
      if (!signal.aborted) draw();
    } catch (error) {
      if (!signal.aborted) put(top, error.status === 404 ? note('This registry does not serve a graph yet.') : failure(error, load));
    }
  }

  let round = 0;

  async function draw() {
    const mine = ++round;
    const isWanted = () => mine === round && !signal.aborted;
    await pause();
    const edges = graph.edges.map(edge => ({ ...edge }));
    const byName = new Map(graph.nodes.map(node => [node.name, { id: node.name, name: node.name, node }]));
    await pause();
    for (const one of graph.missing) {
      const id = `missing ${one.name}`;
      if (!byName.has(id)) byName.set(id, { id, name: one.name, missing: true });
      edges.push({ from: one.from, to: id, kind: one.kind, capability: one.name, missing: true });
    }
    const degree = new Map();
    const whole = await inSlices(edges, edge => {
      for (const end of [edge.from, edge.to]) degree.set(end, (degree.get(end) ?? 0) + 1);
    }, isWanted);
    if (!whole) return;
    const linked = [...byName.values()].filter(node => degree.has(node.id));
    const alone = graph.nodes.filter(node => !degree.has(node.name));
    let chosen = linked;
    let cut = 0;
    if (around || linked.length > MOST) {
      const center = byName.has(around) ? around : linked.reduce((best, node) => (degree.get(node.id) > degree.get(best.id) ? node : best), linked[0])?.id;
      const ids = near(center, edges);
      await pause();
      if (!isWanted()) return;
      cut = Math.max(0, ids.length - MOST);
      chosen = ids.slice(0, MOST).map(id => byName.get(id)).filter(Boolean);
      tools(linked, center);
    } else tools(linked, null);
    if (chosen.length === 0) {
      put(picture, graph.nodes.length === 0 ? empty('No service yet', command('asmp init')) : empty('No relations', h('p', null, 'Services name what they need under capabilities.requires and run.depends_on.')));
    } else paint(chosen, edges, around);
    put(below, cut > 0 && note(`${number(cut)} more are not drawn.`), faults(), alone.length > 0 && h('details.part', null, h('summary', null, `${plural(alone.length, 'service')} without relations`), cutList(alone, 60, node => h('li', null, link(node.name)), 'ul.caps')));
  }

  function tools(linked, center) {
    const known = h('datalist', { id: 'names' });
    const suggest = () => {
      const word = field.value.trim().toLowerCase();
      put(known, linked.filter(node => !node.missing && node.name.toLowerCase().includes(word)).slice(0, 20).map(node => h('option', { value: node.name })));
    };
    const field = h('input', { type: 'search', id: 'around', list: 'names', autocomplete: 'off', placeholder: 'A service', value: center ?? '', onfocus: suggest, oninput: suggest, onchange: () => {
      location.hash = `#/graph/${encodeURIComponent(field.value.trim())}`;
    } });
    put(top, h('div.tools', null, h('div.search', { role: 'search' }, h('label', { for: 'around' }, 'Around'), field, known), (around || center) && linked.length <= MOST && h('a', { href: '#/graph' }, 'Show all'),
      h('div.chips', { role: 'group', 'aria-label': 'Size' }, [['−', 'Smaller', 0.8], ['+', 'Larger', 1.25]].map(([sign, word, factor]) => h('button', { type: 'button', 'aria-label': word, onclick: () => scale(zoom * factor) }, sign)))),
    h('ul.legend.small', { 'aria-label': 'Legend' }, Object.entries(KINDS).map(([kind, word]) => h('li', null, s('svg', { width: 28, height: 10, 'aria-hidden': 'true' }, s('path', { class: `edge ${kind}`, d: 'M0 5H28' })), word)), h('li', null, h('span.swatch.faulty', { 'aria-hidden': 'true' }), 'circle, or missing')));
  }

  function faults() {
    const cycles = graph.cycles.length > 0 && h('section.part', null, h('h2.bad', null, 'Circles'), cutList(graph.cycles, 10, one => h('li', null, circle(one))));
    const missing = graph.missing.length > 0 && h('section.part', null, h('h2.bad', null, 'Missing'), cutList(graph.missing, 10, one => h('li', null, link(one.from), h('span.quiet', null, ` ${KINDS[one.kind] ?? one.kind} `), h('span.bad', null, one.name))));
    return (cycles || missing) && h('div.grid', null, cycles, missing);
  }

  /** A service and those up to two steps away, nearest first. */
  function near(center, edges) {
    const found = new Set([center]);
    for (let step = 0; step < 2; step++) {
      const more = [];
      for (const edge of edges) {
        if (found.has(edge.from) && !found.has(edge.to)) more.push(edge.to);
        if (found.has(edge.to) && !found.has(edge.from)) more.push(edge.from);
      }
      if (step > 0 && found.size + new Set(more).size > MOST / 2) break;
      for (const id of more) found.add(id);
    }
    return [...found];
  }

  function paint(chosen, edges, center) {
    const ids = new Set(chosen.map(node => node.id));
    const drawn = edges.filter(edge => ids.has(edge.from) && ids.has(edge.to));
    for (const node of chosen) {
      node.width = Math.min(250, 44 + [...node.name].length * 8.2);
      node.height = HEIGHT;
    }
    const inCircle = edge => graph.cycles.some(one => one.includes(edge.from) && one.includes(edge.to));
    const size = layout(chosen, drawn);
    const width = size.width + 2 * PAD;
    const height = size.height + 2 * PAD;
    const lines = drawn.filter(edge => edge.points.length > 1).map(edge => ({ edge, element: s('g', { class: `line ${edge.kind}${edge.hard === false ? ' soft' : ''}${edge.missing || inCircle(edge) ? ' faulty' : ''}` },
      s('path.edge', { d: curve(edge.points) }), s('path.arrow', { d: arrow(edge) }), s('title', null, `${edge.from} ${KINDS[edge.kind] ?? edge.kind} ${edge.missing ? edge.capability + ', which is missing' : edge.to}${edge.capability && !edge.missing ? ` (${edge.capability})` : ''}`)) }));
    const boxes = new Map(chosen.map(node => [node.id, box(node, drawn)]));
    const first = boxes.get(center) ?? boxes.values().next().value;
    for (const element of boxes.values()) element.setAttribute('tabindex', element === first ? '0' : '-1');
    boxes.get(center)?.classList.add('center');
    const svg = s('svg.web', { viewBox: `${-PAD} ${-PAD} ${width} ${height}`, role: 'group', 'aria-label': `Graph of ${plural(chosen.length, 'service')}; arrow keys walk along it` }, lines.map(one => one.element), [...boxes.values()]);
    put(picture, svg);
    picture.dataset.width = width;
    const readable = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    scale(Math.min(readable, Math.max(0.7, (picture.clientWidth - 4) / width)));
    walk(svg, chosen, drawn, boxes, lines);
    const middle = chosen.find(node => node.id === center);
    if (middle) picture.scrollTo((middle.x + PAD) * zoom - picture.clientWidth / 2, (middle.y + PAD) * zoom - picture.clientHeight / 2);
  }

  function scale(next) {
    zoom = Math.min(2, Math.max(0.3, next));
    picture.firstChild?.setAttribute?.('width', Math.round(Number(picture.dataset.width) * zoom));
  }

  function box(node, edges) {
    const out = edges.filter(edge => edge.from === node.id).length;
    const into = edges.filter(edge => edge.to === node.id).length;
    const [, word, tone] = node.missing ? ['', 'missing', 'bad'] : stateOf(node.node);
    const most = Math.floor((node.width - 40) / 8);
    const label = [...node.name].length > most ? [...node.name].slice(0, most - 1).join('') + '…' : node.name;
    return s('a', { class: `box ${tone}${node.missing ? ' missing' : ''}`, href: node.missing ? `#/capabilities?q=${encodeURIComponent(node.name)}` : serviceHref(node.name), transform: `translate(${node.x} ${node.y})`, 'data-id': node.id,
      'aria-label': `${node.name}, ${word}, needs ${out}, needed by ${into}` }, s('title', null, `${node.name}: ${word}`), s('rect', { width: node.width, height: HEIGHT, rx: 8 }), s('circle', { cx: 17, cy: HEIGHT / 2, r: 4.5 }), s('text', { x: 30, y: HEIGHT / 2 + 5 }, label));
  }

  function walk(svg, chosen, edges, boxes, lines) {
    const byId = new Map(chosen.map(node => [node.id, node]));
    const light = id => {
      svg.classList.toggle('lit', id !== null);
      const on = new Set([id]);
      for (const { edge, element } of lines) {
        const touches = edge.from === id || edge.to === id;
        element.classList.toggle('on', touches);
        if (touches) on.add(edge.from).add(edge.to);
      }
      for (const [name, element] of boxes) element.classList.toggle('on', on.has(name));
    };
    const idOf = event => event.target.closest?.('[data-id]')?.dataset.id ?? null;
    svg.addEventListener('pointerover', event => light(idOf(event)));
    svg.addEventListener('pointerleave', () => light(null));
    svg.addEventListener('focusin', event => light(idOf(event)));
    svg.addEventListener('focusout', () => light(null));
    svg.addEventListener('keydown', event => {
      const at = byId.get(idOf(event));
      if (!at || !event.key.startsWith('Arrow')) return;
      event.preventDefault();
      const side = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      const candidates = side === 0 ? chosen.filter(node => node !== at && Math.abs(node.x - at.x) < 40 && (node.y > at.y) === (event.key === 'ArrowDown'))
        : edges.flatMap(edge => (edge.from === at.id ? [byId.get(edge.to)] : edge.to === at.id ? [byId.get(edge.from)] : [])).filter(node => node && Math.sign(node.x - at.x) === side);
      const next = candidates.sort((a, b) => Math.abs(a.y - at.y) - Math.abs(b.y - at.y))[0];
      if (next) step(boxes, next.id);
    });
    picture.onpointerdown = event => {
      if (event.button !== 0 || event.target.closest('a') || event.pointerType === 'touch') return;
      const from = { x: event.clientX + picture.scrollLeft, y: event.clientY + picture.scrollTop };
      picture.setPointerCapture(event.pointerId);
      picture.onpointermove = move => picture.scrollTo(from.x - move.clientX, from.y - move.clientY);
      picture.onpointerup = picture.onpointercancel = () => (picture.onpointermove = null);
    };
    stepBy = by => {
      const all = [...boxes.keys()];
      const at = all.indexOf(document.activeElement?.dataset?.id);
      step(boxes, all[(at + by + all.length) % all.length]);
    };
  }

  let stepBy = () => {};

  function step(boxes, id) {
    for (const [name, element] of boxes) element.setAttribute('tabindex', name === id ? '0' : '-1');
    boxes.get(id).focus();
    boxes.get(id).scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  load();
  return {
    step: by => stepBy(by),
    heard(kind) {
      if (['registered', 'changed', 'removed', 'stale', 'health', 'reset'].includes(kind)) {
        planned ??= setTimeout(() => {
          planned = null;
          if (!picture.contains(document.activeElement)) load();
          else announce('The graph has changed');
        }, 1500);
      }
    },
    end: () => clearTimeout(planned),
  };
}

const round = value => Math.round(value * 10) / 10;

/** A smooth line through the points, level at each. */
function curve(points) {
  let path = `M${round(points[0][0])} ${round(points[0][1])}`;
  for (let i = 1; i < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1], points[i]];
    const bend = (bx - ax) / 2;
    path += `C${round(ax + bend)} ${round(ay)} ${round(bx - bend)} ${round(by)} ${round(bx)} ${round(by)}`;
  }
  return path;
}

function arrow(edge) {
  const [x, y] = edge.points.at(-1);
  return edge.backward ? `M${round(x)} ${round(y)}l8 -4.5v9z` : `M${round(x)} ${round(y)}l-8 -4.5v9z`;
}

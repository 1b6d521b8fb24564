// A layered layout of a directed graph, from left to right: who leans on others stands left of them.
//
//   components → layers (longest path, circles cut) → order (fewest crossings of a few sweeps) → places

const GAP_X = 64;
const GAP_Y = 14;
const BEND = 6;
const SHELF = 1180;

/**
 * @param nodes of {id, width, height}; gets x and y
 * @param edges of {from, to}; gets points and whether it runs backward
 * @returns {{width: number, height: number}} the size of the whole
 */
export function layout(nodes, edges) {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const known = edges.filter(edge => byId.has(edge.from) && byId.has(edge.to) && edge.from !== edge.to);
  for (const edge of edges) edge.points = [];
  const parts = components(nodes, known).map(part => lay(part.nodes, part.edges));
  parts.sort((a, b) => b.height * b.width - a.height * a.width);
  return shelve(parts);
}

function components(nodes, edges) {
  const root = new Map(nodes.map(node => [node.id, node.id]));
  const find = id => {
    let at = id;
    while (root.get(at) !== at) at = root.get(at);
    root.set(id, at);
    return at;
  };
  for (const edge of edges) root.set(find(edge.from), find(edge.to));
  const parts = new Map();
  const part = id => parts.get(find(id)) ?? parts.set(find(id), { nodes: [], edges: [] }).get(find(id));
  for (const node of nodes) part(node.id).nodes.push(node);
  for (const edge of edges) part(edge.from).edges.push(edge);
  return [...parts.values()];
}

function lay(nodes, edges) {
  const points = new Map(nodes.map(node => [node.id, { node, id: node.id, height: node.height, width: node.width, layer: 0, into: [], out: [] }]));
  cutCircles(points, edges);
  rank(points, edges);
  const layers = [];
  const put = point => (layers[point.layer] ??= []).push(point);
  for (const point of points.values()) put(point);
  const chains = new Map();
  for (const edge of edges) chains.set(edge, chain(edge, points, put));
  order(layers);
  const size = place(layers);
  return { ...size, move: (dx, dy) => {
    for (const point of points.values()) {
      point.node.width = point.width;
      point.node.x = point.x + dx;
      point.node.y = point.y + dy;
    }
    for (const [edge, line] of chains) edge.points = route(edge, line, dx, dy);
  } };
}

/** Marks the edges that close a circle when one walks along them; these are laid the other way round. */
function cutCircles(points, edges) {
  const out = new Map();
  const into = new Set();
  for (const edge of edges) {
    if (!out.has(edge.from)) out.set(edge.from, []);
    out.get(edge.from).push(edge);
    into.add(edge.to);
    edge.backward = false;
  }
  const state = new Map();
  const starts = [...points.keys()].sort((a, b) => into.has(a) - into.has(b));
  for (const start of starts) {
    if (state.has(start)) continue;
    const walk = [{ id: start, next: 0 }];
    state.set(start, 'open');
    while (walk.length) {
      const at = walk.at(-1);
      const edge = out.get(at.id)?.[at.next++];
      if (!edge) {
        state.set(at.id, 'done');
        walk.pop();
      } else if (state.get(edge.to) === 'open') edge.backward = true;
      else if (!state.has(edge.to)) {
        state.set(edge.to, 'open');
        walk.push({ id: edge.to, next: 0 });
      }
    }
  }
}

const ends = edge => (edge.backward ? [edge.to, edge.from] : [edge.from, edge.to]);

/** The layer of each point: one right of the furthest that leads to it. */
function rank(points, edges) {
  const left = new Map([...points.keys()].map(id => [id, 0]));
  const next = new Map();
  for (const edge of edges) {
    const [a, b] = ends(edge);
    left.set(b, left.get(b) + 1);
    if (!next.has(a)) next.set(a, []);
    next.get(a).push(b);
  }
  const ready = [...points.keys()].filter(id => left.get(id) === 0);
  for (const id of ready) {
    for (const other of next.get(id) ?? []) {
      const point = points.get(other);
      point.layer = Math.max(point.layer, points.get(id).layer + 1);
      left.set(other, left.get(other) - 1);
      if (left.get(other) === 0) ready.push(other);
    }
  }
  // What leads nowhere else stands close to what it leads to.
  for (const id of ready.reverse()) {
    const point = points.get(id);
    const nearest = Math.min(...(next.get(id) ?? []).map(other => points.get(other).layer));
    const isStart = !edges.some(edge => ends(edge)[1] === id);
    if (isStart && Number.isFinite(nearest)) point.layer = nearest - 1;
  }
}

/** The points of an edge: its ends, and a bend in each layer between them. */
function chain(edge, points, put) {
  const [a, b] = ends(edge).map(id => points.get(id));
  const line = [a];
  for (let layer = a.layer + 1; layer < b.layer; layer++) {
    const bend = { layer, height: BEND, width: 0, into: [], out: [], node: null };
    put(bend);
    line.push(bend);
  }
  line.push(b);
  for (let i = 1; i < line.length; i++) {
    line[i - 1].out.push(line[i]);
    line[i].into.push(line[i - 1]);
  }
  return line;
}

function order(layers) {
  const number = layer => layer.forEach((point, i) => (point.order = i));
  layers.forEach(number);
  let best = null;
  for (let sweep = 0; sweep < 14; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      for (const point of layer) {
        const others = down ? point.into : point.out;
        point.weight = others.length ? others.reduce((sum, other) => sum + other.order, 0) / others.length : point.order;
      }
      layer.sort((a, b) => a.weight - b.weight || a.order - b.order);
      number(layer);
    }
    const found = crossings(layers);
    if (best === null || found < best.found) best = { found, layers: layers.map(layer => [...layer]) };
    if (found === 0) break;
  }
  best.layers.forEach((layer, i) => {
    layers[i] = layer;
    number(layer);
  });
}

function crossings(layers) {
  let count = 0;
  for (const layer of layers) {
    const lines = layer.flatMap(point => point.out.map(other => [point.order, other.order]));
    if (lines.length > 300) return Number.MAX_SAFE_INTEGER;
    for (let i = 0; i < lines.length; i++) {
      for (let j = i + 1; j < lines.length; j++) if ((lines[i][0] - lines[j][0]) * (lines[i][1] - lines[j][1]) < 0) count++;
    }
  }
  return count;
}

/** Columns from left to right; within one, each point as near to its neighbours as the order allows. */
function place(layers) {
  let x = 0;
  for (const layer of layers) {
    const width = Math.max(...layer.map(point => point.width));
    let y = 0;
    for (const point of layer) {
      point.x = x;
      point.width = width;
      point.y = y;
      y += point.height + GAP_Y;
    }
    x += width + GAP_X;
  }
  const middle = point => point.y + point.height / 2;
  for (let pass = 0; pass < 10; pass++) {
    for (const layer of pass % 2 ? layers : [...layers].reverse()) {
      for (const point of layer) {
        const others = [...point.into, ...point.out];
        point.wish = others.length ? others.reduce((sum, other) => sum + middle(other), 0) / others.length - point.height / 2 : point.y;
      }
      spread(layer);
    }
  }
  const top = Math.min(...layers.flat().map(point => point.y));
  const bottom = Math.max(...layers.flat().map(point => point.y + point.height));
  for (const point of layers.flat()) point.y -= top;
  return { width: x - GAP_X, height: bottom - top };
}

/** Wishes fulfilled as far as points do not overlap: the mean of pushing down and pushing up. */
function spread(layer) {
  const down = [];
  layer.forEach((point, i) => down.push(i ? Math.max(point.wish, down[i - 1] + layer[i - 1].height + GAP_Y) : point.wish));
  const up = [];
  for (let i = layer.length - 1; i >= 0; i--) up[i] = i < layer.length - 1 ? Math.min(layer[i].wish, up[i + 1] - layer[i].height - GAP_Y) : layer[i].wish;
  layer.forEach((point, i) => (point.y = (down[i] + up[i]) / 2));
}

function route(edge, line, dx, dy) {
  const path = line.flatMap((point, i) => {
    const y = point.y + dy + point.height / 2;
    const ends = [[point.x + dx, y], [point.x + dx + point.width, y]];
    return i === 0 ? [ends[1]] : i === line.length - 1 ? [ends[0]] : ends;
  });
  return edge.backward ? path.reverse() : path;
}

/** Parts side by side on shelves as wide as the widest part, or a screen. */
function shelve(parts) {
  const most = Math.max(SHELF, ...parts.map(part => part.width));
  let x = 0;
  let y = 0;
  let deep = 0;
  let width = 0;
  for (const part of parts) {
    if (x > 0 && x + part.width > most) {
      x = 0;
      y += deep + 3 * GAP_Y;
      deep = 0;
    }
    part.move(x, y);
    x += part.width + GAP_X;
    width = Math.max(width, x - GAP_X);
    deep = Math.max(deep, part.height);
  }
  return { width, height: y + deep };
}

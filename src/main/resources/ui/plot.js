// The health of the last 24 hours: latency as a line, failures as red bars, gaps where nothing was known.
import { h, s } from './dom.js';
import { exact, number, plural } from './format.js';

const DAY = 86_400_000;
const HEIGHT = 150;
const LEFT = 46;
const BOTTOM = 22;
const TOP = 10;

/** Draws the points of `history` that are younger than a day, for a place of this width. */
export function plot(history, room, now = Date.now()) {
  const WIDTH = Math.max(280, Math.min(1100, room));
  const points = history.map(one => ({ ...one, time: Date.parse(one.at) })).filter(one => one.time > now - DAY && one.time <= now + 60_000).sort((a, b) => a.time - b.time);
  if (points.length === 0) return h('p.quiet', null, 'No probe in the last 24 hours.');
  const latencies = points.filter(one => one.healthy && one.latency_ms !== undefined && one.latency_ms !== null).map(one => one.latency_ms);
  const top = nice(Math.max(1, ...latencies));
  const x = time => LEFT + (WIDTH - LEFT) * Math.max(0, time - (now - DAY)) / DAY;
  const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(value, top) / top);
  const failed = points.filter(one => one.healthy === false);
  const middle = [...latencies].sort((a, b) => a - b)[latencies.length >> 1];
  const share = points.filter(one => one.healthy === true).length / Math.max(1, points.filter(one => one.healthy !== null).length);
  const words = `${plural(points.length, 'sample')} of ten minutes, ${number(Math.round(share * 1000) / 10)} % healthy${middle === undefined ? '' : `, half within ${number(middle)} ms`}`;
  const readout = h('p.quiet', null, words);
  const cursor = s('line.cursor', { y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden' });
  const picture = s('svg.plot', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
    [0, 0.5, 1].map(part => [s('line.rule', { x1: LEFT, x2: WIDTH, y1: y(top * part), y2: y(top * part) }), s('text', { x: LEFT - 8, y: y(top * part) + 4, 'text-anchor': 'end' }, part === 1 ? `${number(top)} ms` : number(top * part))]),
    hours(now, WIDTH < 500 ? 6 : 3).map(([time, label]) => s('text', { x: x(time), y: HEIGHT - 5, 'text-anchor': 'middle' }, label)),
    failures(points, x), latencies.length > 0 && s('path.latency', { d: line(points, x, y) }),
    points.length <= 150 && points.filter(one => one.healthy && one.latency_ms !== undefined).map(one => s('circle.probe', { cx: x(one.time), cy: y(one.latency_ms), r: points.length < 60 ? 2.5 : 1.5 })), cursor);
  picture.addEventListener('pointermove', event => {
    const box = picture.getBoundingClientRect();
    const time = now - DAY + ((event.clientX - box.left) / box.width * WIDTH - LEFT) / (WIDTH - LEFT) * DAY;
    let near = points[0];
    for (const one of points) if (Math.abs(one.time - time) < Math.abs(near.time - time)) near = one;
    cursor.setAttribute('x1', x(near.time));
    cursor.setAttribute('x2', x(near.time));
    cursor.setAttribute('visibility', 'visible');
    readout.textContent = `${exact(new Date(near.time))}: ${near.healthy ? `healthy${near.latency_ms === undefined ? '' : `, ${number(near.latency_ms)} ms`}` : near.healthy === false ? 'unhealthy' : 'not checked'}`;
  });
  picture.addEventListener('pointerleave', () => {
    cursor.setAttribute('visibility', 'hidden');
    readout.textContent = words;
  });
  return h('figure.health', null, picture, h('figcaption', null, failed.length > 0 && h('span.badge.bad', null, plural(failed.length, 'failure')), readout));
}

/** The least of 1, 2, 5, 10, 20, … that is not below a value. */
function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(one => one * power).find(one => one >= value);
}

function hours(now, every) {
  const marks = [];
  const first = new Date(now - DAY + 2 * 3_600_000);
  first.setMinutes(0, 0, 0);
  for (let time = first.getTime(); time < now - 1_800_000; time += 3_600_000) {
    const hour = new Date(time).getHours();
    if (hour % every === 0) marks.push([time, `${String(hour).padStart(2, '0')}:00`]);
  }
  return marks;
}

/** A line through what was healthy; it breaks at failures, and where probes are missing for long. */
function line(points, x, y) {
  const gap = Math.max(20 * 60_000, 6 * typical(points));
  let path = '';
  let before = null;
  for (const one of points) {
    if (!one.healthy || one.latency_ms === undefined || one.latency_ms === null) {
      before = null;
      continue;
    }
    path += `${before !== null && one.time - before < gap ? 'L' : 'M'}${x(one.time).toFixed(1)} ${y(one.latency_ms).toFixed(1)}`;
    before = one.time;
  }
  return path;
}

function typical(points) {
  const steps = points.slice(1).map((one, i) => one.time - points[i].time).sort((a, b) => a - b);
  return steps[steps.length >> 1] ?? 0;
}

/** Failures that follow each other are one bar; it lasts until the next probe, or an hour at most. */
function failures(points, x) {
  const bars = [];
  points.forEach((one, i) => {
    if (one.healthy !== false) return;
    const end = Math.min(points[i + 1]?.time ?? one.time, one.time + 3_600_000);
    const last = bars.at(-1);
    if (last && one.time <= last.end) last.end = end;
    else bars.push({ begin: one.time, end });
  });
  return bars.map(({ begin, end }) => s('rect.failed', { x: x(begin).toFixed(1), y: TOP, height: HEIGHT - TOP - BOTTOM, width: Math.max(2, x(end) - x(begin)).toFixed(1) }));
}

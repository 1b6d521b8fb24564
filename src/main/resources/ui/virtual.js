// A long list of which only the part in view is in the document. Heights are known before rows are made.
import { h } from './dom.js';

const MARGIN = 600;

/**
 * @param height of an item, in rem
 * @param key of an item, which stays when its content changes
 * @param render makes the content of an item's element
 */
export function virtualList({ label, height, key, render }) {
  const element = h('ul.virtual', { 'aria-label': label });
  let items = [];
  let tops = [0];
  let places = new Map();
  const shown = new Map();
  let planned = false;
  let rem = 16;

  function place() {
    rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    tops = new Array(items.length + 1);
    tops[0] = 0;
    places = new Map();
    for (let i = 0; i < items.length; i++) {
      tops[i + 1] = tops[i] + height(items[i]) * rem;
      places.set(key(items[i]), i);
    }
    element.style.height = `${tops[items.length]}px`;
  }

  function at(offset) {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle + 1] <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function draw() {
    planned = false;
    if (!element.isConnected) return;
    const offset = -element.getBoundingClientRect().top;
    const from = at(Math.max(0, offset - MARGIN));
    const to = at(offset + innerHeight + MARGIN);
    const wanted = new Set();
    for (let i = from; i <= Math.min(to, items.length - 1); i++) wanted.add(i);
    const focused = element.contains(document.activeElement) ? document.activeElement.closest('li')?.dataset.key : null;
    if (focused && places.has(focused)) wanted.add(places.get(focused));
    const keep = new Set();
    const fresh = [];
    for (const i of wanted) {
      const name = key(items[i]);
      keep.add(name);
      let row = shown.get(name);
      if (!row || row.item !== items[i]) {
        const replaced = row?.element;
        const hadFocus = replaced?.contains(document.activeElement);
        row = { item: items[i], element: h('li', { 'data-key': name }, render(items[i], i)) };
        shown.set(name, row);
        if (replaced) {
          replaced.replaceWith(row.element);
          if (hadFocus) row.element.querySelector('a, button')?.focus({ preventScroll: true });
        } else fresh.push(row.element);
      }
      const style = row.element.style;
      style.top = `${tops[i]}px`;
      style.height = `${tops[i + 1] - tops[i]}px`;
      row.element.setAttribute('aria-setsize', items.length);
      row.element.setAttribute('aria-posinset', i + 1);
    }
    for (const [name, row] of shown) {
      if (!keep.has(name)) {
        row.element.remove();
        shown.delete(name);
      }
    }
    element.append(...fresh);
    if (fresh.length) sortRows();
  }

  // The order in the document is the order on the screen, for the Tab key and for screen readers.
  function sortRows() {
    let before = null;
    for (const row of [...shown.values()].sort((a, b) => places.get(b.element.dataset.key) - places.get(a.element.dataset.key))) {
      if (row.element.nextSibling !== before) element.insertBefore(row.element, before);
      before = row.element;
    }
  }

  function plan() {
    if (!planned) {
      planned = true;
      requestAnimationFrame(draw);
    }
  }

  function resize() {
    place();
    plan();
  }

  addEventListener('scroll', plan, { passive: true });
  addEventListener('resize', resize, { passive: true });

  return {
    element,
    set(next) {
      items = next;
      place();
      plan();
    },
    plan,
    /** Moves the focus by some rows that have a link; gives false at the end. */
    move(step) {
      const focused = element.contains(document.activeElement) ? document.activeElement.closest('li')?.dataset.key : null;
      const first = step > 0 ? -1 : items.length;
      for (let i = (places.get(focused) ?? first) + step; i >= 0 && i < items.length; i += step) {
        if (items[i].record) {
          const top = element.getBoundingClientRect().top + tops[i];
          const bottom = top + (tops[i + 1] - tops[i]);
          const headroom = 5 * rem;
          if (top < headroom) scrollBy(0, top - headroom);
          else if (bottom > innerHeight - headroom) scrollBy(0, bottom - innerHeight + headroom);
          draw();
          shown.get(key(items[i]))?.element.querySelector('a')?.focus({ preventScroll: true });
          plan();
          return true;
        }
      }
      return false;
    },
    end() {
      removeEventListener('scroll', plan);
      removeEventListener('resize', resize);
    },
  };
}

// Elements from names, properties and children. Text becomes text nodes; nothing is ever parsed as HTML.
const SVG = 'http://www.w3.org/2000/svg';

function fill(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'style') for (const [name, one] of Object.entries(value)) element.style.setProperty(name, one);
    else if (key === 'value' || key === 'checked') element[key] = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false) element.append(String(child));
  }
}

/** An HTML element; `name` may carry classes: `p.quiet.small`. */
export function h(name, props, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  return fill(element, props, children);
}

/** An SVG element. */
export function s(name, props, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElementNS(SVG, tag);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  return fill(element, props, children);
}

/** Puts these children in the place of all others. */
export function put(element, ...children) {
  const fresh = document.createDocumentFragment();
  add(fresh, children);
  element.replaceChildren(fresh);
  return element;
}

/** Lets the browser paint and handle input before more work is done. */
export const pause = () => (globalThis.scheduler?.yield ? scheduler.yield() : new Promise(next => setTimeout(next)));

/** Calls for each item in slices of at most a few milliseconds; stops when `isWanted` says no. */
export async function inSlices(items, each, isWanted = () => true) {
  let began = performance.now();
  for (const item of items) {
    each(item);
    if (performance.now() - began > 8) {
      await pause();
      if (!isWanted()) return false;
      began = performance.now();
    }
  }
  return isWanted();
}

// The stream of changes: parsed by hand, so that silence is noticed, and resumed after the last event that came whole.
import { session } from './api.js';

const SILENCE = 40_000;
const HIDDEN = 60_000;

/**
 * Follows `path`. `heard` gets (kind, data) of each event, and kind `reset` when everything must be read again;
 * `changed` gets the state: `{ live: true }`, or `{ live: false, refused, retryAt }`.
 */
export function follow(path, heard, changed) {
  let last = null;
  let failures = 0;
  let controller = null;
  let timer = null;
  let asleep = null;
  let ended = false;
  let refused = false;

  async function connect() {
    timer = null;
    controller = new AbortController();
    const { signal } = controller;
    let silence;
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => controller.abort(), SILENCE);
    };
    try {
      listen();
      const response = await fetch(path, { signal, credentials: 'omit', cache: 'no-store', headers: { ...session.headers, ...(last === null ? {} : { 'Last-Event-ID': last }) } });
      refused = response.status === 401;
      if (!response.ok) throw new Error(String(response.status));
      if (failures > 0 && last === null) heard('reset', {});
      failures = 0;
      changed({ live: true });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const take = parser((kind, data, id) => {
        if (id !== null) last = id;
        if (kind) heard(kind, data, id);
      });
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        listen();
        take(value);
      }
    } catch {
      // Broken or refused: what counts is that it is over.
    } finally {
      clearTimeout(silence);
    }
    if (ended || asleep === 'yes') return;
    const wait = Math.min(15_000, 500 * 2 ** failures++) * (0.8 + Math.random() * 0.4);
    changed({ live: false, refused, retryAt: Date.now() + wait });
    timer = setTimeout(connect, wait);
  }

  // A browser allows few connections to a host: a tab that is not looked at, or was left, gives its own back.
  function sleep() {
    clearTimeout(asleep);
    asleep = 'yes';
    clearTimeout(timer);
    controller.abort();
  }

  function seen(event) {
    if (event.type === 'pagehide') sleep();
    else if (document.hidden) asleep ??= setTimeout(sleep, HIDDEN);
    else {
      const slept = asleep === 'yes';
      if (!slept) clearTimeout(asleep);
      asleep = null;
      if (slept) connect();
    }
  }

  const moments = [[document, 'visibilitychange'], [window, 'pagehide'], [window, 'pageshow']];
  for (const [target, kind] of moments) target.addEventListener(kind, seen);
  connect();
  return {
    retry() {
      if (timer !== null) {
        clearTimeout(timer);
        timer = null;
        connect();
      }
    },
    end() {
      ended = true;
      for (const [target, kind] of moments) target.removeEventListener(kind, seen);
      clearTimeout(timer);
      controller?.abort();
    },
  };
}

/** The last events that the registry keeps, as [kind, data, id]: what it sends before it has nothing more to say. */
export async function past(path) {
  const controller = new AbortController();
  const leave = () => controller.abort();
  addEventListener('pagehide', leave);
  const found = [];
  try {
    const response = await fetch(path, { signal: controller.signal, credentials: 'omit', cache: 'no-store', headers: session.headers });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const take = parser((...event) => event[0] && event[0] !== 'reset' && found.push(event));
    const quiet = ms => new Promise(next => setTimeout(next, ms, {}));
    for (let wait = 1000, piece; (piece = await Promise.race([reader.read(), quiet(wait)])).value; wait = 250) take(piece.value);
  } catch {
    // Without them only what follows is known.
  }
  leave();
  removeEventListener('pagehide', leave);
  return found;
}

/** Takes text in pieces as it comes; an event counts when its empty line is there. */
export function parser(event) {
  let rest = '';
  let kind = null;
  let id = null;
  let data = [];
  return piece => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        let value = null;
        try {
          value = data.length ? JSON.parse(data.join('\n')) : null;
        } catch {
          kind = null;
        }
        if (kind || id !== null) event(value ? kind : null, value, id);
        kind = null;
        id = null;
        data = [];
      } else if (line.startsWith('id:')) id = line.slice(3).trim();
      else if (line.startsWith('event:')) kind = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
    }
  };
}

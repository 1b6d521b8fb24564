// Requests to the registry that served this page, and the owner's session.
const SESSION = 'asmp.session';

/** A refusal of the registry, with its sentence and status; status 0 means that it did not answer. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: 'omit', cache: 'no-cache', redirect: 'error', ...options, headers: { ...session.headers, ...options.headers } });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(0, 'The registry does not answer. It may be restarting; start it with: asmp serve');
  }
  let body = null;
  try {
    body = await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
  }
  if (response.status === 401) {
    session.end();
    throw new Refusal(401, 'Only the owner may do that here. Open the page with: asmp open');
  }
  if (!response.ok) throw new Refusal(response.status, body?.error ?? `The registry answered ${response.status}.`);
  return { body, response };
}

export const get = async (path, signal) => (await call(path, { signal })).body;

/** Pages of a list, one after another, as their `Link` leads. */
export async function* pages(path, signal) {
  for (let next = path; next;) {
    const { body, response } = await call(next, { signal });
    yield body;
    next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('Link') ?? '')?.[1] ?? null;
  }
}

export const session = {
  get token() {
    return sessionStorage.getItem(SESSION);
  },
  get headers() {
    return session.token ? { 'Authorization': `Bearer ${session.token}` } : {};
  },
  end() {
    sessionStorage.removeItem(SESSION);
  },
  /** Exchanges a one-time code for a session of this tab. */
  async begin(code) {
    const { body } = await call('/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code }) });
    sessionStorage.setItem(SESSION, body.session);
  },
};

/** Asks for a decision as the owner; a session that has ended is forgotten. */
export async function decide(name, verb, digest, words) {
  try {
    return (await call(`/services/${encodeURIComponent(name)}/${verb}`, {
      method: 'POST',
      headers: { 'If-Match': `"${digest}"`, 'Content-Type': 'application/json' },
      body: JSON.stringify(words ? { note: words } : {}),
    })).body;
  } catch (error) {
    if (error.status === 403) session.end();
    throw error;
  }
}

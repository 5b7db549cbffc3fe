// page_in_node.mjs SHOW SEAT... - docs/clients/http/page.mjs with what a browser has: cookies, the
// storage of a tab. Prints what it was told: reason, token, reservation.
import { hold } from '../../docs/clients/http/page.mjs';

const cookies = new Map();
const kept = new Map();
const real = globalThis.fetch;

globalThis.sessionStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, String(value)),
  removeItem: (name) => kept.delete(name),
};
globalThis.fetch = async (url, { credentials, headers, ...rest }) => {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  if (credentials !== 'include')
    throw new Error('a page whose session is left out');
  const answer = await real(url, { ...rest, headers: cookie ? { ...headers, cookie } : headers });
  for (const set of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
    cookies.set(name, value);
  }
  return answer;
};

const [show, ...seats] = process.argv.slice(2);
const told = await hold(process.env.HOLDFAST_URL, show, seats);
console.log(told.reason, told.checkout_token ?? '-', told.reservation_id ?? '-');

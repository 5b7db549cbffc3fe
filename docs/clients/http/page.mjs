// What a page does that sells seats: it holds them, and gives the shop what it confirms with.
//
//   import { hold } from './page.mjs';
//   const held = await hold('https://seats.example.org', 'opera-1', ['A1', 'A2']);
//
// A hold has `reservation_id` and `checkout_token`, which go to the shop with the order; its server
// confirms with a key. What else comes back has `reason` and `message`: SEATS_TAKEN (409), with
// the seats in `unavailable`. The page must be of the gateway's own site.

// One key for each wish, kept over a reload: who presses again, or comes back, asks the same again.
function keyOf(wish) {
  const kept = JSON.parse(sessionStorage.getItem('wish') ?? '{}');
  if (kept.wish !== wish) {
    kept.wish = wish;
    kept.key = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16)).join('-');
    sessionStorage.setItem('wish', JSON.stringify(kept)); // before anything is sent
  }
  return kept.key;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function post(gateway, path, headers, fields) {
  return fetch(gateway + path, {
    method: 'POST',
    credentials: 'include', // the session is a cookie, which no script sees
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(fields),
    signal: AbortSignal.timeout(10000),
  });
}

export async function hold(gateway, show, seats) {
  const wish = JSON.stringify({ show_id: show, seat_ids: seats });
  const key = keyOf(wish);
  for (const until = Date.now() + 60000; Date.now() < until;) {
    let wait = 1;
    try {
      await post(gateway, '/api/session', {}, {}); // makes the cookie, or keeps it
      const answer = await post(gateway, '/api/seat-reservations/reserve',
        { 'Idempotency-Key': key }, JSON.parse(wish));
      // 401: the cookie was gone, and there is a new one. 429, 503, 504: later, with the same key.
      if (![401, 429].includes(answer.status) && answer.status < 500) {
        const told = await answer.json();
        sessionStorage.removeItem('wish'); // it is answered: the next press is another wish
        return told;
      }
      wait = Number(answer.headers.get('Retry-After') ?? wait);
    } catch {
      // The connection broke: was it the request that is lost, or the answer?
    }
    await sleep(wait * 1000);
  }
  return { reason: 'OUTCOME_UNKNOWN', message: 'Your seats may be held. Please try again.' };
}

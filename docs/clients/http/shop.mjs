// shop.mjs SHOW SEAT... - what a shop's server does: reserve, let the customer pay, confirm.
//
// HOLDFAST_URL: the gateway. HOLDFAST_KEY: an API key of the role checkout. Prints sold, taken or
// lapsed (exit codes 0, 1, 1). Exit code 2: refused, 3: the outcome is not known yet.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const { HOLDFAST_URL, HOLDFAST_KEY } = process.env;

function end(code, ...words) {
  (code < 2 ? console.log : console.error)(...words);
  process.exit(code);
}

// Sent again with the same key until there is an answer: it is done once.
async function ask(operation, session, key, fields) {
  for (const until = Date.now() + 60000; Date.now() < until;) {
    let wait = 1;
    try {
      const answer = await fetch(`${HOLDFAST_URL}/api/seat-reservations/${operation}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json', 'Authorization': `Bearer ${HOLDFAST_KEY}`,
          'Holdfast-Session': session, 'Idempotency-Key': key,
        },
        body: JSON.stringify(fields),
        signal: AbortSignal.timeout(10000),
      });
      if (answer.status !== 429 && answer.status < 500)
        return { status: answer.status, ...await answer.json() };
      wait = Number(answer.headers.get('Retry-After') ?? wait); // 429, 503, 504
    } catch {
      // The connection broke: was it the request that is lost, or the answer?
    }
    await sleep(wait * 1000);
  }
  return end(3, `not known yet: ask again with the key ${key}`);
}

const [show, ...seats] = process.argv.slice(2);
// In a shop these three are written down with the order, before anything is sent.
const [session, reserveKey, confirmKey] = [randomUUID(), randomUUID(), randomUUID()];
const held = await ask('reserve', session, reserveKey, { show_id: show, seat_ids: seats });
if (held.reason === 'SEATS_TAKEN') // 409
  end(1, 'taken', ...held.unavailable.map((seat) => seat.seat_id));
if (held.status !== 200)
  end(2, 'refused:', held.status, held.reason, held.message);
// Here the customer pays, until held.reserved_until.
const sold = await ask('confirm', session, confirmKey,
  { show_id: show, reservation_id: held.reservation_id });
if (sold.status === 410) // the hold has ended, and others have the seats: give the money back
  end(1, 'lapsed');
if (sold.status !== 200)
  end(2, 'refused:', sold.status, sold.reason, sold.message);
console.log('sold');

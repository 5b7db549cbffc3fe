// checkout.mjs [PORT] - a small shop: a page that holds seats at the gateway, and the server that sells them.
//
// HOLDFAST_URL: the gateway, as browsers reach it. HOLDFAST_KEY: an API key of the role checkout, which
// no page ever sees. HOLDFAST_SHOW: the show. Prints where its page is.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const { HOLDFAST_URL, HOLDFAST_KEY, HOLDFAST_SHOW = 'evening-1' } = process.env;
const files = { '/': ['checkout.html', 'text/html'], '/page.mjs': ['page.mjs', 'text/javascript'] };

// Sent again with the same key until there is an answer: it is done once. 504: not known yet.
async function confirm(reservation_id, checkout_token) {
  for (const until = Date.now() + 20000; Date.now() < until; await sleep(1000)) {
    try {
      const answer = await fetch(`${HOLDFAST_URL}/api/seat-reservations/confirm`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json', 'Authorization': `Bearer ${HOLDFAST_KEY}`,
          'Holdfast-Token': checkout_token, 'Idempotency-Key': `pay-${reservation_id}`,
        },
        body: JSON.stringify({ show_id: HOLDFAST_SHOW, reservation_id }),
        signal: AbortSignal.timeout(10000),
      });
      if (answer.status !== 429 && answer.status < 500) return { status: answer.status, ...await answer.json() };
    } catch {
      // The connection broke: was it the request that is lost, or the answer?
    }
  }
  return { status: 504, message: 'We do not know yet whether your seats are sold. Press again.' };
}

async function pay(request) {
  let body = '';
  for await (const part of request) body += part;
  const { reservation_id, checkout_token } = JSON.parse(body);
  // A shop writes the order down here, and takes the money.
  const { status, message } = await confirm(reservation_id, checkout_token);
  if (status === 200) return [status, 'Sold. Enjoy the evening!'];
  if (status === 410) return [status, 'Too late: others have your seats. Your money goes back.'];
  return [status, message];
}

const server = createServer(async (request, response) => {
  const { method, url } = request;
  const send = (status, type, body) => response.writeHead(status, { 'Content-Type': type }).end(body);
  const sendJson = (status, fields) => send(status, 'application/json', JSON.stringify(fields));
  if (method === 'POST' && url === '/pay') {
    const [status, words] = await pay(request).catch(() => [400, 'That is no order.']);
    return sendJson(status, { words });
  }
  if (url === '/settings.json') return sendJson(200, { gateway: HOLDFAST_URL, show: HOLDFAST_SHOW });
  const [name, type] = files[url] ?? [];
  return name ? send(200, type, await readFile(new URL(name, import.meta.url))) : send(404, 'text/plain', 'No such page.\n');
});
server.listen(Number(process.argv[2] ?? 3000), 'localhost', () => console.log(`http://localhost:${server.address().port}/`));

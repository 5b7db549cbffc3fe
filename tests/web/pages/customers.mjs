// customers.mjs SHOW - two customers want one seat of a real gateway's, which is then killed and started again.
//
// The show is on sale and has the seats A1 to A6; servers and a worker are there, as the environment says. Says
// what held, a line each; exit code 1 where something did not.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { TAKEN, isLive, picture, seat, startBrowser, toasts, until } from './browser.mjs';

const show = process.argv[2], build = process.env.HOLDFAST_BUILD || 'build';
const port = await new Promise((done) => {
	const probe = createServer().listen(0, '127.0.0.1', () => { const { port: free } = probe.address(); probe.close(() => done(free)); });
});
let gateway;
async function start() {
	let said = '';
	gateway = spawn(`${build}/holdfast-gateway`, ['--demo', `--listen=127.0.0.1:${port}`, '--session-mutations=0']);
	gateway.stderr.on('data', (data) => { said += data; });
	await until(() => said.includes('msg=serving'), `the gateway serves: ${said}`, 20000);
}
const stateOf = (page) => page.evaluate(() => [...document.querySelector('holdfast-seat-map').shadowRoot.querySelectorAll('[role=checkbox]')]
	.map((e) => e.getAttribute('aria-label')));
const says = (page, id, state) => until(async () => (await stateOf(page)).includes(`Seat ${id}, ${state}`), `seat ${id} is ${state}`, 10000);

await start();
const browser = await startBrowser();
try {
	const url = `http://127.0.0.1:${port}/demo/?show_id=${show}`, [ann, ben] = [await browser.open(url), await browser.open(url)];
	for (const page of [ann, ben]) {
		await isLive(page);
		await seat(page, 'A1').click();
	}
	// One holds it; the other is told within a second of the answer, once.
	const answered = ben.waitForResponse((r) => r.url().endsWith('/reserve') && r.status() === 200);
	await ben.click('#hold');
	await answered;
	await until(async () => (await toasts(ann)).length === 1, 'a toast', 1000);
	assert.deepEqual(await toasts(ann), [TAKEN('A1')]);
	await says(ann, 'A1', 'held by another customer');
	await says(ben, 'A1', 'yours');
	await picture(ann, 'taken');
	console.log('one toast for who lost the seat');
	await ann.waitForTimeout(500); // a second one would be here by now
	assert.equal((await toasts(ann)).length, 1);
	assert.deepEqual(await toasts(ben), []);
	console.log('none for who has it');

	// The gateway is killed; what is sold meanwhile is on both maps ten seconds after it is back.
	gateway.kill('SIGKILL');
	await until(async () => (await ann.locator('holdfast-seat-map .status').textContent()).includes('Reconnecting'), 'it says so');
	execFileSync(`${build}/holdfast-producer`, ['--wait', '--type=reserve', `--show-id=${show}`, '--session-id=eve-0c11-while-it-is-down', '--seat-ids=A3']);
	await start();
	const began = Date.now();
	for (const page of [ann, ben]) {
		await isLive(page);
		await says(page, 'A3', 'held by another customer');
	}
	assert.deepEqual([(await stateOf(ann)).length, (await stateOf(ben)).length], [6, 6]);
	assert.ok(Date.now() - began < 10000);
	await seat(ann, 'A4').click();
	await ann.click('#hold');
	await says(ben, 'A4', 'held by another customer');
	assert.deepEqual([await toasts(ben), (await toasts(ann)).filter((text) => text !== TAKEN('A1'))], [[], []]);
	console.log('both maps are right after the gateway was killed');
	await browser.close();
} catch (error) {
	console.log(error.stack);
	process.exitCode = 1;
} finally {
	await browser.browser.close();
	gateway.kill('SIGKILL');
}

/*
 * burst.mjs BROKERS TOPIC - publish the records of standard input at once, by KafkaJS.
 *
 * A record a line: key, tab, value. Everything is as the client has it. It makes one batch for each
 * partition of what one call is given, whatever that comes to, so a call is given CALL_RECORDS.
 * Exit code 0: the brokers have acknowledged each.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const CALL_RECORDS = 1000;

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
const { Kafka } = createRequire(`${process.env.CLIENT_FOLDER}/`)('kafkajs');
const [brokers, topic] = process.argv.slice(2);
const messages = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => {
  const [key, value] = line.split('\t');
  return { key, value };
});
const producer = new Kafka({ brokers: brokers.split(',') }).producer();
const calls = [];

await producer.connect();
for (let i = 0; i < messages.length; i += CALL_RECORDS) {
  calls.push(producer.send({ topic, messages: messages.slice(i, i + CALL_RECORDS) }));
}
await Promise.all(calls);
await producer.disconnect();

// The same as requests.c, by Node's own parser, llhttp, as its HTTP server has it. Besides "more":
// "upgrade", behind which it reads no HTTP, and "refused".
import { createInterface } from "node:readline";

const { HTTPParser, methods } = process.binding("http_parser");

const hex = (text) => Buffer.from(text, "latin1").toString("hex");

function read(bytes) {
  const requests = [];
  const parser = new HTTPParser();
  let request;
  let headers = [];
  let isUpgrade = false;

  parser.initialize(HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnHeaders] = (more) => {
    headers = headers.concat(more);
  };
  parser[HTTPParser.kOnHeadersComplete] = (_major, _minor, list, method, url, _s, _t, upgrade) => {
    const all = headers.concat(list ?? []);
    request = { method: hex(methods[method]), target: hex(url), headers: [], body: "" };
    for (let i = 0; i < all.length; i += 2)
      request.headers.push([hex(all[i]), hex(all[i + 1])]);
    headers = [];
    isUpgrade = upgrade;
    return 0;
  };
  parser[HTTPParser.kOnBody] = (body) => {
    request.body += Buffer.from(body).toString("hex");
  };
  parser[HTTPParser.kOnMessageComplete] = () => {
    requests.push(request);
  };
  const result = parser.execute(bytes);
  const end = result instanceof Error ? "refused" : isUpgrade ? "upgrade" : "more";
  parser.close();
  return { requests, end };
}

for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(read(Buffer.from(line, "hex"))));

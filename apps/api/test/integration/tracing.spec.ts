import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTracing } from '../../src/platform/observability/tracing.js';
import { harness } from './deliver-fixture.js';

interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { intValue?: number | string } }[];
}
interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Span[] }[];
  }[];
}

let collector: Server;
const bodies: { path: string; text: string }[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      bodies.push({ path: request.url ?? '', text });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => collector.close(resolve)));

it('traces of a run arrive at a collector: each batch under its chunk, with counts and nobody’s address', async () => {
  const { port } = collector.address() as AddressInfo;
  const stop = await startTracing(`http://127.0.0.1:${port}/`);
  const on = await harness();
  await on.people(30);
  await on.campaign();
  await on.plan();
  await on.settle();
  await on.close();
  await stop();

  expect(new Set(bodies.map(({ path }) => path))).toEqual(new Set(['/v1/traces']));
  const exports = bodies
    .map(({ text }) => JSON.parse(text) as Export)
    .flatMap(({ resourceSpans }) => resourceSpans);
  const service = exports[0]!.resource.attributes.find(({ key }) => key === 'service.name');
  expect(service?.value.stringValue).toBe('aftercare');
  const spans = exports.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const named = (name: string) => spans.filter((span) => span.name === name);
  const attribute = (span: Span | undefined, key: string) =>
    Number(span?.attributes.find((each) => each.key === key)?.value.intValue);

  const [chunk] = named('chunk');
  expect(attribute(chunk, 'rows')).toBe(30);
  for (const name of ['release', 'claim', 'facts', 'journal']) {
    expect([name, named(name).length > 0]).toEqual([name, true]);
  }
  expect(named('facts').every(({ traceId }) => traceId === chunk!.traceId)).toBe(true);
  // On a slow day some are read again before they are used.
  expect(named('facts').reduce((sum, span) => sum + attribute(span, 'rows'), 0)).toBeGreaterThanOrEqual(30);
  expect(bodies.map(({ text }) => text).join('')).not.toContain('@example.com');
});

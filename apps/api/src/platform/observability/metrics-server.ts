import { createServer, type Server } from 'node:http';
import { register } from 'prom-client';
import type { DatabaseProbe } from '../database/database-probe.js';
import { mayScrape } from './may-scrape.js';
import type { Scrape } from './scrape.js';

/** What a process that serves no portal is asked for: its metrics, and whether it is well. */
export async function openMetricsServer(
  at: { host: string; port: number; token: string | undefined },
  parts: { scrape: Pick<Scrape, 'text'>; database: Pick<DatabaseProbe, 'hindrance'> },
): Promise<Server> {
  const answers: Record<string, () => Promise<[status: number, type: string, body: string]>> = {
    '/metrics': async () => [200, register.contentType, await parts.scrape.text()],
    '/api/health/live': async () => [200, 'text/plain', 'live\n'],
    '/api/health/ready': async () => {
      const hindrance = await parts.database.hindrance();
      return hindrance ? [503, 'text/plain', `${hindrance.message}\n`] : [200, 'text/plain', 'ready\n'];
    },
  };
  const server = createServer((request, response) => {
    const say = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type }).end(body);
    const path = request.url?.split('?', 1)[0] ?? '';
    const answer = request.method === 'GET' ? answers[path] : undefined;
    if (!answer)
      return void say(404, 'text/plain', 'There are /metrics, /api/health/live and /api/health/ready.\n');
    if (path === '/metrics' && !mayScrape(request, at.token)) {
      return void say(403, 'text/plain', 'Metrics are for this machine, or for who sends the token.\n');
    }
    answer().then(
      (given) => say(...given),
      () => say(500, 'text/plain', 'It could not be read.\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  return server;
}

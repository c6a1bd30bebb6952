import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where in a conversation a sink is asked what to do. */
export type SinkStage = 'connect' | 'mail' | 'rcpt' | 'data' | 'message';

/**
 * What a sink does: answer with this line, close the connection without a word, say nothing for ever, or wait
 * before answering as usual, for a time or for something. `drop` at `message` is the hard case: the message was taken in full.
 */
export type SinkAction = string | 'drop' | 'hang' | { waitMs: number } | { until: Promise<unknown> };

export interface SinkMessage {
  /** The delivery that it bears the id of. */
  deliveryId: string | null;
  /** All that it carries. */
  deliveryIds: string[];
  messageId: string | null;
  to: string;
  from: string;
  raw: string;
}

export interface Sink {
  url: string;
  /** Messages taken in full and answered with 250, in order. */
  accepted: SinkMessage[];
  /** Every message that arrived in full, whatever was answered. */
  arrived: SinkMessage[];
  /** The most connections that were open at once. */
  mostConnections(): number;
  /** Decides what happens next; null: as usual. */
  script: (stage: SinkStage, to: string | null) => SinkAction | null;
  /** Stops listening and cuts every connection, and can be opened again on the same port. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

const usual: Record<SinkStage, string> = {
  connect: '220 sink ESMTP',
  mail: '250 2.1.0 sender fine',
  rcpt: '250 2.1.5 recipient fine',
  data: '354 go on',
  message: '250 2.0.0 taken',
};

/**
 * A mail server on loopback that does exactly what a test tells it to, and remembers what it took.
 * @param offers what it answers EHLO with, such as `PIPELINING`
 */
export async function startSink(offers: readonly string[] = []): Promise<Sink> {
  const sockets = new Set<Socket>();
  let most = 0;
  let port = 0;
  let server: Server;
  const sink: Sink = {
    url: '',
    accepted: [],
    arrived: [],
    script: () => null,
    mostConnections: () => most,
    down: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    up: listen,
    close: () => sink.down(),
  };

  async function listen(): Promise<void> {
    server = createServer((socket) => {
      sockets.add(socket);
      most = Math.max(most, sockets.size);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      converse(socket, sink, offers);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    port = (server.address() as AddressInfo).port;
    sink.url = `smtp://127.0.0.1:${port}?ignoreTLS=true`;
  }

  await listen();
  return sink;
}

function converse(socket: Socket, sink: Sink, offers: readonly string[]): void {
  let buffered = '';
  let from = '';
  let to: string | null = null;
  let inMessage = false;
  let silent = false;
  let waits = false;

  /** Does what the script says. True when the conversation goes on as usual. */
  const act = (stage: SinkStage, then: (reply: string) => void): void => {
    const action = sink.script(stage, to);
    if (action === 'drop') {
      socket.destroy();
    } else if (action === 'hang') {
      silent = true;
    } else if (action !== null && typeof action === 'object') {
      // What has come behind it is answered after it.
      waits = true;
      void ('until' in action ? action.until : sleep(action.waitMs)).then(() => {
        waits = false;
        then(usual[stage]);
        goOn();
      });
    } else {
      then(action ?? usual[stage]);
    }
  };
  const reply = (line: string) => {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
    // 421 announces that the server closes the connection.
    if (line.startsWith('421')) socket.end();
  };

  const take = (raw: string) => {
    const message: SinkMessage = {
      deliveryId: header(raw, 'X-Aftercare-Delivery'),
      deliveryIds: headers(raw, 'X-Aftercare-Delivery'),
      messageId: header(raw, 'Message-ID'),
      to: to ?? '',
      from,
      raw,
    };
    sink.arrived.push(message);
    act('message', (line) => {
      if (line.startsWith('250')) sink.accepted.push(message);
      reply(line);
    });
  };

  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') {
      const lines = ['sink', ...offers];
      return reply(lines.map((line, at) => `250${at < lines.length - 1 ? '-' : ' '}${line}`).join('\r\n'));
    }
    if (verb === 'MAIL') {
      from = addressIn(line);
      to = null;
      return act('mail', reply);
    }
    if (verb === 'RCPT') {
      to = addressIn(line);
      return act('rcpt', reply);
    }
    if (verb === 'DATA') {
      return act('data', (answer) => {
        inMessage = answer.startsWith('354');
        reply(answer);
      });
    }
    if (verb === 'QUIT') {
      reply('221 bye');
      return socket.end();
    }
    reply(verb === 'RSET' || verb === 'NOOP' ? '250 fine' : '502 unknown');
  };

  const goOn = () => {
    while (!silent && !waits) {
      const end = inMessage ? buffered.indexOf('\r\n.\r\n') : buffered.indexOf('\r\n');
      if (end === -1) return;
      const text = buffered.slice(0, end);
      buffered = buffered.slice(end + (inMessage ? 5 : 2));
      if (inMessage) {
        inMessage = false;
        take(text.replace(/\r\n\.\./g, '\r\n.'));
      } else {
        command(text);
      }
    }
  };

  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    buffered += chunk;
    goOn();
  });
  act('connect', reply);
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}

function header(raw: string, name: string): string | null {
  return headers(raw, name)[0] ?? null;
}

function headers(raw: string, name: string): string[] {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return [...head.matchAll(new RegExp(`^${name}: *(.*)$`, 'gim'))].map(([, value]) => value!.trim());
}

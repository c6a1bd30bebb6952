import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type Received = { from: string; to: string[]; raw: string };

export type MailServer = {
  url: string;
  received: Received[];
  /** TCP connections accepted so far. */
  connections: () => number;
  /** TCP connections that are open now. */
  open: () => number;
  /** Ends every open connection without a word. */
  drop: () => void;
  close: () => Promise<void>;
};

/** A real SMTP server on loopback that takes everything, unless a hook says otherwise. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    disableReverseLookup: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map((recipient) => recipient.address),
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done(null, 'taken');
      });
    },
    ...options,
  });
  // A client that vanishes is what several tests are about.
  server.on('error', () => undefined);
  const tracked = await listen(server.server);
  return {
    ...tracked,
    received,
    close: async () => {
      tracked.drop();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

/**
 * A server that follows the protocol by the letter given: `answer` gets every line the client sends
 * (and null for the connection itself) and writes what it likes to the socket.
 */
export async function startScriptedServer(
  answer: (line: string | null, socket: Socket) => void,
): Promise<Omit<MailServer, 'received'>> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    answer(null, socket);
    let rest = '';
    socket.on('data', (data) => {
      const lines = (rest + data.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) answer(line, socket);
    });
  });
  const tracked = await listen(server);
  return {
    ...tracked,
    close: async () => {
      tracked.drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server) {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    open: () => sockets.size,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

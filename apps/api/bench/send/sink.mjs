import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/**
 * A mail server that costs little: it takes everything as fast as it comes, and remembers for whom each delivery came
 * and how often. It speaks 8BITMIME and PIPELINING, and no more of SMTP than a client needs to see.
 *
 * @param options.delayMs how long it takes over each message before it says that it has it
 * @param options.misbehave asked at every stage (`connect`, `ehlo`, `mail`, `rcpt`, `data`, `message`, and `taken`, when the message
 *   counts as taken but the client has not heard so) with what is known so far (`{ from, to, ids, messageId }`):
 *   a text is the server's reply instead of its own, `'drop'` ends the connection without a word, `'stall'` says
 *   nothing more on it, undefined goes on
 * @param options.detailed keeps every arrival, not only how often each delivery came
 * @param options.momentEvery of how many messages one's time is kept
 */
export function createSink({ delayMs = 0, misbehave = null, detailed = false, momentEvery = 1000 } = {}) {
  const sockets = new Set();
  const record = { messages: 0, byDelivery: new Map(), arrivals: [], moments: [] };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const session = { from: '', to: '', ids: [], messageId: '' };
    let rest = null;
    let inMessage = false;
    let stalled = false;
    let thinking = false;

    /** The reply of a stage as it is to be, or null when the connection is none any more. */
    const answer = (stage, reply) => {
      const instead = misbehave?.(stage, session);
      if (instead === 'drop') socket.destroy();
      if (instead === 'stall') stalled = true;
      return instead === 'drop' || instead === 'stall' ? null : (instead ?? reply);
    };
    const command = (line) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') return answer('ehlo', '250-sink\r\n250-8BITMIME\r\n250 PIPELINING');
      if (verb === 'MAIL') {
        session.from = addressIn(line);
        return answer('mail', '250 fine');
      }
      if (verb === 'RCPT') {
        session.to = addressIn(line);
        return answer('rcpt', '250 fine');
      }
      if (verb === 'DATA') {
        const reply = session.to === '' ? '503 for whom?' : answer('data', '354 go on');
        inMessage = reply?.startsWith('354') ?? false;
        return reply;
      }
      if (verb === 'QUIT') return '221 bye';
      session.to = '';
      return '250 fine';
    };
    const message = (bytes) => {
      Object.assign(session, namesIn(bytes));
      let reply = answer('message', '250 taken');
      if (reply?.startsWith('2')) {
        take(record, session, { detailed, momentEvery });
        reply = answer('taken', reply);
      }
      session.to = '';
      return reply;
    };

    const takeUp = () => {
      let bytes = rest;
      rest = null;
      let replies = '';
      while (bytes !== null && bytes.length > 0 && !stalled) {
        const end = inMessage ? endOfMessage(bytes) : bytes.indexOf('\r\n');
        if (end === -1) break;
        const part = bytes.subarray(0, end);
        bytes = bytes.subarray(end + (inMessage ? 5 : 2));
        const isMessage = inMessage;
        inMessage = false;
        const reply = isMessage ? message(part) : command(part.toString('latin1'));
        if (reply === null) break;
        replies += `${reply}\r\n`;
        if (isMessage && delayMs > 0) {
          thinking = true;
          setTimeout(goOn, delayMs, replies);
          replies = '';
          break;
        }
      }
      rest = bytes;
      if (replies !== '') socket.write(replies);
    };
    /** What came behind a message is answered after it. */
    const goOn = (replies) => {
      thinking = false;
      if (!socket.writable) return;
      socket.write(replies);
      takeUp();
    };

    socket.on('data', (chunk) => {
      rest = rest === null ? chunk : Buffer.concat([rest, chunk]);
      if (!thinking) takeUp();
    });
    const greeting = answer('connect', '220 sink ESMTP');
    if (greeting !== null) socket.write(`${greeting}\r\n`);
  });

  return {
    /** @returns the port it listens on, on loopback */
    async listen(port = 0) {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return server.address().port;
    },
    /** What has come so far; `moments` has the time of every so many-th message, in milliseconds. */
    record,
    /** Ends every connection, as a mail server does that is restarted. */
    dropAll() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      this.dropAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Mostly where the bytes end, unless another message is announced behind it. */
function endOfMessage(bytes) {
  const last = bytes.length - 5;
  const isThere = bytes[last + 2] === 0x2e && bytes.latin1Slice(Math.max(0, last)) === '\r\n.\r\n';
  return isThere ? last : bytes.indexOf('\r\n.\r\n');
}

function addressIn(line) {
  return line.slice(line.indexOf('<') + 1, line.lastIndexOf('>'));
}

const deliveryHeader = /^X-Aftercare-Delivery: ([^\r\n]+)/gim;
const messageIdHeader = /^Message-ID: ([^\r\n]+)/im;

/** The deliveries that a message carries, from its headers. */
function namesIn(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const headers = bytes.latin1Slice(0, end === -1 ? bytes.length : end);
  return {
    ids: Array.from(headers.matchAll(deliveryHeader), ([, id]) => id),
    messageId: messageIdHeader.exec(headers)?.[1] ?? '',
  };
}

function take(record, { ids, to, messageId }, { detailed, momentEvery }) {
  if (record.messages % momentEvery === 0) record.moments.push(performance.now());
  record.messages += 1;
  for (const id of ids) record.byDelivery.set(id, (record.byDelivery.get(id) ?? 0) + 1);
  if (detailed) record.arrivals.push({ ids, to, messageId });
}

/**
 * The sink in a process of its own.
 *
 * `take` answers with what came since it was last asked: `{ messages, distinct, doubled, moments, seconds, cpu }`,
 * and with `{ ids: true }` how often each delivery came as well, as pairs.
 */
export async function forkSink(options = {}) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)]);
  const [{ port }] = await once(child, 'message');
  return {
    port,
    pid: child.pid,
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    async take(question = {}) {
      child.send(question);
      return (await once(child, 'message'))[0];
    },
    /** How many messages have come since `take` was last asked. */
    async count() {
      child.send({ count: true });
      return (await once(child, 'message'))[0];
    },
    close: () => child.disconnect(),
  };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const sink = createSink(JSON.parse(process.argv[2]));
  let cpu = process.cpuUsage();
  process.on('disconnect', () => process.exit());
  process.on('message', ({ ids = false, count = false }) => {
    if (count) return process.send(sink.record.messages);
    const { messages, byDelivery, moments, arrivals } = sink.record;
    const used = process.cpuUsage(cpu);
    let doubled = 0;
    for (const count of byDelivery.values()) if (count > 1) doubled += 1;
    process.send({
      ...{ messages, distinct: byDelivery.size, doubled, moments, arrivals },
      cpu: (used.user + used.system) / 1e6,
      ...(ids ? { byDelivery: [...byDelivery] } : {}),
    });
    cpu = process.cpuUsage();
    Object.assign(sink.record, { messages: 0, byDelivery: new Map(), arrivals: [], moments: [] });
  });
  process.send({ port: await sink.listen() });
}

import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const usual = {
  greeting: '220 chaos ESMTP',
  EHLO: '250-chaos\r\n250-8BITMIME\r\n250 PIPELINING',
  MAIL: '250 2.1.0 fine',
  RCPT: '250 2.1.5 fine',
  DATA: '354 go on',
  dot: '250 2.0.0 taken',
};

/**
 * A mail server with weather. It records every message that it has taken: answered with 250, or come in full before
 * the server broke the connection or fell silent, for such a server may deliver it all the same.
 */
export async function startSink(host = '127.0.0.1') {
  const sockets = new Set();
  /** What strikes the next conversations that come to its stage. */
  const weather = [];
  let server;
  let port = 0;
  const sink = {
    url: '',
    /** How long it thinks about a message. */
    answerMs: 0,
    /** Every message it has taken: the deliveries it bears the ids of, its own id, and for whom it is. */
    taken: [],
    /** How often each kind of trouble has struck. */
    struck: {},
    /** Messages that it kept without an answer, at most: each may be in doubt. */
    unanswered: 0,
    expect: (trouble) => void weather.push({ ...trouble }),
    calm: () => void weather.splice(0),
    isCalm: () => weather.length === 0,
    async down() {
      const closed = new Promise((resolve) => server.close(resolve));
      sink.unanswered += sockets.size;
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    up: listen,
    close: () => sink.down(),
    /** The trouble that strikes now at a stage, if any. */
    strike(stage) {
      const trouble = weather.find((each) => each.stage === stage);
      if (!trouble) return null;
      trouble.count -= 1;
      if (trouble.count === 0) weather.splice(weather.indexOf(trouble), 1);
      const name = `${trouble.kind} at ${stage}`;
      sink.struck[name] = (sink.struck[name] ?? 0) + 1;
      return trouble;
    },
  };

  async function listen() {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      void converse(socket, sink);
    });
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    ({ port } = server.address());
    sink.url = `smtp://${host}:${port}?ignoreTLS=true`;
  }

  await listen();
  return sink;
}

/** One connection, until it ends or the weather ends it; who falls silent keeps it open and never reads again. */
async function converse(socket, sink) {
  const until = readerOf(socket);
  let hasSender = false;
  let to = null;

  const write = (line) => {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
    if (line.startsWith('421')) socket.end();
  };
  const hangUp = () => {
    socket.destroySoon();
    return null;
  };
  /** Answers at a stage: what was said, or null where the conversation is over. */
  const answer = async (stage, line = usual[stage]) => {
    const trouble = sink.strike(stage);
    if (trouble?.kind === 'hang') return null;
    if (trouble?.kind === 'drop') return hangUp();
    if (trouble?.kind === 'slow') await pause(trouble.ms);
    const said = trouble?.kind === 'storm' ? trouble.reply : line;
    write(said);
    return said.startsWith('421') ? null : said;
  };
  const takeMessage = async () => {
    const inTheMiddle = sink.strike('middle');
    if (inTheMiddle) {
      await until('\r\n');
      // All of it, with its end, may be on the way already: whoever sent it cannot know how far it came.
      sink.unanswered += 1;
      return inTheMiddle.kind === 'hang' ? null : hangUp();
    }
    const raw = await until('\r\n.\r\n');
    if (raw === null) return null;
    await pause(sink.answerMs);
    const trouble = sink.strike('dot');
    if (trouble?.kind === 'storm') {
      write(trouble.reply);
      return trouble.reply;
    }
    if (trouble?.kind !== 'forget') sink.taken.push({ ...idsIn(raw), to });
    if (trouble && trouble.kind !== 'slow') {
      sink.unanswered += 1;
      return trouble.kind === 'hang' ? null : hangUp();
    }
    if (trouble) await pause(trouble.ms);
    write(usual.dot);
    return sink.strike('reply') ? hangUp() : usual.dot;
  };

  let said = await answer('greeting');
  while (said !== null) {
    const line = await until('\r\n');
    if (line === null) return;
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') said = await answer('EHLO');
    else if (verb === 'MAIL') {
      said = await answer('MAIL');
      hasSender = said?.startsWith('2') ?? false;
      to = null;
    } else if (verb === 'RCPT' && hasSender) {
      said = await answer('RCPT');
      to = said?.startsWith('2') ? /<([^>]*)>/.exec(line)[1] : null;
    } else if (verb === 'DATA' && to !== null) {
      said = await answer('DATA');
      if (said?.startsWith('354')) said = await takeMessage();
    } else if (verb === 'QUIT') {
      socket.end('221 bye\r\n');
      return;
    } else {
      write(verb === 'RSET' || verb === 'NOOP' ? '250 fine' : '503 5.5.1 out of order');
    }
  }
}

/** Reads from a socket up to a mark; null once it has ended. */
function readerOf(socket) {
  let buffered = '';
  let ended = false;
  let wake = () => undefined;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    buffered += chunk;
    wake();
  });
  socket.on('close', () => {
    ended = true;
    wake();
  });
  return async (mark) => {
    for (;;) {
      const end = buffered.indexOf(mark);
      if (end !== -1) {
        const text = buffered.slice(0, end);
        buffered = buffered.slice(end + mark.length);
        return text;
      }
      if (ended) return null;
      await new Promise((resolve) => (wake = resolve));
    }
  };
}

function idsIn(raw) {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const all = (name) =>
    [...head.matchAll(new RegExp(`^${name}: *(.*)$`, 'gim'))].map(([, value]) => value.trim());
  return { deliveryIds: all('X-Aftercare-Delivery'), messageId: all('Message-ID')[0] ?? null };
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { forkSink } from './sink.mjs';

/**
 * How many messages of a size go over SMTP in a second on this machine when nothing else is done: Postfix's
 * smtp-source into its smtp-sink where they are on the PATH, else bare sockets of our own that do the same.
 */
export async function measureCeiling({ messages, connections, bytes }) {
  const program = isThere('smtp-source') && isThere('smtp-sink') ? 'smtp-source' : 'bare sockets';
  const measure = program === 'smtp-source' ? postfix : bareSockets;
  return { program, perSecond: Math.round(await measure({ messages, connections, bytes })) };
}

function isThere(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
}

async function postfix({ messages, connections, bytes }) {
  const port = await freePort();
  const sink = spawn('smtp-sink', [...asNobody(), `127.0.0.1:${port}`, '200'], { stdio: 'ignore' });
  try {
    await untilItListens(port);
    const begun = performance.now();
    const source = spawn(
      'smtp-source',
      [
        ...['-d', '-s', String(connections), '-m', String(messages), '-l', String(bytes)],
        ...['-f', 'a@example.com', '-t', 'b@example.com', `127.0.0.1:${port}`],
      ],
      { stdio: 'ignore' },
    );
    const [code] = await once(source, 'exit');
    if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
    return messages / ((performance.now() - begun) / 1000);
  } finally {
    sink.kill();
  }
}

/** smtp-sink will not serve as root. */
function asNobody() {
  return process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
}

async function bareSockets({ messages, connections, bytes }) {
  const sink = await forkSink();
  const message = Buffer.from(
    `Subject: x\r\n\r\n${'x'.repeat(70)}\r\n`.repeat(Math.ceil(bytes / 90)) + '.\r\n',
  );
  let left = messages;
  const lane = async () => {
    const socket = connect({ port: sink.port, host: '127.0.0.1', noDelay: true });
    const replied = () => once(socket, 'data');
    await replied();
    for (; left > 0; left -= 1) {
      // One after the other, as smtp-source speaks.
      for (const part of [
        'MAIL FROM:<a@example.com>\r\n',
        'RCPT TO:<b@example.com>\r\n',
        'DATA\r\n',
        message,
      ]) {
        socket.write(part);
        await replied();
      }
    }
    socket.destroy();
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - begun) / 1000;
  sink.close();
  return messages / seconds;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function untilItListens(port) {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect({ port, host: '127.0.0.1' });
    const listens = await new Promise((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (listens) return;
    await sleep(50);
  }
  throw new Error('smtp-sink does not listen');
}

import { createServer } from 'node:net';

/**
 * A mail server in a process of its own that takes everything as fast as it comes, and remembers for whom. Tells
 * its port over the channel to its parent; asked with `take`, it answers with what came since it was last asked.
 */
let messages = new Map();
let firstAt = 0;
let lastAt = 0;

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.setEncoding('latin1');
  socket.on('error', () => undefined);
  let buffered = '';
  let inMessage = false;
  socket.on('data', (chunk) => {
    buffered += chunk;
    let answer = '';
    for (;;) {
      const mark = inMessage ? '\r\n.\r\n' : '\r\n';
      const end = buffered.indexOf(mark);
      if (end === -1) break;
      const text = buffered.slice(0, end);
      buffered = buffered.slice(end + mark.length);
      answer += inMessage ? taken(text) : answerTo(text);
      inMessage = !inMessage && text.toUpperCase() === 'DATA';
    }
    if (answer) socket.write(answer);
  });
  socket.write('220 sink ESMTP\r\n');
});

function answerTo(line) {
  const verb = line.slice(0, 4).toUpperCase();
  if (verb === 'EHLO') return '250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n';
  if (verb === 'DATA') return '354 go on\r\n';
  return verb === 'QUIT' ? '221 bye\r\n' : '250 fine\r\n';
}

function taken(text) {
  const id = /^X-Aftercare-Delivery: (.+)$/im.exec(text.slice(0, 4096))?.[1] ?? `message ${messages.size}`;
  messages.set(id, (messages.get(id) ?? 0) + 1);
  lastAt = performance.now();
  firstAt ||= lastAt;
  return '250 taken\r\n';
}

process.on('message', () => {
  const counts = [...messages.values()];
  process.send({
    messages: counts.reduce((sum, count) => sum + count, 0),
    distinct: counts.length,
    seconds: (lastAt - firstAt) / 1000,
  });
  messages = new Map();
  firstAt = lastAt = 0;
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

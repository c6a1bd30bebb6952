import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { MailDev } from 'maildev';

/**
 * The development inbox as a process of its own: many messages with their pictures would otherwise grow the
 * platform's memory. It ends when the platform that started it does, however that ended.
 */
const [webPort, mailDirectory] = [Number(process.argv[2]), String(process.argv[3])];

process.on('disconnect', () => process.exit(0));
// It may have ended while this file's imports were loading.
if (!process.connected) process.exit(0);

mkdirSync(mailDirectory, { recursive: true });
const smtpPort = await freePort();
const inbox = new MailDev({
  smtp: smtpPort,
  ip: '127.0.0.1',
  web: webPort,
  webIp: '127.0.0.1',
  mailDirectory,
  maxEmails: 2000,
  silent: true,
});
try {
  await inbox.start();
  process.send?.({ smtpPort });
} catch (error) {
  process.send?.({ error: (error as Error).message });
  process.exit(1);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CampaignsService } from '../../dist/features/campaigns/campaigns.service.js';
import { PlannerService } from '../../dist/features/campaigns/planner.service.js';
import { DispatchService } from '../../dist/features/deliveries/dispatch.service.js';
import { LedgerService } from '../../dist/features/deliveries/ledger.service.js';
import { openPlatform } from '../support/platform.mjs';
import { asOf, campaign, fillBook } from './book.mjs';

/**
 * As `npm start` does. Left to itself, Node lets what lives for a moment pile up to 128 MB before it looks at it, and what
 * has lived longer to four times of what is in use.
 */
const flagsOfStart = ['--max-semi-space-size=8', '--heap-growing-percent=100'];

/** How often rows are released: enough lie ready for several times as long. */
const releaseMs = 500;

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/**
 * A database with a book and planned rows, one a message, and workers that are real processes of the platform. This
 * process is the scheduler: it releases rows, and measures.
 *
 * @param options.mailUrl where the workers hand messages to
 * @param options.messages how many rows are planned
 * @param options.connections SMTP connections of each worker
 * @param options.campaign instead of the bench's own
 * @param options.settings of this process, such as `databaseUrl` for a database that is there already
 */
export async function openSending({
  mailUrl,
  messages,
  connections,
  campaign: file = campaign,
  settings = {},
}) {
  const platform = await openPlatform({ mailUrl, settings: { mailConnections: connections, ...settings } });
  const { client, get } = platform;
  await fillBook(client, messages);
  await get(CampaignsService).apply(JSON.stringify(file), { activate: true, actor: 'bench' });
  await get(PlannerService).plan(asOf);
  await client.query('CHECKPOINT');
  const workers = new Set();

  return {
    ...platform,
    workers,

    /**
     * Starts a worker and waits until it is ready.
     * @param options.flags for Node itself, such as `--cpu-prof`
     */
    async startWorker({ flags = [], environment = {} } = {}) {
      const child = spawn(process.execPath, [...flagsOfStart, ...flags, program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          ...{ DATABASE_URL: platform.databaseUrl, SMTP_URL: mailUrl, AFTERCARE_ROLES: 'worker' },
          ...{ AFTERCARE_DATA_DIR: platform.config.dataDir, AFTERCARE_SAMPLE: '0' },
          MAIL_CONNECTIONS: String(connections),
          ...environment,
        },
      });
      const worker = {
        pid: child.pid,
        exited: once(child, 'exit').then(() => workers.delete(worker)),
        /** Told to end: it finishes what is in flight. */
        stop: () => child.kill('SIGTERM') && worker.exited,
        kill: () => child.kill('SIGKILL') && worker.exited,
      };
      workers.add(worker);
      await new Promise((resolve, reject) => {
        child.stdout.on('data', (text) => text.includes('is ready') && resolve());
        child.once('exit', (code) => reject(new Error(`A worker ended with ${code} before it was ready`)));
      });
      return worker;
    },

    /** Releases whatever is due, as the scheduler does all the time; returns how many rows. */
    release: () => get(DispatchService).release(asOf, asOf),
    tidy: () => get(DispatchService).tidy(asOf),

    /**
     * Releases until so many messages have gone, and waits until no released row is open any more.
     * @param progress asked all the time how many have gone
     * @param upTo how many are to go; what is released already goes as well
     * @param patienceMs gives up when nothing has moved for so long
     */
    async settle(progress, upTo = messages, patienceMs = 60_000) {
      let moved = { at: performance.now(), to: -1 };
      let released = -Infinity;
      while (performance.now() - moved.at < patienceMs) {
        const now = await progress();
        if (now < upTo && performance.now() - released > releaseMs) {
          released = performance.now();
          await this.release();
        }
        if (now !== moved.to) moved = { at: performance.now(), to: now };
        if (now >= upTo && (await this.countReleased()) === 0) return;
        await sleep(50);
      }
    },

    async countReleased() {
      const { rows } = await client.query(
        `SELECT coalesce(sum(rows), 0)::int AS released FROM dispatch_chunks`,
      );
      return rows[0].released;
    },
    reconcile: () => get(LedgerService).reconcile(),

    async close() {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await platform.close();
    },
  };
}

const ticksPerSecond = 100;

/**
 * CPU seconds that a process has used so far, with those of its children that have ended; null where the system does
 * not tell.
 */
export function cpuSeconds(pid) {
  try {
    const fields = statOf(pid);
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
  } catch {
    return null;
  }
}

/** CPU seconds of the whole database that a connected client speaks to; null where the system does not tell. */
export async function databaseCpuSeconds(client) {
  try {
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const postmaster = statOf(rows[0].pid)[1];
    const backends = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && parentOf(name) === postmaster,
    );
    return [postmaster, ...backends].reduce((sum, pid) => sum + (cpuSeconds(pid) ?? 0), 0);
  } catch {
    return null;
  }
}

/** The most memory that a process has held so far, in MB; null where the system does not tell. */
export function peakMemoryOf(pid) {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);
  } catch {
    return null;
  }
}

/** The fields of /proc/<pid>/stat from the state on: a program's name may have spaces in it. */
function statOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function parentOf(pid) {
  try {
    return statOf(pid)[1];
  } catch {
    return null;
  }
}

import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Job, PgBoss } from 'pg-boss';
import { Temporal } from 'temporal-polyfill';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import { inStage } from '../../platform/observability/metrics.js';
import { Queue, queueIn } from '../../platform/queue/queue.js';
import { PacingService } from '../rates/pacing.service.js';
import { CampaignVersionsRepository } from './campaign-versions.repository.js';
import { ChunkRepository, type ClaimedChunk, type ClaimedRow } from './chunk.repository.js';
import { ChunkRun } from './chunk-run.js';
import { chunkQueue, releaseQueue, type ChunkJob } from './dispatch.queue.js';
import { FactsRepository } from './facts.repository.js';
import { Journal } from './journal.js';
import { Mailer } from './mailer.js';
import { MessageComposer } from './message-composer.js';
import { PostRun } from './post-run.js';
import { PostingsRepository } from './postings.repository.js';
import { SendingTallyService } from './sending-tally.service.js';
import { SendingStopService } from './sending-stop.service.js';
import type { RunTools } from './run.types.js';
import { Slots } from './slots.js';
import { TransportsService, type TransportTrouble } from './transports.service.js';

/** While one chunk's last messages are on their way, the next one's are begun. */
const chunksAtOnce = 2;

/** How long a stopping process waits for answers to messages in flight, and for the ledger to take them. */
const farewellMs = 5_000;

/** Works off chunks of released rows. */
@Injectable()
export class WorkerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Dispatch');
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly tools: Omit<RunTools, 'mailer' | 'onAnswer'>;
  private started: Promise<void> | null = null;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly chunks: ChunkRepository,
    private readonly transports: TransportsService,
    private readonly sendingStop: SendingStopService,
    private readonly journal: Journal,
    private readonly mailer: Mailer,
    private readonly postings: PostingsRepository,
    pacing: PacingService,
    facts: FactsRepository,
    composer: MessageComposer,
    campaigns: CampaignVersionsRepository,
    tally: SendingTallyService,
  ) {
    this.tools = {
      facts,
      composer,
      journal,
      pacing,
      tally,
      slots: new Slots(config.mailConnections),
      campaignOf: (row) => campaigns.get(row.campaignId, row.campaignVersion),
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.roles.has('worker')) await this.start();
  }

  /** Begins to take chunks. Does nothing while sending is switched off. */
  async start(): Promise<void> {
    if (this.config.sending) this.started ??= this.takeJobs();
    await this.started;
  }

  /** Finishes what is in flight, gives back the rest, and takes nothing more. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    if (!this.started) return;
    await this.mailer.close(farewellMs);
    // Begun before the runs are waited for: they wait for the ledger.
    const impatience = setTimeout(() => this.journal.giveUp(), farewellMs);
    await Promise.allSettled(this.running);
    await this.journal.close();
    clearTimeout(impatience);
  }

  private async takeJobs(): Promise<void> {
    const boss = await this.queue.open([chunkQueue, releaseQueue]);
    for (let count = 0; count < chunksAtOnce; count += 1) await this.takeOneByOne(boss);
  }

  private async takeOneByOne(boss: PgBoss): Promise<void> {
    const id = await boss.work<ChunkJob>(
      chunkQueue.name,
      { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 2, heartbeatRefreshSeconds: 3 },
      async ([job]) => {
        const work = this.work(job!);
        this.running.add(work);
        await work.finally(() => this.running.delete(work));
        // Where one chunk was there may be more: they are asked for at once, and not at the next regular look.
        boss.notifyWorker(id);
      },
    );
  }

  private async work(job: Job<ChunkJob>): Promise<void> {
    const chunk = await inStage('claim', {}, () => this.claim(job));
    if (chunk === null) return;
    await inStage('chunk', { rows: chunk.rows.length }, () => this.workOff(job, chunk));
    const boss = await this.queue.open([chunkQueue, releaseQueue]);
    if (!this.stop.signal.aborted) await boss.send(releaseQueue.name);
  }

  private async workOff(job: Job<ChunkJob>, chunk: ClaimedChunk): Promise<void> {
    const asOf = job.data.asOf === null ? null : Temporal.Instant.from(job.data.asOf);
    const stopped = this.sendingStop.watch();
    const stop = AbortSignal.any([this.stop.signal, job.signal, stopped.signal]);
    const now = asOf === null ? () => this.clock.now() : () => asOf;
    const letters = chunk.rows.filter(({ channel }) => channel === 'email');
    const postings = chunk.rows.filter(({ channel }) => channel !== 'email');
    try {
      await new PostRun(this.tools, this.postings, postings, now, stop).run();
      const trouble = letters.length > 0 ? await this.mail(letters, now, stop) : null;
      const reason = stopped.signal.aborted ? 'sending_stopped' : trouble ? 'mail_server_trouble' : null;
      await this.transactions.run((tx) => this.chunks.giveBack(tx, chunk, reason));
    } catch (error) {
      this.logger.error(
        `Chunk ${job.id} will be taken up again: ${error instanceof Error ? error.stack : String(error)}`,
      );
      throw error;
    } finally {
      stopped.end();
    }
  }

  /**
   * Takes the chunk over, unless the job has been taken away from this worker meanwhile: the look at the job and the
   * claim are one transaction, so an attempt that was overtaken cannot take rows back from a later one.
   */
  private async claim(job: Job<ChunkJob>): Promise<ClaimedChunk | null> {
    const boss = await this.queue.open([chunkQueue, releaseQueue]);
    return this.transactions.run(async (tx) => {
      const attempt = { id: job.id, retryCount: job.retryCount };
      const { affected } = (await boss.touch(chunkQueue.name, attempt, { db: queueIn(tx) })) as {
        affected: number;
      };
      return affected === 0 ? null : this.chunks.claim(tx, job.id);
    });
  }

  /** Hands letters to the first mail server that takes them. What keeps all of them from it is noted already. */
  private async mail(
    rows: ClaimedRow[],
    now: () => Temporal.Instant,
    stop: AbortSignal,
  ): Promise<TransportTrouble | null> {
    const chosen = await this.transports.choose();
    if ('trouble' in chosen) return chosen.trouble;
    const { transport } = chosen;
    const tools: RunTools = {
      ...this.tools,
      mailer: {
        send: (message, next) => this.mailer.send(message, transport, next),
        withdraw: (message) => this.mailer.withdraw(message, transport),
        offers8bit: () => this.mailer.offers8bit(transport),
      },
      onAnswer: () => void this.transports.answered(transport).catch(() => undefined),
    };
    const trouble = await new ChunkRun(tools, rows, this.config.mailConnections, now, stop).run();
    if (trouble) await this.transports.failed(transport, trouble);
    return trouble;
  }
}

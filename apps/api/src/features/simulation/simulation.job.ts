import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { ProblemError } from '../../platform/http/problem.js';
import { Queue } from '../../platform/queue/queue.js';
import { simulationQueue } from './simulation.queue.js';
import { SimulationsRepository, type RunFailure } from './simulations.repository.js';
import type { SimulationProgress } from './simulations.schemas.js';
import { SimulatorService } from './simulator.service.js';

/** How often a run says how far it is, and hears that nobody wants it any more. */
const noteEveryMs = 500;

class RunEnded extends Error {
  constructor(readonly failure: RunFailure) {
    super(failure.detail);
  }
}

const cancelled = new RunEnded({
  state: 'cancelled',
  code: 'cancelled',
  detail: 'Somebody has cancelled it.',
});
const stopped = new RunEnded({
  state: 'failed',
  code: 'worker_stopped',
  detail: 'The platform was stopped meanwhile. Start it again.',
});

/** A worker's part of the time machine: one run at a time. */
@Injectable()
export class SimulationJob implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Simulation');
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly queue: Queue,
    private readonly simulations: SimulationsRepository,
    private readonly simulator: SimulatorService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.roles.has('worker')) return;
    const boss = await this.queue.open([simulationQueue]);
    const options = {
      pollingIntervalSeconds: 2,
      notifyPollingIntervalSeconds: 5,
      heartbeatRefreshSeconds: 3,
    };
    await boss.work(simulationQueue.name, options, async ([job]) => {
      this.running = this.run(job!.id, job!.signal);
      await this.running;
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort(stopped);
    await this.running;
  }

  private async run(simulationId: string, lost: AbortSignal): Promise<void> {
    const request = await this.simulations.begin(simulationId);
    if (request === null) return;
    const unwanted = new AbortController();
    let progress: SimulationProgress | null = null;
    const notes = setInterval(() => {
      void this.simulations.note(simulationId, progress).then(
        (isWanted) => (isWanted ? undefined : unwanted.abort(cancelled)),
        // The database is away: the next note may get through.
        () => undefined,
      );
    }, noteEveryMs);
    try {
      const result = await this.simulator.run(request, {
        signal: AbortSignal.any([unwanted.signal, this.stop.signal, lost]),
        progress: (now) => (progress = now),
      });
      await this.simulations.note(simulationId, progress);
      await this.simulations.finish(simulationId, result);
    } catch (error) {
      await this.simulations.fail(simulationId, this.failureOf(error));
    } finally {
      clearInterval(notes);
    }
  }

  private failureOf(error: unknown): RunFailure {
    if (error instanceof RunEnded) return error.failure;
    if (error instanceof ProblemError) return { state: 'failed', code: error.code, detail: error.detail };
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { state: 'failed', code: 'internal', detail: 'It failed for a reason that the log tells.' };
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Transactions } from '../../platform/database/transactions.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { Queue, queueIn } from '../../platform/queue/queue.js';
import { simulationQueue } from './simulation.queue.js';
import { SimulationsRepository } from './simulations.repository.js';
import type {
  Simulation,
  SimulationPage,
  SimulationQuery,
  SimulationRequest,
} from './simulations.schemas.js';

const lost = {
  state: 'failed',
  code: 'worker_lost',
  detail: 'The machine that was at it is gone. Start it again.',
} as const;

/** Runs of the time machine: asked for here, done by a worker. */
@Injectable()
export class SimulationsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly queue: Queue,
    private readonly simulations: SimulationsRepository,
  ) {}

  /** Asks for a run. @returns its id */
  async start(request: SimulationRequest, requestedBy: string): Promise<string> {
    const boss = await this.queue.open([simulationQueue]);
    const simulationId = randomUUID();
    await this.transactions.run(async (tx) => {
      await this.simulations.add(tx, simulationId, request, requestedBy);
      await boss.insert(simulationQueue.name, [{ id: simulationId }], { db: queueIn(tx) });
    });
    return simulationId;
  }

  /** @throws ProblemError not_found */
  async get(simulationId: string): Promise<Simulation> {
    await this.settleLost([simulationId]);
    const found = await this.simulations.find(simulationId);
    if (found === null) throw notFound('simulation');
    return found;
  }

  async list({ cursor, limit }: SimulationQuery): Promise<SimulationPage> {
    const before = cursor === undefined ? null : decodeCursor(z.uuid(), cursor);
    const open = (await this.simulations.list(before, limit)).filter(({ state }) => isOpen(state));
    await this.settleLost(open.map(({ simulationId }) => simulationId));
    const found = await this.simulations.list(before, limit + 1);
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? encodeCursor(items.at(-1)!.simulationId) : null };
  }

  /**
   * Ends a run, wherever it is; one that is over stays as it is.
   * @throws ProblemError not_found
   */
  async cancel(simulationId: string): Promise<Simulation> {
    await this.get(simulationId);
    await this.simulations.cancel(simulationId);
    return this.get(simulationId);
  }

  /** A run whose job is no more, because its worker has shown no sign of life, is over as well. */
  private async settleLost(simulationIds: readonly string[]): Promise<void> {
    const boss = await this.queue.open([simulationQueue]);
    for (const simulationId of simulationIds) {
      const [job] = await boss.findJobs(simulationQueue.name, { id: simulationId });
      if (job === undefined || ['failed', 'cancelled', 'completed'].includes(job.state)) {
        await this.simulations.fail(simulationId, lost);
      }
    }
  }
}

function isOpen(state: Simulation['state']): boolean {
  return state === 'queued' || state === 'running';
}

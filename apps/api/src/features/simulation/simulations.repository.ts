import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Tx } from '../../platform/database/tx.js';
import type {
  Simulation,
  SimulationPage,
  SimulationProgress,
  SimulationRequest,
  SimulationResult,
} from './simulations.schemas.js';

/** How a run ended without a result. */
export interface RunFailure {
  state: 'failed' | 'cancelled';
  code: string;
  detail: string;
}

const columns = `simulation_id AS "simulationId", state, request, progress, requested_by AS "requestedBy",
  requested_at AS "requestedAt", finished_at AS "finishedAt",
  CASE WHEN error_code IS NOT NULL THEN json_build_object('code', error_code, 'detail', error_detail) END AS error`;

type Row<Item> = Omit<Item, 'requestedAt' | 'finishedAt'> & { requestedAt: Date; finishedAt: Date | null };
type Summary = SimulationPage['items'][number];

/** The register of runs. */
@Injectable()
export class SimulationsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async add(tx: Tx, simulationId: string, request: SimulationRequest, requestedBy: string): Promise<void> {
    await tx.query(`INSERT INTO simulations (simulation_id, request, requested_by) VALUES ($1, $2, $3)`, [
      simulationId,
      JSON.stringify(request),
      requestedBy,
    ]);
  }

  async find(simulationId: string): Promise<Simulation | null> {
    const [row] = await this.dataSource.query<Row<Simulation>[]>(
      `SELECT ${columns}, result FROM simulations WHERE simulation_id = $1`,
      [simulationId],
    );
    return row === undefined ? null : shown(row);
  }

  /** The newest first, those before one that was the last of a page. */
  async list(before: string | null, limit: number): Promise<Summary[]> {
    const rows = await this.dataSource.query<Row<Summary>[]>(
      `SELECT ${columns} FROM simulations
       WHERE $1::uuid IS NULL OR (requested_at, simulation_id) <
             (SELECT requested_at, simulation_id FROM simulations WHERE simulation_id = $1)
       ORDER BY requested_at DESC, simulation_id DESC LIMIT $2`,
      [before, limit],
    );
    return rows.map(shown);
  }

  /** Marks a run as at work. @returns what was asked, or null when it is over or cancelled already */
  async begin(simulationId: string): Promise<SimulationRequest | null> {
    const rows = await this.dataSource.query<{ request: SimulationRequest }[]>(
      `WITH begun AS (
         UPDATE simulations SET state = 'running', started_at = now(), progress = NULL
         WHERE simulation_id = $1 AND state IN ('queued', 'running') AND cancel_requested_at IS NULL
         RETURNING request)
       SELECT request FROM begun`,
      [simulationId],
    );
    return rows[0]?.request ?? null;
  }

  /** Notes how far a run is. @returns whether it is still wanted */
  async note(simulationId: string, progress: SimulationProgress | null): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `WITH noted AS (
         UPDATE simulations SET progress = coalesce($2, progress)
         WHERE simulation_id = $1 AND state = 'running' AND cancel_requested_at IS NULL RETURNING 1)
       SELECT * FROM noted`,
      [simulationId, progress === null ? null : JSON.stringify(progress)],
    );
    return rows.length > 0;
  }

  async finish(simulationId: string, result: SimulationResult): Promise<void> {
    await this.dataSource.query(
      `UPDATE simulations SET state = 'done', result = $2, finished_at = now()
       WHERE simulation_id = $1 AND state = 'running'`,
      [simulationId, JSON.stringify(result)],
    );
  }

  /** Ends a run that is not over yet. */
  async fail(simulationId: string, { state, code, detail }: RunFailure): Promise<void> {
    await this.dataSource.query(
      `UPDATE simulations SET state = $2, error_code = $3, error_detail = $4, finished_at = now()
       WHERE simulation_id = $1 AND state IN ('queued', 'running')`,
      [simulationId, state, code, detail],
    );
  }

  /** Asks for the end of a run; one that has not begun ends here and now. */
  async cancel(simulationId: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE simulations
       SET cancel_requested_at = coalesce(cancel_requested_at, now()),
           finished_at = CASE WHEN state = 'queued' THEN now() END,
           state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
       WHERE simulation_id = $1 AND state IN ('queued', 'running')`,
      [simulationId],
    );
  }
}

function shown<Item extends { requestedAt: Date; finishedAt: Date | null }>(
  row: Item,
): Omit<Item, 'requestedAt' | 'finishedAt'> & { requestedAt: string; finishedAt: string | null } {
  return {
    ...row,
    requestedAt: row.requestedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

import { Command, CommandRunner, Option } from 'nest-commander';
import { StatusService, type PlatformStatus } from '../features/progress/status.service.js';
import { printJson, say } from './output.js';

@Command({
  name: 'status',
  description:
    'What an operator asks first: the database, who is at work, what goes out, what waits, and why.',
})
export class StatusCommand extends CommandRunner {
  constructor(private readonly status: StatusService) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    const status = await this.status.get();
    if (json) printJson(status);
    else for (const line of linesOf(status)) say(line);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

function linesOf(status: PlatformStatus): string[] {
  const { database, jobs, remaining, rate, forecast } = status;
  return [
    `sending    ${status.standing}${status.stalledSince ? `, nothing has moved since ${status.stalledSince}` : ''}`,
    ...status.causes.map(({ code, since, detail }) =>
      ['          ', `because: ${code}`, since && `since ${since}`, detail].filter(Boolean).join(' '),
    ),
    `rate       ${rate.last10s}/s in the last 10 s, ${rate.lastMinute.toFixed(1)}/s in the last minute${rate.limit ? `, limit ${rate.limit}/s` : ''}`,
    `left       ${remaining.ready} ready, ${remaining.working} with workers, ${remaining.putOff} put off, ${remaining.held} held; oldest ${remaining.oldestDueAt ?? '-'}`,
    `ends       ${forecast.endsAt ?? '-'}`,
    ...status.held.map(
      ({ why, campaignKey, count, from }) =>
        `           ${count} of ${campaignKey}: ${why}${from ? ` until ${from}` : ''}`,
    ),
    `in doubt   ${status.inDoubt}`,
    `database   PostgreSQL ${database.version}, ${Math.round(database.bytes / 1e6)} MB, ${database.connections} connections`,
    ...jobs.map(({ queue, state, count }) => `queue      ${queue}: ${count} ${state}`),
    ...status.processes.map(
      ({ host, pid, roles, state, seenAt }) =>
        `process    ${host} ${pid} (${roles.join(', ')}): ${state}, seen ${seenAt}`,
    ),
  ];
}

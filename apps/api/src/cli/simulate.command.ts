import { isCivilDate } from '@aftercare/domain';
import { Command, CommandRunner, Option } from 'nest-commander';
import { ForecastService, type ForecastLine } from '../features/campaigns/forecast.service.js';
import { printJson, say } from './output.js';

interface SimulatedDay {
  date: string;
  total: number;
  byCampaign: Record<string, number>;
  byClass: Record<string, number>;
}

const mostDays = 400;

@Command({ name: 'simulate', description: 'Show what the coming days would bring, changing nothing.' })
export class SimulateCommand extends CommandRunner {
  constructor(private readonly forecast: ForecastService) {
    super();
  }

  async run(
    _arguments: string[],
    options: { from: string; days: number; campaign?: string; json?: boolean },
  ): Promise<void> {
    const { from, days, campaign } = options;
    const lines = await this.forecast.ahead({
      from,
      days,
      ...(campaign === undefined ? {} : { key: campaign }),
    });
    const result = { from, days: byDay(lines) };
    if (options.json) return printJson(result);
    for (const { date, total, byCampaign } of result.days) {
      say(
        `${date}  ${String(total).padStart(7)}  ${Object.entries(byCampaign)
          .map(([key, n]) => `${key} ${n}`)
          .join(', ')}`,
      );
    }
  }

  @Option({ flags: '--from <date>', description: 'The first day, YYYY-MM-DD.', required: true })
  parseFrom(text: string): string {
    if (isCivilDate(text)) return text;
    return this.refuse(`--from needs a date like 2026-11-22, not ${text}.`);
  }

  @Option({ flags: '--days <n>', description: `How many days, 1 to ${mostDays}.`, required: true })
  parseDays(text: string): number {
    const days = Number(text);
    if (Number.isInteger(days) && days >= 1 && days <= mostDays) return days;
    return this.refuse(`--days needs a whole number from 1 to ${mostDays}, not ${text}.`);
  }

  @Option({ flags: '--campaign <key>', description: 'Of one campaign only.' })
  parseCampaign(key: string): string {
    return key;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }

  private refuse(message: string): never {
    return this.command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
  }
}

function byDay(lines: readonly ForecastLine[]): SimulatedDay[] {
  const days = new Map<string, SimulatedDay>();
  for (const { date, key, class: contactClass, count } of lines) {
    const day = days.get(date) ?? { date, total: 0, byCampaign: {}, byClass: {} };
    days.set(date, day);
    day.total += count;
    day.byCampaign[key] = (day.byCampaign[key] ?? 0) + count;
    day.byClass[contactClass] = (day.byClass[contactClass] ?? 0) + count;
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

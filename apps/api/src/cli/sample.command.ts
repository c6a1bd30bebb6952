import { resolve } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { isCivilDate } from '@aftercare/domain';
import { Clock } from '../platform/clock/clock.js';
import { writeSampleFiles } from '../platform/demo/sample-files.js';
import { printJson, say } from './output.js';

@Command({
  name: 'sample',
  description:
    'Write the import files of an invented book of business; two customers have about three policies.',
})
export class SampleCommand extends CommandRunner {
  constructor(private readonly clock: Clock) {
    super();
  }

  async run(
    _arguments: string[],
    options: { customers: number; out: string; seed?: string; today?: string; json?: boolean },
  ): Promise<void> {
    const today = options.today ?? this.clock.now().toZonedDateTimeISO('UTC').toPlainDate().toString();
    const seed = options.seed ?? 'sample';
    const files = await writeSampleFiles({ customers: options.customers, seed, today }, resolve(options.out));
    if (options.json) return printJson({ seed, today, files });
    for (const { path, rows } of Object.values(files)) say(`${path}: ${rows} rows`);
  }

  @Option({ flags: '--customers <n>', description: 'How many customers the book has.', required: true })
  parseCustomers(value: string): number {
    if (!/^[1-9][0-9]{0,7}$/.test(value))
      return this.refuse(`"${value}" is no number of customers from 1 to 99999999.`);
    return Number(value);
  }

  @Option({ flags: '--out <dir>', description: 'The folder for the files.', required: true })
  parseOut(value: string): string {
    return value;
  }

  @Option({ flags: '--seed <text>', description: 'The same seed gives the same book.' })
  parseSeed(value: string): string {
    return value;
  }

  @Option({ flags: '--today <date>', description: 'The day round which the book lies.' })
  parseToday(value: string): string {
    if (!isCivilDate(value)) return this.refuse(`"${value}" is no date like 2026-11-22.`);
    return value;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }

  private refuse(message: string): never {
    return this.command.error(message, { code: 'commander.wrongUsage', exitCode: 2 });
  }
}

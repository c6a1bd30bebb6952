import { isCivilDate } from '@aftercare/domain';
import { Command, CommandRunner, Option } from 'nest-commander';
import { SimulatorService } from '../features/simulation/simulator.service.js';
import {
  mostDays,
  type SimulationProgress,
  type SimulationRequest,
  type SimulationResult,
} from '../features/simulation/simulation.types.js';
import { CommandFailed, printJson, say } from './output.js';

@Command({ name: 'simulate', description: 'Show what the coming days would bring, changing nothing.' })
export class SimulateCommand extends CommandRunner {
  constructor(private readonly simulator: SimulatorService) {
    super();
  }

  async run(
    _arguments: string[],
    { json, ...request }: SimulationRequest & { json?: boolean },
  ): Promise<void> {
    const ending = new AbortController();
    const cancel = () => ending.abort(new CommandFailed('cancelled', 'Cancelled. Nothing was changed.'));
    process.once('SIGINT', cancel);
    try {
      const result = await this.simulator.run(request, {
        signal: ending.signal,
        progress: tellProgress(),
      });
      if (json) printJson(result);
      else tell(result);
    } finally {
      process.off('SIGINT', cancel);
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

  @Option({ flags: '--campaign <key>', description: 'Tell of one campaign only.' })
  parseCampaign(key: string): string {
    return key;
  }

  @Option({
    flags: '--draft <key>',
    description: 'As if the latest version of this campaign ran, approved or not.',
  })
  parseDraft(key: string): string {
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

/** A line for each tenth of the way, so that a short run says little and a long one enough. */
function tellProgress(): (progress: SimulationProgress) => void {
  let told = 0;
  return ({ campaigns, campaignsDone, days, daysWalked }) => {
    const tenths = Math.floor((10 * (campaignsDone + daysWalked)) / (campaigns + days));
    if (tenths <= told) return;
    told = tenths;
    say(`Campaigns ${campaignsDone} of ${campaigns}, days ${daysWalked} of ${days}.`);
  };
}

function tell({ days, ...result }: SimulationResult): void {
  for (const { date, total, byCampaign } of days.filter((day) => day.total > 0)) {
    const parts = Object.entries(byCampaign).map(([key, rows]) => `${key} ${rows}`);
    say(`${date}  ${String(total).padStart(7)}  ${parts.join(', ')}`);
  }
  say(`${result.total} messages in ${days.length} days; ${result.heldOut.total} held out.`);
  for (const [reason, rows] of Object.entries(result.suppressed.byReason))
    say(`  suppressed, ${reason}: ${rows}`);
  for (const [reason, rows] of Object.entries(result.expired.byReason)) say(`  expired, ${reason}: ${rows}`);
  const { people, capClashes, peak } = result;
  for (const { loser, winner, putOff, lost } of capClashes.pairs) {
    say(`  ${loser} gave way to ${winner ?? 'earlier letters'}: ${putOff} put off, ${lost} lost`);
  }
  say(`${people.hearNothing.count} of ${people.insured} insured people would hear nothing.`);
  if (peak.hour !== null) say(`Busiest hour: ${peak.mails} mails from ${peak.hour}.`);
}

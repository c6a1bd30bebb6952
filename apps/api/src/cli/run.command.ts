import { Command, CommandRunner, Option } from 'nest-commander';
import type { Temporal } from 'temporal-polyfill';
import { PlannerService } from '../features/campaigns/planner.service.js';
import { TemplatePinsService } from '../features/campaigns/template-pins.service.js';
import { LedgerService } from '../features/deliveries/ledger.service.js';
import { SendingStopService } from '../features/deliveries/sending-stop.service.js';
import { SettlementService } from '../features/deliveries/settlement.service.js';
import { Clock } from '../platform/clock/clock.js';
import { Config } from '../platform/config/config.js';
import { parseAsOf } from './as-of.js';
import { printJson, say } from './output.js';

/** How long nothing at all may be settled before the run gives up on what is left. */
const patienceMs = 120_000;

@Command({ name: 'run', description: 'Plan and send whatever is due, wait until it is settled, and end.' })
export class RunCommand extends CommandRunner {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly pins: TemplatePinsService,
    private readonly planner: PlannerService,
    private readonly settlement: SettlementService,
    private readonly ledger: LedgerService,
    private readonly sending: SendingStopService,
  ) {
    super();
  }

  async run(_arguments: string[], options: { asOf?: Temporal.Instant; json?: boolean }): Promise<void> {
    const asOf = options.asOf ?? this.clock.now();
    // As a scheduler does at its start: this may be the first to run after an upgrade.
    for (const key of await this.pins.pauseChanged()) {
      say(`${key} is paused: its letters are not those that were approved.`);
    }
    const { planned, expired, heldOut } = await this.planner.plan(asOf);
    if (!this.config.sending) say('AFTERCARE_SENDING is off: nothing is sent.');
    const left = await this.settlement.settle(asOf, options.asOf ?? null, patienceMs);
    const stop = await this.sending.find();
    if (stop) say(`All sending was stopped by ${stop.byName}: ${stop.reason}`);
    const account = await this.ledger.reconcile();
    if (options.json) {
      printJson({ asOf: asOf.toString(), added: { planned, expired, heldOut }, left, ...account });
    } else {
      for (const [state, count] of Object.entries(account.states)) {
        if (count > 0) say(`${state.padEnd(12)} ${count}`);
      }
    }
    if (left.held > 0) say(`${left.held} rows that are due are held: their campaigns are not active.`);
    if (left.going > 0) say(`${left.going} rows that are due are still open.`);
    if (left.going > 0 || !account.balanced) process.exitCode = 1;
  }

  @Option({ flags: '--as-of <instant>', description: 'The moment to plan and judge by, instead of now.' })
  parseAsOf(text: string): Temporal.Instant {
    return parseAsOf(text, this.command);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

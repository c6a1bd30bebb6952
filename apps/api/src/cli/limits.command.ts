import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { contactLimitsSchema, noContactDaySchema } from '../features/deliveries/limits.schemas.js';
import { LimitsService } from '../features/deliveries/limits.service.js';
import { CommandFailed, printJson, say } from './output.js';

const actor = 'command line';

interface SetOptions {
  contacts?: number;
  days?: number;
  countService?: boolean;
  opens?: string;
  closes?: string;
  globalHoldout?: number;
  json?: boolean;
}

/** What schema issues a refusal names. */
function refuse(issues: readonly { path: PropertyKey[]; code?: string; message: string }[]): never {
  const errors = issues.map(({ path, code = 'invalid', message }) => ({
    path: path.join('.'),
    code,
    message,
  }));
  throw new CommandFailed(
    'bad_limits',
    errors.map(({ path, message }) => `${path}: ${message}`).join('; '),
    errors,
  );
}

async function show(limits: LimitsService, json: boolean | undefined): Promise<void> {
  const now = await limits.get();
  if (json) return printJson(now);
  const { cap, capCountsService, hours, globalHoldout } = now;
  const counted = capCountsService ? 'service messages counted' : 'service messages not counted';
  say(
    cap.contacts === 0
      ? 'No frequency cap.'
      : `At most ${cap.contacts} contacts in ${cap.days} days, ${counted}.`,
  );
  say(`Letters go from ${hours.opens} to ${hours.closes}, by the customer's clock.`);
  say(`${globalHoldout * 100} % of the customers get no marketing at all.`);
}

@SubCommand({ name: 'show', description: 'Show how often and when customers may be written to.' })
export class LimitsShowCommand extends CommandRunner {
  constructor(private readonly limits: LimitsService) {
    super();
  }

  run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    return show(this.limits, json);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'set', description: 'Change them. What is not named stays as it is.' })
export class LimitsSetCommand extends CommandRunner {
  constructor(private readonly limits: LimitsService) {
    super();
  }

  async run(_arguments: string[], options: SetOptions): Promise<void> {
    const before = await this.limits.get();
    const { contacts, days, countService, opens, closes, globalHoldout } = options;
    const asked = contactLimitsSchema.safeParse({
      cap: { contacts: contacts ?? before.cap.contacts, days: days ?? before.cap.days },
      capCountsService: countService ?? before.capCountsService,
      hours: { opens: opens ?? before.hours.opens, closes: closes ?? before.hours.closes },
      globalHoldout: globalHoldout ?? before.globalHoldout,
    });
    if (!asked.success) refuse(asked.error.issues);
    await this.limits.set(asked.data, actor);
    await show(this.limits, options.json);
  }

  @Option({ flags: '--contacts <n>', description: 'Marketing contacts per person and address; 0: no limit.' })
  parseContacts(text: string): number {
    return Number(text);
  }

  @Option({ flags: '--days <n>', description: 'In any so many civil days.' })
  parseDays(text: string): number {
    return Number(text);
  }

  @Option({ flags: '--count-service <yes|no>', description: 'Whether service messages take places as well.' })
  parseCountService(text: string): boolean {
    if (text === 'yes' || text === 'no') return text === 'yes';
    throw new CommandFailed('bad_limits', `--count-service takes yes or no, not ${text}.`);
  }

  @Option({ flags: '--opens <time>', description: "The first hour of the day, by the customer's clock." })
  parseOpens(text: string): string {
    return text;
  }

  @Option({ flags: '--closes <time>', description: 'The end of the day; 24:00: midnight.' })
  parseCloses(text: string): string {
    return text;
  }

  @Option({
    flags: '--global-holdout <share>',
    description: 'Share of customers without any marketing, 0 to 0.5.',
  })
  parseGlobalHoldout(text: string): number {
    return Number(text);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'close',
  arguments: '<day>',
  description: 'Let no marketing go out on a day; or, with --reopen, let it go again.',
})
export class LimitsCloseCommand extends CommandRunner {
  constructor(private readonly limits: LimitsService) {
    super();
  }

  async run(
    [day]: string[],
    options: { region?: string; name?: string; reopen?: boolean; json?: boolean },
  ): Promise<void> {
    const { region = '*', name = 'No contact', reopen = false } = options;
    const asked = noContactDaySchema.safeParse({ region, day, name });
    if (!asked.success) refuse(asked.error.issues);
    if (reopen) await this.limits.deleteNoContactDay(region, asked.data.day, actor);
    else await this.limits.putNoContactDay(asked.data, actor);
    if (options.json) printJson({ ...asked.data, closed: !reopen });
    else
      say(`${asked.data.day} is ${reopen ? 'open' : 'closed'} for ${region === '*' ? 'everybody' : region}.`);
  }

  @Option({
    flags: '--region <code>',
    description: 'A code of ISO 3166-2 like US or US-CA; everywhere without it.',
  })
  parseRegion(text: string): string {
    return text;
  }

  @Option({ flags: '--name <name>', description: 'What the day is called.' })
  parseName(text: string): string {
    return text;
  }

  @Option({ flags: '--reopen', description: 'Take the day off the list.' })
  parseReopen(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

const subCommands = [LimitsShowCommand, LimitsSetCommand, LimitsCloseCommand];

@Command({ name: 'limits', description: 'How often and when customers may be written to.', subCommands })
export class LimitsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const limitsCommands = [LimitsCommand, ...subCommands];

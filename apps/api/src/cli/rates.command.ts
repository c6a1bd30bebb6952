import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import type { z } from 'zod';
import { TransportsService, type TransportState } from '../features/deliveries/transports.service.js';
import { rateLimitSchema, warmUpSchema, type RatesStatus } from '../features/rates/rates.schemas.js';
import { RatesService } from '../features/rates/rates.service.js';
import { domainOf, type RateScope } from '../features/rates/rates.types.js';
import { CommandFailed, printJson, say } from './output.js';

const actor = 'command line';

interface SetOptions {
  total?: string;
  domain?: string[];
  identity?: string[];
  json?: boolean;
}

/** A schema's answer, or a refusal that names what is wrong. */
function checked<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const asked = schema.safeParse(given);
  if (asked.success) return asked.data;
  const errors = asked.error.issues.map(({ path, code = 'invalid', message }) => ({
    path: path.join('.'),
    code,
    message,
  }));
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new CommandFailed('bad_rate', detail, errors);
}

@SubCommand({ name: 'show', description: 'Show how fast mail may go, and what holds it back just now.' })
export class RatesShowCommand extends CommandRunner {
  constructor(
    private readonly rates: RatesService,
    private readonly transports: TransportsService,
  ) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    const status = await this.rates.status();
    const { transports, using } = await this.transports.status();
    if (json) return printJson({ ...status, transports, using });
    tell(status);
    for (const transport of transports) say(inWords(transport));
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

function tell({ total, limits, warmUps, backoffs }: RatesStatus): void {
  const source = total?.chosen === false ? ' (MAIL_RATE_PER_SECOND)' : '';
  say(total ? `At most ${total.perSecond} messages a second${source}.` : 'No limit on all mail.');
  for (const { scope, name, perSecond } of limits) {
    if (scope === 'identity') say(`From ${name} at most ${perSecond} a second.`);
    if (scope === 'domain') {
      say(`To ${name === '*' ? 'every other domain' : name} at most ${perSecond} a second.`);
    }
  }
  for (const { identity, day, allowed, taken } of warmUps) {
    say(
      allowed === null
        ? `${identity} has warmed up.`
        : `${identity} is warming up: ${taken} of ${allowed} messages of ${day} have gone.`,
    );
  }
  for (const { domain, since, until, failures, reply } of backoffs) {
    say(`${domain} is left alone until ${until}, ${failures} times since ${since}: ${reply}`);
  }
}

function inWords({ name, state, reason, detail, since, retryAt }: TransportState): string {
  if (state === 'working') return `${name} takes mail.`;
  const when =
    state === 'holding' ? `is tried again at ${retryAt?.toISOString()}` : 'is tried with the next message';
  return `${name} takes none since ${since?.toISOString()} and ${when}: ${reason}: ${detail}`;
}

@SubCommand({ name: 'set', description: 'Set limits in messages a second; 0 takes one away.' })
export class RatesSetCommand extends CommandRunner {
  constructor(private readonly rates: RatesService) {
    super();
  }

  async run(_arguments: string[], { total, domain = [], identity = [], json }: SetOptions): Promise<void> {
    const asked = [
      ...(total === undefined ? [] : [limitOf('total', '', total)]),
      ...domain.map((each) => limitOf('domain', ...parts(each))),
      ...identity.map((each) => limitOf('identity', ...parts(each))),
    ];
    if (asked.length === 0) {
      throw new CommandFailed(
        'bad_rate',
        'Name what to set: --total <n>, --domain <name>=<n>, --identity <name>=<n>.',
      );
    }
    for (const limit of asked) {
      if (limit.perSecond === 0) await this.rates.deleteLimit(limit.scope, limit.name, actor);
      else await this.rates.setLimit(limit, actor);
    }
    const status = await this.rates.status();
    if (json) return printJson(status);
    tell(status);
  }

  @Option({ flags: '--total <n>', description: 'Of all mail. Without one MAIL_RATE_PER_SECOND counts.' })
  parseTotal(text: string): string {
    return text;
  }

  @Option({
    flags: '--domain <name=n>',
    description: 'To a recipient domain; * is every other one. May be repeated.',
  })
  parseDomain(text: string, before: string[] = []): string[] {
    return [...before, text];
  }

  @Option({ flags: '--identity <name=n>', description: 'From a sending domain. May be repeated.' })
  parseIdentity(text: string, before: string[] = []): string[] {
    return [...before, text];
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

function parts(text: string): [string, string] {
  const at = text.lastIndexOf('=');
  return [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
}

/** A limit as asked for; 0 stands for none. */
function limitOf(scope: RateScope, name: string, text: string) {
  const perSecond = text.trim() === '' ? NaN : Number(text);
  if (perSecond !== 0) return checked(rateLimitSchema, { scope, name, perSecond });
  return { ...checked(rateLimitSchema, { scope, name, perSecond: 1 }), perSecond: 0 };
}

@SubCommand({
  name: 'warm-up',
  arguments: '[identity]',
  description:
    'Let a sending domain that is new send a little more each day; or, with --off, as much as it likes.',
})
export class RatesWarmUpCommand extends CommandRunner {
  constructor(private readonly rates: RatesService) {
    super();
  }

  async run(
    [identity = this.rates.identity]: string[],
    options: { first?: number; factor?: number; upTo?: number; from?: string; off?: boolean; json?: boolean },
  ): Promise<void> {
    const { first = 50, factor = 1.5, upTo = 50_000, off = false } = options;
    const startsOn = options.from ?? new Date().toISOString().slice(0, 10);
    if (off) await this.rates.deleteWarmUp(domainOf(identity), actor);
    else {
      const asked = { identity, startsOn, firstDay: first, factor, upTo };
      await this.rates.setWarmUp(checked(warmUpSchema, asked), actor);
    }
    const status = await this.rates.status();
    if (options.json) return printJson(status);
    tell(status);
  }

  @Option({ flags: '--first <n>', description: 'Messages on the first day (50).' })
  parseFirst(text: string): number {
    return Number(text);
  }

  @Option({
    flags: '--factor <n>',
    description: 'Each day has so many times the messages of the day before (1.5).',
  })
  parseFactor(text: string): number {
    return Number(text);
  }

  @Option({ flags: '--up-to <n>', description: 'No daily limit once a day would have as many (50000).' })
  parseUpTo(text: string): number {
    return Number(text);
  }

  @Option({ flags: '--from <date>', description: 'The first day, of UTC; today without it.' })
  parseFrom(text: string): string {
    return text;
  }

  @Option({ flags: '--off', description: 'End it.' })
  parseOff(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'retry',
  arguments: '<domain>',
  description: 'Try a domain again now that is left alone because it refused mail.',
})
export class RatesRetryCommand extends CommandRunner {
  constructor(private readonly rates: RatesService) {
    super();
  }

  async run([domain]: string[], { json }: { json?: boolean }): Promise<void> {
    await this.rates.endBackoff(domainOf(domain!), actor);
    if (json) return printJson(await this.rates.status());
    say(`${domain} is tried again.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

const subCommands = [RatesShowCommand, RatesSetCommand, RatesWarmUpCommand, RatesRetryCommand];

@Command({ name: 'rates', description: 'How fast mail may go, and what holds it back.', subCommands })
export class RatesCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const ratesCommands = [RatesCommand, ...subCommands];

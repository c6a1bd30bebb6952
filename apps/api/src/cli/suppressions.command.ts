import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  newSuppressionSchema,
  suppressionQuerySchema,
  type Suppression,
} from '../features/inbound/suppressions.schemas.js';
import { SuppressionsService } from '../features/inbound/suppressions.service.js';
import { CommandFailed, printJson, say } from './output.js';

const actor = 'command line';

function told({ suppressionId, address, class: kind, reason, createdAt, liftedAt }: Suppression): string {
  const what = kind === null ? 'marketing and service' : kind;
  return `${suppressionId}  ${address}  ${what}  ${reason}  ${createdAt}${liftedAt === null ? '' : `  lifted ${liftedAt}`}`;
}

@SubCommand({ name: 'list', description: 'Addresses that are not written to, newest first.' })
export class SuppressionsListCommand extends CommandRunner {
  constructor(private readonly suppressions: SuppressionsService) {
    super();
  }

  async run(
    _arguments: string[],
    {
      address,
      reason,
      lifted = false,
      json,
    }: { address?: string; reason?: string; lifted?: boolean; json?: boolean },
  ): Promise<void> {
    const items: Suppression[] = [];
    let cursor: string | undefined;
    do {
      const query = suppressionQuerySchema.parse({
        address,
        reason,
        lifted: String(lifted),
        cursor,
        limit: 100,
      });
      const page = await this.suppressions.list(query);
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    if (json) return printJson({ items });
    for (const item of items) say(told(item));
    say(`${items.length} in all.`);
  }

  @Option({ flags: '--address <address>', description: 'This address alone.' })
  parseAddress(text: string): string {
    return text;
  }

  @Option({
    flags: '--reason <reason>',
    description: 'hard_bounce, soft_bounces, complaint, or what somebody wrote.',
  })
  parseReason(text: string): string {
    return text;
  }

  @Option({ flags: '--lifted', description: 'Those that were lifted, in place of those that hold.' })
  parseLifted(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'add',
  arguments: '<address>',
  description: 'Write to an address no more, but for legal notices.',
})
export class SuppressionsAddCommand extends CommandRunner {
  constructor(private readonly suppressions: SuppressionsService) {
    super();
  }

  async run(
    [address]: string[],
    { class: kind, reason, json }: { class?: string; reason?: string; json?: boolean },
  ): Promise<void> {
    const asked = newSuppressionSchema.safeParse({ address, class: kind ?? null, reason });
    if (!asked.success) {
      const errors = asked.error.issues.map(({ path, code, message }) => ({
        path: path.join('.'),
        code,
        message,
      }));
      throw new CommandFailed(
        'bad_suppression',
        errors.map((error) => `${error.path}: ${error.message}`).join('; '),
        errors,
      );
    }
    const added = await this.suppressions.add(asked.data, actor);
    if (json) printJson(added);
    else say(told(added));
  }

  @Option({ flags: '--class <class>', description: 'marketing or service alone.' })
  parseClass(text: string): string {
    return text;
  }

  @Option({ flags: '--reason <text>', description: 'Why.', required: true })
  parseReason(text: string): string {
    return text;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'lift', arguments: '<id>', description: 'Write to an address again.' })
export class SuppressionsLiftCommand extends CommandRunner {
  constructor(private readonly suppressions: SuppressionsService) {
    super();
  }

  async run([id]: string[], { reason, json }: { reason?: string; json?: boolean }): Promise<void> {
    if (!/^[1-9]\d{0,15}$/.test(id!))
      throw new CommandFailed('bad_id', `${id} is not the number of a suppression.`);
    const lifted = await this.suppressions.lift(Number(id), reason!, actor);
    if (json) printJson(lifted);
    else say(told(lifted));
  }

  @Option({ flags: '--reason <text>', description: 'Why it may be written to again.', required: true })
  parseReason(text: string): string {
    if (text.trim() === '') throw new CommandFailed('bad_reason', 'A reason is needed.');
    return text.trim().slice(0, 500);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

const subCommands = [SuppressionsListCommand, SuppressionsAddCommand, SuppressionsLiftCommand];

@Command({ name: 'suppressions', description: 'Addresses that are not written to.', subCommands })
export class SuppressionsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const suppressionsCommands = [SuppressionsCommand, ...subCommands];

import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { SendingStopService } from '../features/deliveries/sending-stop.service.js';
import { printJson, say } from './output.js';

const actor = 'command line';

async function tell(sending: SendingStopService, json: boolean | undefined): Promise<void> {
  const stop = await sending.find();
  if (json) {
    const { at, byName: by, reason } = stop ?? { at: null, byName: null, reason: null };
    return printJson({ stopped: stop !== null, at, by, reason });
  }
  say(
    stop
      ? `All sending was stopped at ${stop.at.toISOString()} by ${stop.byName}: ${stop.reason}`
      : 'Sending is not stopped.',
  );
}

@SubCommand({ name: 'stop', description: 'Stop all sending, of every campaign and class, on every machine.' })
export class SendingStopCommand extends CommandRunner {
  constructor(private readonly sending: SendingStopService) {
    super();
  }

  async run(_arguments: string[], { reason, json }: { reason: string; json?: boolean }): Promise<void> {
    await this.sending.stop(reason, actor);
    await tell(this.sending, json);
  }

  @Option({ flags: '--reason <text>', description: 'Why; it is kept in the audit log.', required: true })
  parseReason(text: string): string {
    return text;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'resume', description: 'Let sending go on.' })
export class SendingResumeCommand extends CommandRunner {
  constructor(private readonly sending: SendingStopService) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    await this.sending.resume(actor);
    await tell(this.sending, json);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'adopt',
  description: 'Let a copy of an installation take its place and send: the other one must be gone.',
})
export class SendingAdoptCommand extends CommandRunner {
  constructor(private readonly sending: SendingStopService) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    await this.sending.adopt(actor);
    await tell(this.sending, json);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'status', description: 'Tell whether all sending is stopped, since when and why.' })
export class SendingStatusCommand extends CommandRunner {
  constructor(private readonly sending: SendingStopService) {
    super();
  }

  run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    return tell(this.sending, json);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

const subCommands = [SendingStopCommand, SendingResumeCommand, SendingAdoptCommand, SendingStatusCommand];

@Command({ name: 'sending', description: 'The emergency stop of all sending.', subCommands })
export class SendingCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const sendingCommands = [SendingCommand, ...subCommands];

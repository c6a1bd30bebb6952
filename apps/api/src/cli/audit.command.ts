import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { verifyChain, type ChainFault, type ChainVerdict } from '../platform/audit/audit-chain.js';
import { entriesOf, lineOf } from '../platform/audit/audit-file.js';
import { AuditService } from '../platform/audit/audit.service.js';
import { CommandFailed, printJson, say } from './output.js';

const faults: Readonly<Record<ChainFault, (entry: number) => string>> = {
  changed: (entry) => `Entry ${entry} is not as it was written.`,
  missing: (entry) => `Entry ${entry} is missing.`,
  out_of_order: (entry) => `Entry ${entry} does not stand where it was written.`,
  unlinked: (entry) => `Entry ${entry} does not follow the one before it: one of the two was written anew.`,
  unreadable: (entry) => `Where entry ${entry} should be there is something that cannot be read as one.`,
};

@SubCommand({
  name: 'verify',
  description: 'Prove that no entry of the audit log was changed, removed or moved.',
})
export class AuditVerifyCommand extends CommandRunner {
  constructor(private readonly audit: AuditService) {
    super();
  }

  async run(_arguments: string[], options: { file?: string; head?: string; json?: boolean }): Promise<void> {
    const result = options.file === undefined ? await this.audit.verify() : await verifyFile(options.file);
    const isComplete = options.head === undefined || options.head === result.head;
    const valid = result.valid && isComplete;
    if (options.json) printJson({ ...result, valid });
    else if (!result.valid) say(faults[result.fault!](result.firstBad!));
    else if (!isComplete)
      say('The log does not end with the entry of that hash: entries were cut off or added.');
    else
      say(`All ${result.entries} entries are as they were written. The last one's hash is ${result.head}.`);
    if (!valid) process.exitCode = 1;
  }

  @Option({ flags: '--file <export>', description: 'Prove an exported log instead; no database is needed.' })
  parseFile(file: string): string {
    return file;
  }

  @Option({
    flags: '--head <hash>',
    description: 'The hash that the last entry must have, to see that none is missing at the end.',
  })
  parseHead(hash: string): string {
    return hash;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'export', description: 'Write the audit log to standard output, a line an entry.' })
export class AuditExportCommand extends CommandRunner {
  constructor(private readonly audit: AuditService) {
    super();
  }

  async run(): Promise<void> {
    const entries = this.audit.entries();
    const lines = async function* () {
      for await (const entry of entries) yield lineOf(entry);
    };
    await pipeline(Readable.from(lines()), process.stdout, { end: false });
  }
}

@Command({
  name: 'audit',
  description: 'The audit log.',
  subCommands: [AuditVerifyCommand, AuditExportCommand],
})
export class AuditCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

async function verifyFile(path: string): Promise<ChainVerdict> {
  try {
    await (await open(path)).close();
  } catch (error) {
    throw new CommandFailed('file_unreadable', `${path} cannot be read: ${(error as Error).message}`);
  }
  return verifyChain(entriesOf(createReadStream(path, 'utf8')));
}

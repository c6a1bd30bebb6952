import { Command, CommandRunner, Option } from 'nest-commander';
import { WhyService } from '../features/simulation/why.service.js';
import { printJson, say } from './output.js';

@Command({
  name: 'why',
  arguments: '<campaign> <customer_id>',
  description: 'Say why a customer is in a campaign, or out of it.',
})
export class WhyCommand extends CommandRunner {
  constructor(private readonly reasons: WhyService) {
    super();
  }

  async run([campaign, customerId]: string[], { json }: { json?: boolean }): Promise<void> {
    const why = await this.reasons.explain(campaign!, customerId!);
    if (json) return printJson(why);
    for (const { policyId, inAudience, audience, exit, dates, conditions } of why.subjects) {
      say(`${policyId ?? customerId}: ${inAudience ? 'in the audience' : 'not in the audience'}`);
      say(`  audience: ${audience.text}`);
      if (exit !== null) say(`  leaves when: ${exit.text}`);
      for (const { step, explanation } of conditions) say(`  step ${step} asks: ${explanation.text}`);
      for (const { step, date, because } of dates) say(`  step ${step} on ${date}: ${because}`);
    }
    say(why.gate.text);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}
